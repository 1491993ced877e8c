"""Queries for the products that companies submit, and for what is held of their certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from catalog.models.account import Organisation
from catalog.models.certificate import (
    Certificate,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.product import Product
from catalog.models.submission import ProductSubmission
from catalog.permissions import Action, Actor, Reach, reach_of
from catalog.rules.terms import SubmissionState
from catalog.views.submissions import SubmissionDraft, SubmissionRow

# What a company changes before it hands it in again is its own to read; others read what it sent.
_IS_OWN = Organisation.key == bindparam("reader")
_NOTHING = "{}"
_CONTENT = case(
    (_IS_OWN, ProductSubmission.content),
    else_=func.coalesce(ProductSubmission.sent_content, _NOTHING),
)
_EVIDENCE = case((_IS_OWN, ProductSubmission.evidence_id), else_=ProductSubmission.sent_evidence_id)
_VIEW: Select[*tuple[Any, ...]] = (
    select(
        ProductSubmission.key,
        ProductSubmission.state,
        ProductSubmission.version,
        Organisation.key.label("organisation"),
        Organisation.name.label("organisation_name"),
        Division.key.label("division"),
        _CONTENT.label("draft"),
        Evidence.key.label("evidence"),
        Evidence.name.label("evidence_name"),
        ProductSubmission.begun_at,
        ProductSubmission.submitted_at,
        ProductSubmission.judged_at,
        ProductSubmission.judged_by,
        ProductSubmission.judged_reason,
        ProductSubmission.run_id.label("run"),
        Product.key.label("product"),
    )
    .select_from(ProductSubmission)
    .join(Organisation, Organisation.id == ProductSubmission.organisation_id)
    .outerjoin(Division, Division.id == ProductSubmission.division_id)
    .outerjoin(Evidence, Evidence.id == _EVIDENCE)
    .outerjoin(Product, Product.id == ProductSubmission.product_id)
)
_BY_KEY: Select[*tuple[Any, ...]] = _VIEW.where(ProductSubmission.key == bindparam("key"))
_COMPANY: Select[*tuple[Any, ...]] = (
    select(Company.name, Company.credit_code, Company.is_synthetic)
    .join(Organisation, Organisation.company_id == Company.id)
    .where(Organisation.id == bindparam("id"))
)
_COVERED_COMPANIES: Select[*tuple[Any, ...]] = (
    select(Company.name)
    .distinct()
    .select_from(ProductCertificate)
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Company, Company.id == Product.company_id)
    .where(
        Certificate.key == bindparam("key"),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
    .order_by(Company.name)
    .limit(bindparam("limit"))
)
_BODIES: Select[*tuple[Any, ...]] = (
    select(CertificationBody.name).order_by(CertificationBody.name).limit(bindparam("limit"))
)
_HELD: Select[*tuple[Any, ...]] = (
    select(
        Certificate.key,
        Certificate.number,
        CertificationBody.name.label("body"),
        Certificate.is_synthetic,
        CertificateVersion.star,
        CertificateVersion.standard,
        CertificateVersion.issued_on,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.factory,
        CertificateVersion.factory_address,
        CertificateVersion.source,
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
    .where(
        Certificate.number_normal == bindparam("number"),
        Certificate.withdrawn_at.is_(None),
        CertificateVersion.superseded_at.is_(None),
    )
    .order_by(Certificate.id, CertificateVersion.effective_on.desc())
)


def find(connection: Connection, key: str, *, reader: str | None) -> SubmissionRow | None:
    """Return a submission as an organisation may read it, None if there is none."""
    row = connection.execute(_BY_KEY, {"key": key, "reader": reader}).one_or_none()
    return None if row is None else _row(row)


def page_of(
    connection: Connection,
    actor: Actor,
    *,
    states: Collection[SubmissionState],
    limit: int,
    offset: int,
) -> tuple[list[SubmissionRow], int]:
    """Return one page of those that the actor may see, and how many there are of these states.

    Those that wait for the bureau come first, the longest wait before others.
    """
    wanted = _VIEW.where(_seen_by(actor), ProductSubmission.state.in_(states))
    order = (
        (ProductSubmission.state != SubmissionState.SUBMITTED),
        ProductSubmission.submitted_at,
        ProductSubmission.id.desc(),
    )
    reader = {"reader": actor.organisation}
    rows = connection.execute(wanted.order_by(*order).limit(limit).offset(offset), reader)
    number = select(func.count()).select_from(wanted.order_by(None).subquery())
    return [_row(row) for row in rows], connection.scalar(number, reader) or 0


def count(
    connection: Connection,
    actor: Actor,
    state: SubmissionState,
    *,
    until: dt.datetime | None = None,
) -> int:
    """Return how many that the actor may see stand in a state, handed in up to a moment or ever."""
    statement = (
        select(func.count())
        .select_from(ProductSubmission)
        .join(Organisation, Organisation.id == ProductSubmission.organisation_id)
        .outerjoin(Division, Division.id == ProductSubmission.division_id)
        .where(_seen_by(actor), ProductSubmission.state == state)
    )
    if until is not None:
        statement = statement.where(ProductSubmission.submitted_at <= until)
    return connection.scalar(statement) or 0


def company_of(connection: Connection, organisation_id: int) -> tuple[str, str | None, bool] | None:
    """Return name, credit code and whether it is made up, of the company an organisation is."""
    row = connection.execute(_COMPANY, {"id": organisation_id}).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def held_papers(connection: Connection, number: str) -> list[Any]:
    """Return the latest version of each certificate that bears the normal number."""
    found: dict[str, Any] = {}
    for row in connection.execute(_HELD, {"number": number}):
        found.setdefault(row.key, row)
    return list(found.values())


def companies_covered(connection: Connection, certificate: str, *, limit: int) -> list[str]:
    """Return the names of the companies whose products a certificate covers."""
    return list(connection.scalars(_COVERED_COMPANIES, {"key": certificate, "limit": limit}))


def body_names(connection: Connection, *, limit: int) -> list[str]:
    """Return the names of the certification bodies that are known."""
    return list(connection.scalars(_BODIES, {"limit": limit}))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``may(actor, SEE_SUBMISSIONS, …)`` is; drafts are their writer's.

    A bureau sees what was handed in to it.
    """
    reach = reach_of(actor, Action.SEE_SUBMISSIONS)
    if reach is None:
        return false()
    is_own = Organisation.key == actor.organisation if actor.organisation else false()
    if reach is Reach.OWN:
        return is_own
    in_reach = true() if reach is Reach.ALL else Division.key == actor.division
    return or_(is_own, in_reach & ProductSubmission.submitted_at.is_not(None))


def _row(row: Any) -> SubmissionRow:  # noqa: ANN401  A row of _VIEW.
    return SubmissionRow(
        **{**row._mapping, "draft": msgspec.json.decode(row.draft, type=SubmissionDraft)}
    )
