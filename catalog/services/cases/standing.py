"""Where a case stands: whose it is, by which rules it goes, and all that guards look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from catalog.errors import CaseNotFoundError, CaseRefusedError
from catalog.models.account import Organisation
from catalog.models.adoption import Case
from catalog.models.certificate import Certificate
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.permissions import Action, Actor, Thing, may
from catalog.repositories import case_papers, cases
from catalog.rules.admission import AdmissionPack
from catalog.rules.packs import pack_in_force
from catalog.rules.terms import CaseState, OrganisationState, Route
from catalog.rules.validity import Validity
from catalog.rules.workflow.clocks import end_of
from catalog.rules.workflow.guards import Facts
from catalog.rules.workflow.steps import DECISIONS_TO_APPEAL, Step
from catalog.services.cases.forms import StepForm, day_of, who
from catalog.views.cases import CaseEvidenceView, DemandView, ObjectionView, StepView

_STATE: Select[*tuple[Any, ...]] = select(Organisation.state).where(
    Organisation.id == bindparam("id")
)
_APPLIES_FOR: Select[*tuple[Any, ...]] = select(
    Organisation.company_id, Organisation.body_id
).where(Organisation.id == bindparam("id"))
_MAKER: Select[*tuple[Any, ...]] = select(Product.company_id).where(Product.id == bindparam("id"))
_OPEN: Select[*tuple[Any, ...]] = select(Case.id).where(
    Case.product_id == bindparam("product_id"),
    Case.ended_at.is_(None),
    Case.id != bindparam("id"),
)
_ORGANISATION: Select[*tuple[Any, ...]] = select(Organisation.key).where(
    Organisation.id == bindparam("id")
)
_DIVISION: Select[*tuple[Any, ...]] = select(Division.key).where(Division.id == bindparam("id"))
_LOCKED: Select[Case] = (
    select(Case)
    .where(Case.key == bindparam("key"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_NOTICES = frozenset({CaseState.NOTICE, CaseState.OBJECTED, CaseState.REMOVAL_NOTICE})


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands on a day, before whoever acts has filled anything in."""

    id: int
    number: str
    state: CaseState
    route: Route
    pack: AdmissionPack
    today: dt.date
    due_on: dt.date | None
    is_proved: bool
    is_own_product: bool
    has_other_case: bool
    paper: Validity
    steps: Sequence[StepView]
    evidence: Sequence[CaseEvidenceView]
    objections: Sequence[ObjectionView]

    def last(self, *wanted: Step) -> StepView | None:
        """Return the latest of these steps, or None."""
        return next((each for each in reversed(self.steps) if each.step in wanted), None)

    @property
    def notice_until(self) -> dt.date | None:
        """The last day of the notice that the case stands in, if any."""
        began = self.last(Step.ANNOUNCE, Step.START_REMOVAL)
        if self.state not in _NOTICES or began is None:
            return None
        return dt.date.fromisoformat(began.detail["until"])

    @property
    def appeal_until(self) -> dt.date | None:
        """The last day for an appeal against the latest decision, if there is one."""
        decision = self.last(*DECISIONS_TO_APPEAL)
        if decision is None or self.state not in (CaseState.REFUSED, CaseState.REMOVED):
            return None
        return end_of(self.pack.clocks.appeal_within, day_of(decision.taken_at))

    @property
    def appeals_against(self) -> CaseState | None:
        """The state from which the latest appeal was made."""
        appeal = self.last(Step.APPEAL)
        return None if appeal is None else appeal.from_state

    @property
    def standing_objections(self) -> tuple[str, ...]:
        """The objections that nobody has judged yet."""
        return tuple(each.key for each in self.objections if each.judged_at is None)

    @property
    def demands(self) -> list[DemandView]:
        """The files that the route asks for, with what is there of them."""
        held = [each for each in self.evidence if each.removed_at is None]
        found = []
        for demand in self.pack.by_route[self.route].evidence:
            of_kind = [each for each in held if each.kind == demand.kind]
            is_too_old = demand.age is not None and any(
                each.dated_on is None
                or each.dated_on > self.today
                or end_of(demand.age, each.dated_on) < self.today
                for each in of_kind
            )
            found.append(
                DemandView(
                    kind=demand.kind,
                    name_zh=demand.name_zh,
                    name_en=demand.name_en,
                    required=demand.required,
                    clause=demand.clause,
                    has_age_limit=demand.age is not None,
                    is_there=bool(of_kind),
                    is_too_old=is_too_old,
                )
            )
        return found

    def facts(self, actor: Actor, form: StepForm) -> Facts:
        """Return what guards look at when the actor takes a step with the form."""
        demands = self.demands
        reviewed, decided = self.last(Step.ACCEPT), self.last(*DECISIONS_TO_APPEAL)
        asked, ground = self.last(Step.ASK_CORRECTION), form.ground
        return Facts(
            today=self.today,
            who=who(actor),
            is_proved=self.is_proved,
            is_own_product=self.is_own_product,
            has_other_case=self.has_other_case,
            paper=self.paper,
            missing_evidence=tuple(
                each.kind for each in demands if each.required and not each.is_there
            ),
            aged_evidence=tuple(each.kind for each in demands if each.is_too_old),
            until=self.notice_until or self.due_on,
            reviewer=None if reviewed is None else reviewed.detail["who"],
            judge=None if decided is None else decided.detail["who"],
            has_corrected=self._came_after(Step.CORRECT, asked),
            appeal_until=self.appeal_until,
            has_appealed=self._came_after(Step.APPEAL, decided),
            standing_objections=self.standing_objections,
            reason=form.reason,
            is_pledged=form.is_pledged,
            missing=form.missing,
            has_objection=form.new_objection is not None,
            objection=form.objection,
            ground=None if ground is None else self.pack.by_ground.get(ground),
        )

    def _came_after(self, step: Step, other: StepView | None) -> bool:
        latest = self.last(step)
        return latest is not None and other is not None and latest.sequence > other.sequence


def stand_of(connection: Connection, key: str, *, today: dt.date) -> Stand:
    """Return how a case that is there stands on a day."""
    row = cases.row_of(connection, key, on=today)
    if row is None:
        raise CaseNotFoundError(key=key)
    head = cases.heading_of(connection, key)
    return Stand(
        id=head.id,
        number=row.number,
        state=row.state,
        route=row.route,
        pack=pack_of(connection, head.pack, head.jurisdiction, today),
        today=today,
        due_on=row.due_on,
        is_proved=is_proved(connection, head.organisation_id),
        is_own_product=is_own(connection, head.organisation_id, head.product_id),
        has_other_case=has_other_case(connection, head.product_id, head.id),
        paper=_paper(connection, row.route, head, today),
        steps=cases.steps_of(connection, head.id),
        evidence=cases.evidence_of(connection, head.id),
        objections=cases.objections_of(connection, head.id),
    )


def _paper(connection: Connection, route: Route, head: cases.Heading, today: dt.date) -> Validity:
    if route is Route.CERTIFICATE:
        return case_papers.paper_on(
            connection,
            certificate_id=head.certificate_id,
            product_id=head.product_id,
            on=today,
        )
    valid_to = case_papers.valid_to_of(connection, head.id)
    # How old a report may be is asked when it is handed in; after that the adoption has its days.
    return Validity.EXPIRED if valid_to is not None and valid_to < today else Validity.VALID


def pack_of(
    connection: Connection, name: str | None, jurisdiction: str, today: dt.date
) -> AdmissionPack:
    """Return the pack that a case goes by: the one it was submitted under, or the one in force.

    Raises:
        CaseRefusedError: No admission pack is in force at the place.
    """
    pack = (
        case_papers.pack_named(connection, name)
        if name is not None
        else pack_in_force(
            case_papers.admission_packs(connection), kind="admission", place=jurisdiction, on=today
        )
    )
    if not isinstance(pack, AdmissionPack):
        raise CaseRefusedError(
            reason_zh="这个地方今天没有适用的入库规则",
            reason_en="no rules of admission are in force here today",
        )
    return pack


def is_proved(connection: Connection, organisation_id: int) -> bool:
    """Tell whether a bureau proved that the organisation is who it says it is."""
    state = connection.scalar(_STATE, {"id": organisation_id})
    return state is OrganisationState.PROVED


def is_own(connection: Connection, organisation_id: int, product_id: int) -> bool:
    """Tell whether the product is the organisation's, or certified by it."""
    company_id, body_id = connection.execute(_APPLIES_FOR, {"id": organisation_id}).one()
    maker = connection.scalar(_MAKER, {"id": product_id})
    if company_id is not None and company_id == maker:
        return True
    return body_id is not None and case_papers.is_certified_by(connection, product_id, body_id)


def has_other_case(connection: Connection, product_id: int, case_id: int | None) -> bool:
    """Tell whether the product has another case that is open."""
    return connection.scalar(_OPEN, {"product_id": product_id, "id": case_id or 0}) is not None


def whose(session: Session, case: Case) -> Thing:
    """Return whose the case is."""
    organisation, division = organisation_and_division(
        session.connection(), case.organisation_id, case.division_id
    )
    return Thing(organisation=organisation, division=division)


def whose_on_record(session: Session, case: Case) -> Thing:
    """Return whose the record of a case is: no bureau's before it is handed in."""
    thing = whose(session, case)
    return thing if case.submitted_at is not None else replace(thing, division=None)


def may_know(actor: Actor, thing: Thing, submitted_at: dt.datetime | None) -> bool:
    """Tell whether the actor may know of a case: one that is not handed in is its applicant's."""
    is_own = thing.organisation is not None and thing.organisation == actor.organisation
    return may(actor, Action.SEE_CASES, thing) and (is_own or submitted_at is not None)


def organisation_and_division(
    connection: Connection, organisation_id: int | None, division_id: int | None
) -> tuple[str | None, str | None]:
    """Return the keys of an organisation and a division, None for none."""
    return (
        connection.scalar(_ORGANISATION, {"id": organisation_id}),
        connection.scalar(_DIVISION, {"id": division_id}),
    )


def locked_case(session: Session, key: str, actor: Actor) -> Case:
    """Return the case, which nobody else can change until this transaction ends.

    Raises:
        CaseNotFoundError: There is none, or the actor may not know of it.
    """
    case = session.scalar(_LOCKED, {"key": key})
    if case is None or not may_know(actor, whose(session, case), case.submitted_at):
        raise CaseNotFoundError(key=key)
    return case


def certificate_of(session: Session, key: str, product_id: int) -> int:
    """Return the id of a certificate that covers the product.

    Raises:
        CaseRefusedError: There is no such certificate, or it does not cover the product.
    """
    found = session.scalar(select(Certificate.id).where(Certificate.key == key))
    if found is None or not case_papers.covers(session.connection(), found, product_id):
        raise CaseRefusedError(
            reason_zh="所选证书不覆盖该产品",
            reason_en="that certificate does not cover the product",
        )
    return found
