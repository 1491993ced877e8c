"""Read cases: a queue, one with everything in it, and the public notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection

from catalog.errors import CaseNotFoundError
from catalog.permissions import Action, Actor, Reach, Thing, ensure, may, reach_of
from catalog.repositories import case_candidates, case_papers, cases
from catalog.rules.admission import AdmissionPack
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.guards import refusals
from catalog.rules.workflow.steps import TAKES_PAPERS, Step, rules_from
from catalog.rules.workflow.working_days import is_known
from catalog.sealing import Sealer
from catalog.services.cases.forms import NOTHING
from catalog.services.cases.standing import Stand, may_know, stand_of
from catalog.views.cases import (
    ApplicableProduct,
    CaseDetail,
    CaseDraft,
    CaseEvidenceView,
    CasePage,
    CaseRow,
    CaseTotals,
    GroundView,
    HindranceView,
    IdentityView,
    NoticeView,
    PossibleStep,
)

MOST_PRODUCTS = 500
_PUBLIC_STEPS = {CaseState.NOTICE, CaseState.OBJECTED}


def browse_cases(
    connection: Connection,
    actor: Actor,
    *,
    on: dt.date,
    limit: int,
    offset: int,
    states: Sequence[CaseState] = (),
    division: str | None = None,
    organisation: str | None = None,
    route: Route | None = None,
    words: str | None = None,
    is_overdue: bool | None = None,
) -> CasePage:
    """Return one page of the cases that the actor may see, those that are due first before others.

    ``words`` is part of a number, of a product's name or of an organisation's.

    Raises:
        PermissionDeniedError: The actor may see no cases at all.
    """
    rows, total = cases.page_of(
        connection,
        within=_within(actor),
        on=on,
        states=states,
        division=division,
        organisation=organisation,
        route=route,
        words=words,
        is_overdue=is_overdue,
        limit=limit,
        offset=offset,
    )
    return CasePage(rows, limit, offset, total)


def case_totals(connection: Connection, actor: Actor, *, on: dt.date) -> list[CaseTotals]:
    """Return how many of the cases that the actor may see stand in each state.

    Raises:
        PermissionDeniedError: The actor may see no cases at all.
    """
    return cases.totals(connection, within=_within(actor), on=on)


def get_case(connection: Connection, key: str, actor: Actor, *, on: dt.date) -> CaseDetail:
    """Return a case with all that the actor may see of it, and the steps open to them on a day.

    Raises:
        CaseNotFoundError: There is no such case, or the actor may not know of it.
    """
    row = _seen(connection, key, actor, on)
    stand = stand_of(connection, key, today=on)
    head = cases.heading_of(connection, key)
    thing = _thing(row)
    is_applicant, judges = may(actor, Action.APPLY, thing), _judges(actor, thing)
    return CaseDetail(
        **msgspec.structs.asdict(row),
        pack=head.pack,
        on=on,
        paper=stand.paper,
        draft=msgspec.json.decode(head.draft, type=CaseDraft),
        pledge_zh=stand.pack.pledge_zh,
        pledge_en=stand.pack.pledge_en,
        is_editable=is_applicant and row.state in TAKES_PAPERS,
        is_due_certain=row.due_on is None or is_known(row.due_on.year),
        appeal_until=stand.appeal_until,
        demands=stand.demands,
        evidence=_files(stand, judges=judges),
        steps=list(stand.steps),
        objections=list(stand.objections) if judges else [],
        possible=_possible(stand, row.state, actor, thing),
        grounds=[_ground(each.key, stand.pack) for each in stand.pack.grounds],
    )


def identity_of_objector(
    connection: Connection, key: str, objection: str, sealer: Sealer, actor: Actor, *, on: dt.date
) -> IdentityView:
    """Return who objected: only for those who judge objections.

    Raises:
        CaseNotFoundError: There is no such case or objection, or the actor may not know of it.
        PermissionDeniedError: The actor judges no objections.
    """
    row = _seen(connection, key, actor, on)
    ensure(actor, Action.REREVIEW_CASES, _thing(row))
    head = cases.heading_of(connection, key)
    sealed = cases.sealed_identity(connection, head.id, objection)
    if sealed is None:
        raise CaseNotFoundError(key=f"{key} {objection}")
    return msgspec.json.decode(sealer.open(sealed), type=IdentityView)


def certificates_for(connection: Connection, product: str) -> list[tuple[str, str]]:
    """Return key and number of the certificates that a case of the product can stand on."""
    return case_papers.certificates_of(connection, product)


def products_to_apply_for(connection: Connection, actor: Actor) -> list[ApplicableProduct]:
    """Return the products of the actor's organisation; of a body, whose products vary, none.

    Raises:
        PermissionDeniedError: The actor applies for nobody.
    """
    ensure(actor, Action.APPLY, Thing(organisation=actor.organisation))
    organisation = actor.organisation or ""
    return case_candidates.products_of(connection, organisation, limit=MOST_PRODUCTS)


def running_notices(connection: Connection, *, on: dt.date) -> list[NoticeView]:
    """Return the public notices that run on a day, the one that ends first before others.

    Who objected, and to what, is not public.
    """
    found = []
    for row, case_id, pack in cases.noticed(connection, on=on):
        steps = cases.steps_of(connection, case_id)
        began = next(
            each for each in reversed(steps) if each.step in (Step.ANNOUNCE, Step.START_REMOVAL)
        )
        until = dt.date.fromisoformat(began.detail["until"])
        if until < on:
            continue
        ground = _named_ground(connection, pack, began.detail.get("ground"))
        found.append(
            NoticeView(
                number=row.number,
                is_removal=row.state not in _PUBLIC_STEPS,
                ground_zh=ground.name_zh if ground else None,
                ground_en=ground.name_en if ground else None,
                product=row.product,
                product_name=row.product_name,
                model=row.model,
                category=row.category,
                company=row.company,
                company_name=row.company_name,
                division=row.division,
                route=row.route,
                certificate=row.certificate,
                certificate_number=row.certificate_number,
                first_on=dt.date.fromisoformat(began.detail["from"]),
                until=until,
                is_until_certain=is_known(until.year),
                is_objected=row.state is CaseState.OBJECTED,
                is_synthetic=row.is_synthetic,
            )
        )
    return sorted(found, key=lambda each: (each.until, each.number))


def _within(actor: Actor) -> ColumnElement[bool]:
    """Return which cases the actor may see: ``may_know`` for many at once."""
    ensure(actor, Action.SEE_CASES)
    reach = reach_of(actor, Action.SEE_CASES)
    own = cases.of_organisation(actor.organisation)
    if reach is Reach.OWN:
        return own
    if reach is Reach.ALL:
        return own | cases.is_handed_in()
    return own | (cases.of_division(actor.division) & cases.is_handed_in())


def _seen(connection: Connection, key: str, actor: Actor, on: dt.date) -> CaseRow:
    row = cases.row_of(connection, key, on=on)
    if row is None or not may_know(actor, _thing(row), row.submitted_at):
        raise CaseNotFoundError(key=key)
    return row


def _thing(row: CaseRow) -> Thing:
    return Thing(organisation=row.organisation, division=row.division)


def _judges(actor: Actor, thing: Thing) -> bool:
    rights = (Action.RECORD_OBJECTIONS, Action.REREVIEW_CASES)
    return any(may(actor, right, thing) for right in rights)


def _files(stand: Stand, *, judges: bool) -> list[CaseEvidenceView]:
    """Return the files of a case; what came with an objection may tell who objected."""
    objected = {each.sequence for each in stand.steps if each.step is Step.OBJECT}
    return [each for each in stand.evidence if judges or each.sequence not in objected]


def _possible(stand: Stand, state: CaseState, actor: Actor, thing: Thing) -> list[PossibleStep]:
    facts = stand.facts(actor, NOTHING)
    found: dict[Step, PossibleStep] = {}
    for rule in rules_from(state):
        if rule.step not in found and may(actor, Action(rule.right.value), thing):
            hindrances = refusals(rule.guards, facts, before_form=True)
            found[rule.step] = PossibleStep(
                step=rule.step,
                hindrances=[
                    HindranceView(each.guard.value, each.zh, each.en) for each in hindrances
                ],
            )
    return list(found.values())


def _ground(key: str, pack: AdmissionPack) -> GroundView:
    ground = pack.by_ground[key]
    return GroundView(
        key=ground.key,
        name_zh=ground.name_zh,
        name_en=ground.name_en,
        correction=ground.correction,
        clause=ground.clause,
    )


def _named_ground(connection: Connection, pack: str | None, key: str | None) -> GroundView | None:
    found = case_papers.pack_named(connection, pack) if pack and key else None
    return _ground(key, found) if key and isinstance(found, AdmissionPack) else None
