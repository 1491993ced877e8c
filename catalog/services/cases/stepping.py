"""Take a step of a case: the one door through which a case or an adoption changes its state."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import (
    ClockBehindError,
    StepImpossibleError,
    StepRefusedError,
)
from catalog.models.adoption import Case, CaseStep
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import bulk
from catalog.rules.packs import named
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow import clocks
from catalog.rules.workflow.guards import refusals
from catalog.rules.workflow.steps import ENDED, Rule, Step, rules_from, target
from catalog.services import audit
from catalog.services.cases import following
from catalog.services.cases.forms import (
    NOTHING,
    StepForm,
    day_of,
    digest_of,
    plain_form,
    who,
)
from catalog.services.cases.standing import (
    Stand,
    locked_case,
    stand_of,
    whose,
    whose_on_record,
)
from catalog.views.cases import CaseStanding


def take_step(
    session: Session,
    key: str,
    step: Step,
    form: StepForm = NOTHING,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> CaseStanding:
    """Take a step of the case that was shown in this version, and say where it stands then.

    The same form sent twice takes one step. Of two people at once the first one takes theirs;
    the other is told what changed.

    Raises:
        CaseNotFoundError: There is no such case, or the actor may not know of it.
        PermissionDeniedError: The step is not the actor's.
        ChangedMeanwhileError: The case was changed since it was shown.
        StepImpossibleError: A case in this state knows no such step.
        StepRefusedError: Something stands in the way of it.
        CaseRefusedError: What was filled in cannot be kept.
        ClockBehindError: The last step is dated after now.
    """
    case = locked_case(session, key, actor)
    thing, filled = whose(session, case), plain_form(form)
    if case.version != version:
        if _is_sent_again(session, case, step, filled, version=version, actor=actor):
            return standing_of(case)
        raise audit.changed_meanwhile(
            session.connection(), thing="case", key=case.number, shown=version
        )
    rule = _rule_for(case, step, actor, thing)
    if step is Step.APPEAL:
        # It opens the case again, and somebody may open another one for the product just now.
        bulk.take_turns(session)
    stand = stand_of(session.connection(), key, today=day_of(now))
    last = stand.steps[-1]
    if last.taken_at > now:
        raise ClockBehindError(key=case.number)
    found = refusals(rule.guards, stand.facts(actor, filled))
    if found:
        raise StepRefusedError(
            reason_zh="；".join(each.zh for each in found),
            reason_en="; ".join(each.en for each in found),
        )
    to = target(
        rule,
        has_other_objections=set(stand.standing_objections) != {filled.objection},
        appeals_against=stand.appeals_against,
    )
    _write(session, case, stand, rule, to, form=filled, actor=actor, now=now)
    return standing_of(case)


def standing_of(case: Case) -> CaseStanding:
    """Return where the case stands."""
    return CaseStanding(number=case.number, state=case.state, version=case.version)


def _rule_for(case: Case, step: Step, actor: Actor, thing: Thing) -> Rule:
    possible = [rule for rule in rules_from(case.state) if rule.step is step]
    if not possible:
        raise StepImpossibleError(key=case.number, step=step.value)
    for rule in possible:
        if may(actor, Action(rule.right.value), thing):
            return rule
    ensure(actor, Action(possible[0].right.value), thing)
    return possible[0]


def _is_sent_again(
    session: Session, case: Case, step: Step, form: StepForm, *, version: int, actor: Actor
) -> bool:
    """Tell whether the case's last step is the very one that is asked for."""
    last = session.scalar(
        select(CaseStep)
        .where(CaseStep.case_id == case.id)
        .order_by(CaseStep.sequence.desc())
        .limit(1)
    )
    if last is None or last.step != step.value:
        return False
    detail = msgspec.json.decode(last.detail)
    said = (detail.get("version"), detail.get("who"), detail.get("form"))
    return said == (version, who(actor), digest_of(form))


def _write(
    session: Session,
    case: Case,
    stand: Stand,
    rule: Rule,
    to: CaseState,
    *,
    form: StepForm,
    actor: Actor,
    now: dt.datetime,
) -> None:
    before = _told(case)
    detail = _detail(stand, rule, to, form)
    row = CaseStep(
        case_id=case.id,
        sequence=stand.steps[-1].sequence + 1,
        step=rule.step.value,
        from_state=case.state,
        to_state=to,
        actor=actor.name,
        account=actor.account,
        acts_for=actor.organisation,
        role=actor.role.value,
        reason=form.reason or None,
        detail=_as_json(
            {**detail, "version": case.version, "who": who(actor), "form": digest_of(form)}
        ),
        taken_at=now,
    )
    session.add(row)
    session.flush()
    if rule.step is Step.SUBMIT:
        case.pack = case.pack or named(stand.pack)
        case.submitted_at = now
        case.report_issued_on = _report_issued_on(stand)
    case.due_on = _due_on(stand, to, rule.step)
    case.state = to
    case.version += 1
    case.ended_at = now if to in ENDED else None
    session.flush()
    following.follow(session, case, row, stand, form, actor=actor, now=now)
    audit.record(
        session,
        actor,
        action=Action(rule.right.value),
        thing="case",
        key=case.number,
        now=now,
        reason=form.reason or None,
        before=before,
        after={**_told(case), "step": rule.step.value, **detail},
        whose=whose_on_record(session, case),
    )


def _told(case: Case) -> dict[str, Any]:
    """Return what the record says of a case."""
    return {"state": case.state, "version": case.version, "due_on": case.due_on}


def _due_on(stand: Stand, to: CaseState, step: Step) -> dt.date | None:
    if step is Step.CORRECT:
        return stand.due_on
    if step is Step.DISMISS and to is CaseState.NOTICE:
        # The notice goes on as it was announced; an objection neither shortens nor lengthens it.
        return stand.notice_until
    if step in (Step.OBJECT, Step.DISMISS) and stand.state is CaseState.OBJECTED:
        return stand.due_on
    return clocks.due_on(stand.pack.clocks, to, stand.today)


def _detail(stand: Stand, rule: Rule, to: CaseState, form: StepForm) -> dict[str, Any]:
    """Return what belongs to the step: what was pledged, what is missing, which days it has."""
    detail: dict[str, Any] = {}
    if rule.step is Step.SUBMIT:
        detail["pledge"] = named(stand.pack)
        detail["evidence"] = [
            [each.kind, each.evidence, each.sha256]
            for each in stand.evidence
            if each.removed_at is None
        ]
    if rule.step is Step.RETURN:
        detail["missing"] = list(form.missing)
    if rule.step in (Step.ANNOUNCE, Step.START_REMOVAL):
        until = clocks.due_on(stand.pack.clocks, to, stand.today)
        detail["from"], detail["until"] = stand.today.isoformat(), str(until)
    ground = ground_of(stand, rule, form)
    if ground is not None:
        detail["ground"] = ground
    if form.objection is not None and rule.step in (Step.DISMISS, Step.UPHOLD):
        detail["objection"] = form.objection
    return detail


def ground_of(stand: Stand, rule: Rule, form: StepForm) -> str | None:
    """Return the ground on which an adoption is to be corrected, is removed, or lapses."""
    if rule.step is Step.LAPSE:
        return stand.pack.lapse_ground
    if rule.step is Step.ASK_CORRECTION:
        return form.ground
    if rule.step in (Step.START_REMOVAL, Step.REMOVE):
        if stand.state in (CaseState.ADOPTED, CaseState.SUSPENDED):
            return form.ground
        named_by = stand.last(Step.START_REMOVAL, Step.ASK_CORRECTION)
        return None if named_by is None else named_by.detail["ground"]
    return None


def _report_issued_on(stand: Stand) -> dt.date | None:
    """Return the day of the oldest report that the case stands on."""
    if stand.route is not Route.TEST_REPORT:
        return None
    aged = {kind for kind, each in stand.pack.by_route[stand.route].by_kind.items() if each.age}
    days = [
        each.dated_on
        for each in stand.evidence
        if each.removed_at is None and each.kind in aged and each.dated_on is not None
    ]
    return min(days, default=None)


def _as_json(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
