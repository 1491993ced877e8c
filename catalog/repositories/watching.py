"""Queries for watch-lists: what may run out or wait, narrowed to whom it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    literal,
    or_,
    select,
    true,
)

from catalog.models.account import Organisation
from catalog.models.adoption import Adoption, Case
from catalog.models.certificate import (
    Certificate,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.inspection import SurveillanceVisit
from catalog.models.product import Product
from catalog.models.submission import ProductSubmission
from catalog.repositories.adopted import ADOPTED, rank_on
from catalog.rules.terms import Route, SubmissionState

Condition = ColumnElement[bool]


class Sight(NamedTuple):
    """Whose things are looked at; without any of these, everybody's.

    ``owner`` is the name that projects give their owner; ``products`` are then those that its
    lines name.
    """

    division: str | None = None
    company_id: int | None = None
    body_id: int | None = None
    owner: str | None = None
    products: frozenset[int] = frozenset()
    organisation: str | None = None


EVERYTHING = Sight()


def certificates(
    connection: Connection, sight: Sight, *, on: dt.date, until: dt.date, visited_by: dt.date
) -> list[Any]:
    """Return certificates that end from one day up to another, or whose visit may be due.

    Those last visited by ``visited_by`` may be, and those on which an adoption rests and of which
    no visit is known.
    """
    current = SurveillanceVisit.superseded_at.is_(None)
    of_it = SurveillanceVisit.certificate_id == Certificate.id
    ending = exists().where(
        CertificateVersion.certificate_id == Certificate.id,
        CertificateVersion.superseded_at.is_(None),
        CertificateVersion.valid_to.between(on, until),
    )
    visited = exists().where(of_it, current)
    visited_since = exists().where(of_it, current, SurveillanceVisit.visited_on > visited_by)
    carries = exists().where(Adoption.certificate_id == Certificate.id)
    statement = (
        select(Certificate.id, Certificate.key, Certificate.number, CertificationBody.key)
        .join(CertificationBody, CertificationBody.id == Certificate.body_id)
        .where(
            Certificate.withdrawn_at.is_(None),
            or_(ending, visited & ~visited_since, carries & ~visited),
            _concerns_certificate(sight),
        )
        .order_by(Certificate.id)
    )
    return list(connection.execute(statement))


def adoptions_lost(
    connection: Connection, sight: Sight, *, on: dt.date, since: dt.date
) -> list[Any]:
    """Return adoptions that do not hold on the day and held on an earlier one, or began since."""
    statement = _adoptions(sight).where(
        rank_on(literal(on)) != ADOPTED,
        or_(rank_on(literal(since)) == ADOPTED, Adoption.adopted_on >= since),
    )
    return list(connection.execute(statement))


def reports_ending(
    connection: Connection, sight: Sight, *, on: dt.date, until: dt.date
) -> list[Any]:
    """Return adoptions by a test report that count on the day and end from then to another."""
    statement = _adoptions(sight).where(
        Adoption.route == Route.TEST_REPORT,
        Adoption.valid_to.between(on, until),
        rank_on(literal(on)) == ADOPTED,
    )
    return list(connection.execute(statement))


def cases_due(connection: Connection, sight: Sight, *, until: dt.date) -> list[Any]:
    """Return open cases whose clock runs out by a day."""
    concerns: Condition = true()
    if sight.division is not None:
        concerns = Division.key == sight.division
    elif sight != EVERYTHING:
        concerns = Organisation.key == sight.organisation
    statement = (
        select(
            Case.key,
            Case.number,
            Case.state,
            Case.due_on,
            Case.product_id,
            Organisation.key.label("organisation"),
            Division.key.label("division"),
        )
        .join(Organisation, Organisation.id == Case.organisation_id)
        .join(Division, Division.id == Case.division_id)
        .where(Case.ended_at.is_(None), Case.due_on <= until, concerns)
        .order_by(Case.due_on, Case.id)
    )
    return list(connection.execute(statement))


def submissions(connection: Connection, sight: Sight, *, judged_since: dt.datetime) -> list[Any]:
    """Return what waits for a bureau's proof, and what was judged since a moment.

    What is judged concerns the company alone, so a division's sight is of what waits.
    """
    waits = ProductSubmission.state == SubmissionState.SUBMITTED
    judged = ProductSubmission.state.in_((SubmissionState.RETURNED, SubmissionState.PROVED)) & (
        ProductSubmission.judged_at >= judged_since
    )
    concerns: Condition = or_(waits, judged)
    if sight.division is not None:
        concerns = and_(Division.key == sight.division, waits)
    elif sight != EVERYTHING:
        concerns = and_(Organisation.key == sight.organisation, concerns)
    statement = (
        select(
            ProductSubmission.key,
            ProductSubmission.state,
            ProductSubmission.version,
            ProductSubmission.content,
            ProductSubmission.submitted_at,
            ProductSubmission.judged_at,
            Organisation.key.label("organisation"),
            Division.key.label("division"),
        )
        .join(Organisation, Organisation.id == ProductSubmission.organisation_id)
        .outerjoin(Division, Division.id == ProductSubmission.division_id)
        .where(concerns)
        .order_by(ProductSubmission.submitted_at, ProductSubmission.id)
    )
    return list(connection.execute(statement))


def _adoptions(sight: Sight) -> Select[*tuple[Any, ...]]:
    return (
        select(Adoption.key, Case.number, Adoption.product_id, Adoption.valid_to)
        .join(Case, Case.id == Adoption.case_id)
        .join(Product, Product.id == Adoption.product_id)
        .where(Product.withdrawn_at.is_(None), _concerns_product(sight))
        .order_by(Adoption.id)
    )


def _concerns_certificate(sight: Sight) -> Condition:
    if sight.body_id is not None:
        return Certificate.body_id == sight.body_id
    if sight.owner is not None:  # Few products beside all certificates: they are asked first.
        return Certificate.id.in_(
            select(ProductCertificate.certificate_id)
            .join(Product, Product.id == ProductCertificate.product_id)
            .where(
                ProductCertificate.superseded_at.is_(None),
                Product.withdrawn_at.is_(None),
                _concerns_product(sight),
            )
        )
    return (
        exists()
        .where(
            ProductCertificate.certificate_id == Certificate.id,
            ProductCertificate.superseded_at.is_(None),
            Product.id == ProductCertificate.product_id,
            Product.withdrawn_at.is_(None),
            _concerns_product(sight),
        )
        .correlate(Certificate)
    )


def _concerns_product(sight: Sight) -> Condition:
    if sight.company_id is not None:
        return Product.company_id == sight.company_id
    if sight.owner is not None:
        return Product.id.in_(sorted(sight.products))
    if sight.division is not None:
        wanted = select(Division.id).where(Division.key == sight.division).scalar_subquery()
        return or_(
            Product.company_id.in_(select(Company.id).where(Company.division_id == wanted)),
            Product.id.in_(select(Adoption.product_id).where(Adoption.division_id == wanted)),
        )
    if sight.body_id is not None:
        return Product.id.in_(
            select(ProductCertificate.product_id)
            .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
            .where(Certificate.body_id == sight.body_id, ProductCertificate.superseded_at.is_(None))
        )
    return true()
