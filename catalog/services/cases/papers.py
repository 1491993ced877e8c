"""Fill a case in, hand its papers in, or take them back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from catalog.errors import CaseRefusedError
from catalog.models.adoption import Case, CaseEvidence
from catalog.models.division import Division
from catalog.permissions import Action, Actor, ensure
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import EDITABLE, TAKES_PAPERS
from catalog.services import audit
from catalog.services.cases.following import evidence_for
from catalog.services.cases.forms import LONGEST_TEXT, day_of, plain
from catalog.services.cases.standing import (
    certificate_of,
    locked_case,
    pack_of,
    whose,
    whose_on_record,
)
from catalog.services.cases.stepping import standing_of
from catalog.views.cases import CaseDraft, CaseStanding

OTHER_KINDS = ("correction", "other")
"""Kinds of file that no route asks for and any case may have."""


def edit_case(
    session: Session,
    key: str,
    draft: CaseDraft,
    *,
    certificate: str | None,
    route: Route | None = None,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> CaseStanding:
    """Write what the applicant filled in; ``certificate`` is the key of the one to stand on.

    Raises:
        CaseNotFoundError: There is no such case, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to change.
        ChangedMeanwhileError: The case was changed since it was shown.
        CaseRefusedError: It cannot be changed now, or not so.
    """
    case = _editable(session, key, version, actor)
    before = _filled_in(case)
    said = {
        name: plain(value, LONGEST_TEXT if name == "introduction" else 200)
        for name, value in msgspec.structs.asdict(draft).items()
    }
    if route is not None and route is not case.route:
        if case.state is not CaseState.DRAFT:
            raise CaseRefusedError(
                reason_zh="提交之后不能更换入库路径", reason_en="the route is fixed once submitted"
            )
        case.route = route
    case.draft = _as_json(CaseDraft(**said))
    case.certificate_id = (
        certificate_of(session, certificate, case.product_id)
        if certificate and case.route is Route.CERTIFICATE
        else None
    )
    after = _filled_in(case)
    if before == after:
        return standing_of(case)
    case.version += 1
    session.flush()
    changed = [name for name in after if after[name] != before.get(name)]
    record_of_applicant(
        session,
        case,
        actor,
        now,
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed},
    )
    return standing_of(case)


def add_paper(
    session: Session,
    key: str,
    evidence: str,
    kind: str,
    *,
    dated_on: dt.date | None,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> CaseStanding:
    """Hand a kept file in for a case; ``dated_on`` is the day that it bears.

    Raises:
        CaseNotFoundError: There is no such case, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to change.
        ChangedMeanwhileError: The case was changed since it was shown.
        CaseRefusedError: It cannot be changed now, nobody asks for such a file, or it has no day.
    """
    case = _editable(session, key, version, actor, TAKES_PAPERS)
    today = day_of(now)
    place = session.get_one(Division, case.division_id).jurisdiction
    pack = pack_of(session.connection(), case.pack, place, today)
    demands = pack.by_route[case.route].by_kind
    demand = demands.get(kind)
    if demand is None and kind not in OTHER_KINDS:
        raise CaseRefusedError(
            reason_zh=f"规则没有“{kind}”这类材料", reason_en=f"the rules ask for no “{kind}”"
        )
    if demand is not None and demand.age is not None and dated_on is None:
        raise CaseRefusedError(
            reason_zh="请填写报告日期", reason_en="say which day the report bears"
        )
    if dated_on is not None and dated_on > today:
        raise CaseRefusedError(reason_zh="日期不能晚于今天", reason_en="the day lies in the future")
    session.add(
        CaseEvidence(
            case_id=case.id,
            evidence_id=evidence_for(session, evidence, actor),
            step_id=None,
            kind=kind,
            dated_on=dated_on,
            added_at=now,
        )
    )
    case.version += 1
    session.flush()
    record_of_applicant(
        session,
        case,
        actor,
        now,
        after={"evidence_added": evidence, "kind": kind, "dated_on": dated_on},
    )
    return standing_of(case)


def take_paper_back(
    session: Session, key: str, paper: int, *, version: int, actor: Actor, now: dt.datetime
) -> CaseStanding:
    """Take a file out of a case; it stays on record.

    Raises:
        CaseNotFoundError: There is no such case, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to change.
        ChangedMeanwhileError: The case was changed since it was shown.
        CaseRefusedError: It cannot be changed now, or holds no such file.
    """
    case = _editable(session, key, version, actor)
    held = session.get(CaseEvidence, paper)
    if (
        held is None
        or held.case_id != case.id
        or held.removed_at is not None
        or held.step_id is not None
    ):
        raise CaseRefusedError(
            reason_zh="申请里没有这份材料", reason_en="the case holds no such file"
        )
    held.removed_at = now
    case.version += 1
    session.flush()
    record_of_applicant(
        session, case, actor, now, after={"evidence_removed": paper, "kind": held.kind}
    )
    return standing_of(case)


def _editable(
    session: Session,
    key: str,
    version: int,
    actor: Actor,
    states: frozenset[CaseState] = EDITABLE,
) -> Case:
    case = locked_case(session, key, actor)
    ensure(actor, Action.APPLY, whose(session, case))
    if case.version != version:
        raise audit.changed_meanwhile(
            session.connection(), thing="case", key=case.number, shown=version
        )
    if case.state not in states:
        raise CaseRefusedError(
            reason_zh="申请已提交，现在不能修改；被退回后可以补正",
            reason_en="it was handed in and can't be changed now, only once it is returned",
        )
    return case


def _filled_in(case: Case) -> dict[str, Any]:
    draft = msgspec.json.decode(case.draft, type=dict[str, str])
    return {**draft, "certificate": case.certificate_id, "route": case.route}


def _as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def record_of_applicant(
    session: Session,
    case: Case,
    actor: Actor,
    now: dt.datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    """Put on record what the applicant did with a case."""
    audit.record(
        session,
        actor,
        action=Action.APPLY,
        thing="case",
        key=case.number,
        now=now,
        before=before,
        after={**after, "version": case.version},
        whose=whose_on_record(session, case),
    )
