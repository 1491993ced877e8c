"""Adoptions for tests that ask what follows from them, not how they came about."""

from __future__ import annotations

import datetime as dt
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.models.account import Account, Membership, Organisation
from catalog.models.adoption import Adoption, AdoptionStatus, Case
from catalog.models.certificate import Certificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.permissions import Actor, Rank, Role
from catalog.repositories import bulk, changes
from catalog.rules.numbers import normal_number
from catalog.rules.terms import AdoptionState, CaseState, OrganisationState, Route
from tests.builders import NOW, day, making_up

_NUMBERS = count(1)
Decided = tuple[AdoptionState, str]


def an_organisation(
    database: Database,
    key: str,
    role: Role,
    *,
    name: str | None = None,
    division: str | None = None,
    company: str | None = None,
) -> None:
    """Let there be an organisation; a company is named by its name."""
    with making_up(database) as session:
        owned = select(Company.id).where(Company.name == company)
        session.add(
            Organisation(
                key=key,
                role=role,
                name=name or key,
                name_folded=(name or key).casefold(),
                credit_code=None,
                division_id=_division(session, division),
                company_id=session.scalar(owned) if company else None,
                body_id=None,
                state=OrganisationState.PROVED,
                registered_at=NOW,
            )
        )


def an_adoption(
    database: Database,
    product: str,
    *,
    certificate: str | None = "CTC-2024-001",
    adopted_on: str = "2024-06-01",
    valid_to: str | None = None,
    decided: tuple[Decided, ...] = (),
    division: str = "08",
    organisation: str = "maker",
    now: dt.datetime = NOW,
) -> str:
    """Adopt the product of this key, by its certificate or else by a report; return the key."""
    number = next(_NUMBERS)
    route = Route.CERTIFICATE if certificate else Route.TEST_REPORT
    with making_up(database) as session:
        product_id = session.scalars(select(Product.id).where(Product.key == product)).one()
        whose = session.scalar(select(Organisation.id).where(Organisation.key == organisation))
        if whose is None:
            own = Organisation(
                key=organisation,
                role=Role.MANUFACTURER,
                name=organisation,
                name_folded=organisation,
                credit_code=None,
                division_id=None,
                company_id=session.scalar(
                    select(Product.company_id).where(Product.id == product_id)
                ),
                body_id=None,
                state=OrganisationState.PROVED,
                registered_at=now,
            )
            session.add(own)
            session.flush()
            whose = own.id
        paper = None
        if certificate:
            wanted = Certificate.number_normal == normal_number(certificate)
            paper = session.scalars(select(Certificate.id).where(wanted)).one()
        division_id = session.scalars(select(Division.id).where(Division.key == division)).one()
        case = Case(
            key=f"case-{number}",
            number=f"2026-{division}-{number:04}",
            route=route,
            state=CaseState.ADOPTED,
            version=1,
            pack=None,
            product_id=product_id,
            organisation_id=whose,
            division_id=division_id,
            certificate_id=paper,
            report_issued_on=None,
            draft="{}",
            is_synthetic=True,
            opened_at=now,
            ended_at=now,
        )
        session.add(case)
        session.flush()
        adoption = Adoption(
            key=f"adoption-{number}",
            case_id=case.id,
            product_id=product_id,
            division_id=division_id,
            route=route,
            certificate_id=paper,
            report_issued_on=None,
            adopted_on=day(adopted_on),
            valid_to=day(valid_to) if valid_to else None,
            is_synthetic=True,
            recorded_at=now,
        )
        session.add(adoption)
        session.flush()
        for state, from_on in ((AdoptionState.ADOPTED, adopted_on), *decided):
            session.add(
                AdoptionStatus(
                    adoption_id=adoption.id,
                    state=state,
                    from_on=day(from_on),
                    ground=None,
                    reason=None,
                    recorded_at=now,
                )
            )
        # What a service would write through bulk is noted here by hand: the sums follow it.
        changes.note_added(session, bulk.table_of(Adoption), [adoption.id])
        return adoption.key


def _division(session: Session, key: str | None) -> int | None:
    return session.scalar(select(Division.id).where(Division.key == key)) if key else None


def a_member(database: Database, account: str, organisation: str, *, language: str = "zh") -> Actor:
    """Let there be an account that acts for an organisation; return who that is."""
    with making_up(database) as session:
        member = Account(
            key=account,
            login=f"{account}@example.org",
            name=account,
            language=language,
            password_hash="unused",
            password_set_at=NOW,
            must_change_password=False,
            created_at=NOW,
        )
        session.add(member)
        own = session.scalars(select(Organisation).where(Organisation.key == organisation)).one()
        session.flush()
        session.add(
            Membership(
                account_id=member.id, organisation_id=own.id, rank=Rank.ADMINISTRATOR, since=NOW
            )
        )
        division = session.scalar(select(Division.key).where(Division.id == own.division_id))
        return Actor(
            name=account,
            role=own.role,
            account=account,
            organisation=organisation,
            division=division,
        )
