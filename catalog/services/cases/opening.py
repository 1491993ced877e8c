"""Open a case for a product."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.errors import (
    CaseRefusedError,
    DivisionNotFoundError,
    PermissionDeniedError,
    ProductNotFoundError,
    StepRefusedError,
)
from catalog.models.account import Organisation
from catalog.models.adoption import Case, CaseStep
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.guards import Facts, Guard, refusals
from catalog.rules.workflow.steps import Step
from catalog.services.cases.forms import day_of, who
from catalog.services.cases.papers import record_of_applicant
from catalog.services.cases.standing import (
    has_other_case,
    is_own,
    stand_of,
)
from catalog.services.cases.stepping import standing_of, take_step
from catalog.views.cases import CaseDraft, CaseStanding


def open_case(
    session: Session,
    product: str,
    route: Route,
    *,
    actor: Actor,
    now: dt.datetime,
    division: str | None = None,
) -> CaseStanding:
    """Open a case for a product in a division, by default that of the organisation.

    A draft that the organisation has for the product already is that case: to ask twice opens
    one. An adoption of its own whose papers ran out lapses, so that it can be applied for anew.

    Raises:
        PermissionDeniedError: The actor applies for nobody.
        ProductNotFoundError: There is no such product.
        DivisionNotFoundError: There is no such division.
        StepRefusedError: It is not the organisation's product, or another case is open.
        CaseRefusedError: No division is named, and the organisation has none.
    """
    ensure(actor, Action.APPLY, Thing(organisation=actor.organisation))
    owner = session.scalar(select(Organisation).where(Organisation.key == actor.organisation))
    if owner is None:
        raise PermissionDeniedError(action=Action.APPLY.value)
    found = session.scalar(
        select(Product).where(Product.key == product, Product.withdrawn_at.is_(None))
    )
    if found is None:
        raise ProductNotFoundError(key=product)
    # Two at once would both find that no case is open, and count to the same number.
    bulk.take_turns(session)
    held = session.scalar(
        select(Case).where(
            Case.product_id == found.id,
            Case.ended_at.is_(None),
            Case.organisation_id == owner.id,
        )
    )
    if held is not None and held.state is CaseState.DRAFT:
        return standing_of(held)
    if held is not None and _papers_are_over(session, held, now):
        take_step(session, held.key, Step.LAPSE, version=held.version, actor=actor, now=now)
    _ensure_may_be_opened(session, owner, found, actor, now)
    place = _division(session, division, owner)
    number = _next_number(session, place.key, day_of(now).year)
    case = Case(
        key=number,
        number=number,
        route=route,
        state=CaseState.DRAFT,
        version=1,
        pack=None,
        product_id=found.id,
        organisation_id=owner.id,
        division_id=place.id,
        certificate_id=None,
        report_issued_on=None,
        draft=_as_json(CaseDraft()),
        is_synthetic=found.is_synthetic,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    session.add(
        CaseStep(
            case_id=case.id,
            sequence=1,
            step=Step.OPEN.value,
            from_state=None,
            to_state=CaseState.DRAFT,
            actor=actor.name,
            account=actor.account,
            acts_for=actor.organisation,
            role=actor.role.value,
            reason=None,
            detail=_as_json({"who": who(actor)}),
            taken_at=now,
        )
    )
    session.flush()
    record_of_applicant(
        session,
        case,
        actor,
        now,
        after={
            "step": Step.OPEN.value,
            "state": case.state,
            "product": product,
            "route": route,
        },
    )
    return standing_of(case)


def _ensure_may_be_opened(
    session: Session, owner: Organisation, product: Product, actor: Actor, now: dt.datetime
) -> None:
    connection = session.connection()
    facts = Facts(
        today=day_of(now),
        who=who(actor),
        is_own_product=is_own(connection, owner.id, product.id),
        has_other_case=has_other_case(connection, product.id, None),
    )
    found = refusals((Guard.OWN_PRODUCT, Guard.NO_OTHER_CASE), facts)
    if found:
        raise StepRefusedError(
            reason_zh="；".join(each.zh for each in found),
            reason_en="; ".join(each.en for each in found),
        )


def _papers_are_over(session: Session, case: Case, now: dt.datetime) -> bool:
    if case.state not in (CaseState.ADOPTED, CaseState.SUSPENDED):
        return False
    stand = stand_of(session.connection(), case.key, today=day_of(now))
    over = Facts(today=stand.today, who="", paper=stand.paper)
    return not refusals((Guard.PAPERS_OVER,), over)


def _division(session: Session, key: str | None, owner: Organisation) -> Division:
    if key is not None:
        named = session.scalar(select(Division).where(Division.key == key))
        if named is None:
            raise DivisionNotFoundError(key=key)
        return named
    if owner.division_id is None:
        raise CaseRefusedError(
            reason_zh="请选择受理的师市", reason_en="choose the division to apply in"
        )
    return session.get_one(Division, owner.division_id)


def _next_number(session: Session, division: str, year: int) -> str:
    start = f"{year}-{division}-"
    # The longest first: the ten-thousandth comes after 9999.
    last = session.scalar(
        select(Case.number)
        .where(Case.number.startswith(start))
        .order_by(func.length(Case.number).desc(), Case.number.desc())
        .limit(1)
    )
    return f"{start}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def _as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()
