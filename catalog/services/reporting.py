"""Annual reports: written, frozen, signed by a second person, filed, accepted or sent back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import DivisionNotFoundError, ReportNotFoundError, ReportRefusedError
from catalog.models.reporting import AnnualReport, AnnualReportStep, AnnualReportText
from catalog.permissions import Action, Actor, Thing, may
from catalog.repositories import bulk, published, reports
from catalog.rules.annual_report.steps import PUBLIC, RULES, Office, ReportState, ReportStep
from catalog.rules.annual_report.terms import CORPS
from catalog.rules.periods import CHINA
from catalog.rules.publication import canonical, fingerprint
from catalog.services import audit, filings, publishing
from catalog.services.filings import ANNUAL_REPORT, NewFiling
from catalog.services.freezing import settled
from catalog.services.report_content import reporting_pack, scope_key
from catalog.services.report_making import MadeReport, make_report, publication_of
from catalog.services.report_offices import ACTIONS, ensure_office
from catalog.views.reporting import ReportHead, ReportTexts

LONGEST_TEXT = 20_000
LONGEST_REASON = 2000
_THING = "annual-report"
_REPORT = bulk.table_of(AnnualReport)
_STEP, _TEXT = bulk.table_of(AnnualReportStep), bulk.table_of(AnnualReportText)


def open_report(
    session: Session, *, year: int, division: str | None, actor: Actor, now: dt.datetime
) -> ReportHead:
    """Begin a report of a year, or return the one that is under way.

    Raises:
        PermissionDeniedError: It is not the actor's to write.
        DivisionNotFoundError: There is no such division, or it hands in nothing.
        ReportRefusedError: The year is yet to come, or nothing was owed for it.
    """
    ensure_office(actor, Office.OWN, division)
    connection = session.connection()
    pack, _ = reporting_pack(connection, now.astimezone(CHINA).date())
    divisions = {key: number for number, key in published.division_keys(connection).items()}
    if division is not None and (division not in divisions or division in pack.not_asked):
        raise DivisionNotFoundError(key=division)
    duty = next(each for each in pack.duties if each.key == ANNUAL_REPORT)
    if not duty.first_year <= year <= now.astimezone(CHINA).year:
        raise ReportRefusedError(
            reason_zh=f"{year} 年没有要编制的年度报告", reason_en=f"none is written for {year}"
        )
    bulk.take_turns(session)
    known = reports.revisions(connection, scope_key(division), year)
    if known and known[0].state is not ReportState.SENT_BACK:
        return known[0]
    return _add(
        session,
        year=year,
        division=division,
        division_id=divisions[division] if division else None,
        revision=1,
        texts=ReportTexts(),
        actor=actor,
        now=now,
    )


def save_texts(
    session: Session,
    key: str,
    texts: ReportTexts,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> ReportHead:
    """Keep what the bureau wrote as a further version; the same text changes nothing.

    Raises:
        ReportNotFoundError: There is no such report, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to write.
        ReportRefusedError: It is no draft any more.
        ChangedMeanwhileError: Somebody saved or moved it since the version that was shown.
    """
    bulk.take_turns(session)
    number, head, latest = _held(session.connection(), key, version, Office.OWN, actor)
    if head.state is not ReportState.DRAFT:
        raise ReportRefusedError(
            reason_zh="数字已冻结，请先重新打开", reason_en="it is frozen: open it again first"
        )
    wanted = ReportTexts(
        **{
            name: text.replace("\x00", "").strip()[:LONGEST_TEXT]
            for name, text in msgspec.structs.asdict(texts).items()
        }
    )
    if wanted == latest:
        return head
    bulk.insert_mappings(session, _TEXT, [_text_row(number, head.version + 1, wanted, actor, now)])
    bulk.update_by_id(session, _REPORT, [{"id": number, "version": head.version + 1}])
    _note(session, actor, Action.FILE_REPORT, head, now=now, said={"texts": "saved"})
    return msgspec.structs.replace(head, version=head.version + 1)


def take_step(
    session: Session,
    key: str,
    step: ReportStep,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
    reason: str = "",
    filed_on: dt.date | None = None,
    made: MadeReport | None = None,
) -> ReportHead:
    """Move a report on. ``filed_on`` is the day it was handed in on paper, today otherwise.

    What ``made`` holds was made from what is known now; without it freezing makes it first.

    Raises:
        ReportNotFoundError: There is no such report, or the actor may not know of it.
        PermissionDeniedError: The step is not the actor's to take.
        ReportRefusedError: It does not lead on from here, lacks its reason or its text, or who
            signs is who froze it.
        ChangedMeanwhileError: Somebody saved or moved it since the version that was shown.
        IncompleteImportError, FiguresUnsettledError: The figures cannot be frozen just now.
    """
    rule = RULES[step]
    bulk.take_turns(session)
    number, head, texts = _held(session.connection(), key, version, rule.office, actor)
    why = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    _refuse_state(head, step)
    if rule.needs_reason and not why:
        raise ReportRefusedError(reason_zh="请写明原因", reason_en="say why")
    changed: dict[str, object] = {"state": rule.end, "version": head.version + 1}
    if step is ReportStep.FREEZE:
        changed |= _freeze(session, head, texts, made, actor=actor, now=now)
    elif step is ReportStep.REOPEN:
        changed |= {"content": None, "content_hash": None, "frozen_at": None}
    elif step is ReportStep.SIGN:
        _refuse_same_hand(session, number, actor)
    elif step is ReportStep.FILE:
        _file(session, number, head, filed_on, actor=actor, now=now)
    taken = reports.steps(session.connection(), number)
    bulk.insert_mappings(
        session,
        _STEP,
        [
            {
                "report_id": number,
                "sequence": len(taken) + 1,
                "step": step,
                "to_state": rule.end,
                "actor": actor.name,
                "account": actor.account,
                "acts_for": actor.organisation,
                "reason": why or None,
                "taken_at": now,
            }
        ],
    )
    bulk.update_by_id(session, _REPORT, [{"id": number, **changed}])
    said = {"step": step.value, "state": rule.end.value}
    if changed.get("content_hash"):
        said["content_hash"] = str(changed["content_hash"])
    _note(session, actor, ACTIONS[rule.office], head, now=now, said=said, reason=why or None)
    after = msgspec.structs.replace(
        head,
        state=rule.end,
        version=head.version + 1,
        content_hash=changed.get("content_hash", head.content_hash),
        frozen_at=changed.get("frozen_at", head.frozen_at),
    )
    if step is not ReportStep.SEND_BACK:
        return after
    places = {key: i for i, key in published.division_keys(session.connection()).items()}
    _add(
        session,
        year=head.year,
        division=head.division,
        division_id=places[head.division] if head.division else None,
        revision=head.revision + 1,
        texts=texts,
        actor=actor,
        now=now,
    )
    return after


def report_to_freeze(
    connection: Connection, key: str, *, version: int, actor: Actor
) -> tuple[ReportHead, ReportTexts]:
    """Return a report and its texts, if the actor may freeze it as it was shown.

    Raises:
        ReportNotFoundError, PermissionDeniedError, ReportRefusedError, ChangedMeanwhileError: As
            ``take_step``.
    """
    _, head, texts = _held(connection, key, version, RULES[ReportStep.FREEZE].office, actor)
    _refuse_state(head, ReportStep.FREEZE)
    _refuse_unwritten(texts)
    return head, texts


def _refuse_state(head: ReportHead, step: ReportStep) -> None:
    rule = RULES[step]
    if head.state not in rule.start or rule.of_corps not in (None, head.division is None):
        raise ReportRefusedError(
            reason_zh="报告目前的状态不能这样办理",
            reason_en="where the report stands, this cannot be done",
        )


def _refuse_unwritten(texts: ReportTexts) -> None:
    if not texts.progress:
        raise ReportRefusedError(
            reason_zh="请先写“当年进展情况和成效”",
            reason_en="write the progress and results of the year first",
        )


def _freeze(
    session: Session,
    head: ReportHead,
    texts: ReportTexts,
    made: MadeReport | None,
    *,
    actor: Actor,
    now: dt.datetime,
) -> dict[str, object]:
    """Publish the figures, and return the columns that keep the report's content for good."""
    _refuse_unwritten(texts)
    if made is None:
        made = settled(session, partial(make_report, head=head, texts=texts), now)
    if made.figures is not None:
        new = publication_of(head)
        publishing.keep_figures(session, new, made.figures, actor=actor, now=now)
    spelling = canonical(made.content)
    return {
        "content": spelling.decode(),
        "content_hash": fingerprint(spelling),
        "frozen_at": now,
    }


def _held(
    connection: Connection, key: str, version: int, office: Office, actor: Actor
) -> tuple[int, ReportHead, ReportTexts]:
    """Return the id of a report, its head and its latest texts, as the caller has seen it.

    Whoever does not hold the office is told nothing of it, not even that it was changed.
    """
    found = [head for head in reports.every(connection) if head.key == key]
    if not found:
        raise ReportNotFoundError(key=key)
    whose = Thing(division=found[0].division)
    if found[0].state not in PUBLIC and not may(actor, Action.SEE_REPORTS, whose):
        raise ReportNotFoundError(key=key)
    ensure_office(actor, office, found[0].division)
    if found[0].version != version:
        raise audit.changed_meanwhile(connection, thing=_THING, key=key, shown=version)
    number, _ = reports.row_of(connection, key)
    versions = reports.texts(connection, number)
    return number, found[0], versions[0][1] if versions else ReportTexts()


def _refuse_same_hand(session: Session, number: int, actor: Actor) -> None:
    """Refuse whoever froze the figures: two people answer for a report."""
    frozen = [
        (taken.actor, account)
        for taken, account in reports.steps(session.connection(), number)
        if taken.step is ReportStep.FREEZE
    ]
    name, account = frozen[-1]
    is_same = name == actor.name if account is None else account == actor.account
    if is_same:
        raise ReportRefusedError(
            reason_zh="签发人不能是冻结数字的人，请另一位负责人签发",
            reason_en="who froze the figures cannot sign: a second person must",
        )


def _file(
    session: Session,
    number: int,
    head: ReportHead,
    filed_on: dt.date | None,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    today = now.astimezone(CHINA).date()
    day = filed_on or today
    if day > today:
        raise ReportRefusedError(
            reason_zh="报送日期还没有到", reason_en="the day of handing in is yet to come"
        )
    new = NewFiling(
        division=head.division or CORPS, duty=ANNUAL_REPORT, year=head.year, filed_on=day
    )
    filings.add_filing(session, new, report_id=number, evidence_id=None, actor=actor, now=now)


def _add(
    session: Session,
    *,
    year: int,
    division: str | None,
    division_id: int | None,
    revision: int,
    texts: ReportTexts,
    actor: Actor,
    now: dt.datetime,
) -> ReportHead:
    scope = scope_key(division)
    head = ReportHead(
        key=f"{year}-{scope}-{revision}",
        year=year,
        division=division,
        revision=revision,
        state=ReportState.DRAFT,
        version=1,
        content_hash=None,
        opened_at=now,
        frozen_at=None,
    )
    row = {
        "key": head.key,
        "scope": scope,
        "division_id": division_id,
        "year": year,
        "revision": revision,
        "state": head.state,
        "version": head.version,
        "opened_at": now,
    }
    (number,) = bulk.insert_mappings(session, _REPORT, [row])
    bulk.insert_mappings(session, _TEXT, [_text_row(number, 1, texts, actor, now)])
    _note(session, actor, Action.FILE_REPORT, head, now=now, said={"state": "draft"}, version=1)
    return head


def _text_row(
    number: int, version: int, texts: ReportTexts, actor: Actor, now: dt.datetime
) -> dict[str, object]:
    return {
        "report_id": number,
        "version": version,
        **msgspec.structs.asdict(texts),
        "written_at": now,
        "written_by": actor.name,
    }


def _note(
    session: Session,
    actor: Actor,
    action: Action,
    head: ReportHead,
    *,
    now: dt.datetime,
    said: dict[str, str],
    reason: str | None = None,
    version: int | None = None,
) -> None:
    audit.record(
        session,
        actor,
        action=action,
        thing=_THING,
        key=head.key,
        now=now,
        reason=reason,
        after={**said, "version": version or head.version + 1},
        whose=Thing(division=head.division),
    )
