"""The register of what divisions hand in to the Corps: by when, on which day, how late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import DivisionNotFoundError, FilingNotFoundError, FilingRefusedError
from catalog.models.reporting import Filing
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, evidence, published, reference
from catalog.repositories import filings as kept
from catalog.rules.annual_report.punctuality import Standing, due_on, owed_years, standing
from catalog.rules.keys import hashed_key
from catalog.rules.pack_reporting import Duty, ReportingPack
from catalog.rules.periods import CHINA
from catalog.services import evidence as files
from catalog.services.audit import record
from catalog.views.published import Scope
from catalog.views.reporting import DutyRow, ExemptionView, FilingRow, FilingView

LONGEST_NOTE = 2000
ANNUAL_REPORT = "annual-report"
_TABLE = bulk.table_of(Filing)


class NewFiling(msgspec.Struct, frozen=True, kw_only=True):
    """What a division handed in, and when; ``evidence`` is the key of the file."""

    division: str
    duty: str
    year: int
    filed_on: dt.date
    evidence: str | None = None
    note: str | None = None


def register(connection: Connection, pack: ReportingPack, *, now: dt.datetime) -> list[DutyRow]:
    """Return every duty of every year with how it stands in each division, the latest first."""
    on = now.astimezone(CHINA).date()
    found = kept.filings(connection, known_at=now)
    let_off = kept.exemptions(connection, known_at=now)
    asked = _asked(connection, pack, on)
    rows = []
    for duty, year in owed_years(pack.duties, on):
        due = due_on(duty, year)
        if due is None:
            continue
        mine = [each for each in found if (each.duty, each.year) == (duty.key, year)]
        exempt = [each for each in let_off if (each.duty, each.year) == (duty.key, year)]
        rows.append(
            DutyRow(
                duty=duty.key,
                year=year,
                due_on=due,
                standings={
                    division: _standing(division, due, mine, exempt, on) for division in asked
                },
                filings=mine,
                exemptions=exempt,
            )
        )
    return sorted(rows, key=lambda row: row.due_on, reverse=True)


def rows_for(
    connection: Connection, pack: ReportingPack, scope: Scope, *, known_at: dt.datetime
) -> list[FilingRow]:
    """Return the punctuality that a report tells.

    The Corps' tells that of the year in every division; a division's own report cannot tell of
    itself, so it tells that of the year before.
    """
    on = known_at.astimezone(CHINA).date()
    found = kept.filings(connection, known_at=known_at)
    let_off = kept.exemptions(connection, known_at=known_at)
    wanted = _asked(connection, pack, on) if scope.division is None else [scope.division]
    rows = []
    for duty in pack.duties:
        is_own = scope.division is not None and duty.key == ANNUAL_REPORT
        year = scope.year - 1 if is_own else scope.year
        due = due_on(duty, year)
        if due is None:
            continue
        mine = [each for each in found if (each.duty, each.year) == (duty.key, year)]
        exempt = [each for each in let_off if (each.duty, each.year) == (duty.key, year)]
        for division in wanted:
            stands = _standing(division, due, mine, exempt, on)
            rows.append(
                FilingRow(
                    division=division, duty=duty.key, year=year, **msgspec.structs.asdict(stands)
                )
            )
    return rows


def record_filing(
    session: Session, pack: ReportingPack, new: NewFiling, *, actor: Actor, now: dt.datetime
) -> FilingView:
    """Put on record what a division handed in on a day; the same entry again is the one there is.

    Raises:
        PermissionDeniedError: The actor may not file for the division.
        DivisionNotFoundError: There is no such division.
        FilingRefusedError: The plan asks for no such thing, or the day is yet to come.
        EvidenceNotFoundError: There is no such file, or the actor may not see it.
    """
    ensure(actor, Action.FILE_REPORT, Thing(division=new.division))
    connection = session.connection()
    ensure_owed(pack, new.duty, new.year, new.filed_on, on=now.astimezone(CHINA).date())
    file = None
    if new.evidence:
        view = files.get(connection, new.evidence, actor=actor)
        file = evidence.ids_by_keys(connection, [view.key])[view.key]
    bulk.take_turns(session)
    said = msgspec.structs.replace(new, note=_note(new))
    for each in kept.filings(connection, known_at=now):
        same = {name: getattr(each, name) for name in NewFiling.__struct_fields__}
        if each.report is None and NewFiling(**same) == said:
            return each
    return add_filing(session, new, report_id=None, evidence_id=file, actor=actor, now=now)


def add_filing(
    session: Session,
    new: NewFiling,
    *,
    report_id: int | None,
    evidence_id: int | None,
    actor: Actor,
    now: dt.datetime,
) -> FilingView:
    """Put an entry on record, for services that have asked whether the actor may.

    Raises:
        DivisionNotFoundError: There is no such division.
    """
    connection = session.connection()
    row = {
        "key": hashed_key("filing", new.division, new.duty, str(new.year), now.isoformat()),
        "division_id": division_id(connection, new.division),
        "duty": new.duty,
        "year": new.year,
        "filed_on": new.filed_on,
        "report_id": report_id,
        "evidence_id": evidence_id,
        "note": _note(new),
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    bulk.insert_mappings(session, _TABLE, [row])
    record(
        session,
        actor,
        action=Action.FILE_REPORT,
        thing="filing",
        key=str(row["key"]),
        now=now,
        after={"division": new.division, "duty": new.duty, "year": new.year,
               "filed_on": new.filed_on},
        whose=Thing(division=new.division),
    )  # fmt: skip
    found = kept.find_filing(connection, str(row["key"]))
    if found is None:
        raise FilingNotFoundError(key=row["key"])
    return found[1]


def withdraw_filing(
    session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> FilingView:
    """Take an entry back that was put down by mistake; it stays, with the reason.

    Raises:
        FilingNotFoundError: There is no such entry.
        PermissionDeniedError: The actor may not file for the division.
        FilingRefusedError: It is a report of ours, was taken back before, or no reason is given.
    """
    connection = session.connection()
    found = kept.find_filing(connection, key)
    if found is None:
        raise FilingNotFoundError(key=key)
    number, view = found
    ensure(actor, Action.FILE_REPORT, Thing(division=view.division))
    why = reason.strip()[:LONGEST_NOTE]
    if view.report is not None:
        raise FilingRefusedError(
            reason_zh="系统内报送的年度报告不能在这里撤回，请由兵团退回",
            reason_en="a report filed in the system is sent back by the Corps, not withdrawn here",
        )
    if view.withdrawn_at is not None or not why:
        raise FilingRefusedError(
            reason_zh="已经撤回过，或没有写明原因",
            reason_en="it was withdrawn before, or no reason is given",
        )
    bulk.update_by_id(
        session, _TABLE, [{"id": number, "withdrawn_at": now, "withdrawn_reason": why}]
    )
    record(
        session, actor, action=Action.FILE_REPORT, thing="filing", key=key, now=now, reason=why,
        before={"filed_on": view.filed_on}, after={"filed_on": None},
        whose=Thing(division=view.division),
    )  # fmt: skip
    return msgspec.structs.replace(view, withdrawn_at=now, withdrawn_reason=why)


def ensure_owed(
    pack: ReportingPack, duty: str, year: int, filed_on: dt.date | None, *, on: dt.date
) -> None:
    """Refuse what the plan does not ask for, and a day of handing in that is yet to come.

    Raises:
        FilingRefusedError: It is one of these.
    """
    known: dict[str, Duty] = {each.key: each for each in pack.duties}
    if duty not in known or due_on(known[duty], year) is None:
        raise FilingRefusedError(
            reason_zh=f"{year} 年没有要报送的这一项",
            reason_en=f"nothing of this kind is to be handed in for {year}",
        )
    if filed_on is not None and filed_on > on:
        raise FilingRefusedError(
            reason_zh="报送日期还没有到", reason_en="the day of handing in is yet to come"
        )


def _note(new: NewFiling) -> str | None:
    return (new.note or "").strip()[:LONGEST_NOTE] or None


def _asked(connection: Connection, pack: ReportingPack, on: dt.date) -> list[str]:
    """Return the divisions that hand something in, in their order."""
    every = [each.key for each in reference.divisions(connection, on=on)]
    return [key for key in every if key not in pack.not_asked]


def _standing(
    division: str,
    due: dt.date,
    filed: Sequence[FilingView],
    let_off: Iterable[ExemptionView],
    on: dt.date,
) -> Standing:
    return standing(
        due,
        [each.filed_on for each in filed if each.division == division],
        is_exempt=any(each.division == division for each in let_off),
        on=on,
    )


def division_id(connection: Connection, key: str) -> int:
    """Return the id of a division.

    Raises:
        DivisionNotFoundError: There is no such division.
    """
    for number, known in published.division_keys(connection).items():
        if known == key:
            return number
    raise DivisionNotFoundError(key=key)
