"""Queries for surveillance visits and spot checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.models.product import Product
from catalog.views.score import CheckView, VisitView

_KEY: BindParameter[Any] = bindparam("key")
_VISITS: Select[*tuple[Any, ...]] = (
    select(
        Certificate.key,
        Certificate.number,
        SurveillanceVisit.visited_on,
        SurveillanceVisit.is_passed,
        SurveillanceVisit.note,
        SurveillanceVisit.source,
        Evidence.key,
    )
    .select_from(SurveillanceVisit)
    .join(Certificate, Certificate.id == SurveillanceVisit.certificate_id)
    .join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .outerjoin(Evidence, Evidence.id == SurveillanceVisit.evidence_id)
    .where(
        Product.key == _KEY,
        SurveillanceVisit.superseded_at.is_(None),
        ProductCertificate.superseded_at.is_(None),
    )
    .order_by(SurveillanceVisit.visited_on.desc(), Certificate.key)
)
_CHECKS: Select[*tuple[Any, ...]] = (
    select(
        SpotCheck.checked_on,
        SpotCheck.authority,
        SpotCheck.is_passed,
        SpotCheck.note,
        SpotCheck.source,
        Evidence.key,
    )
    .select_from(SpotCheck)
    .join(Product, Product.id == SpotCheck.product_id)
    .outerjoin(Evidence, Evidence.id == SpotCheck.evidence_id)
    .where(Product.key == _KEY, SpotCheck.superseded_at.is_(None))
    .order_by(SpotCheck.checked_on.desc(), SpotCheck.authority)
)
_PRODUCT: Select[*tuple[Any, ...]] = (
    select(Product.id, Division.key)
    .join(Company, Company.id == Product.company_id)
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Product.key == _KEY, Product.withdrawn_at.is_(None))
)
# A certificate stands in the division of the company whose products it covers; of several
# divisions it stands in none, so that only the Corps may speak of it.
_CERTIFICATE: Select[*tuple[Any, ...]] = (
    select(Certificate.id, Division.key)
    .outerjoin(
        ProductCertificate,
        (ProductCertificate.certificate_id == Certificate.id)
        & ProductCertificate.superseded_at.is_(None),
    )
    .outerjoin(Product, Product.id == ProductCertificate.product_id)
    .outerjoin(Company, Company.id == Product.company_id)
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Certificate.key == _KEY, Certificate.withdrawn_at.is_(None))
    .distinct()
)


def are_any(connection: Connection) -> bool:
    """Tell whether any inspection was ever recorded."""
    tables = (SurveillanceVisit, SpotCheck)
    return any(connection.scalar(select(table.id).limit(1)) is not None for table in tables)


def visits_of(connection: Connection, product: str) -> list[VisitView]:
    """Return the visits for the certificates that cover a product, the latest first."""
    return [
        VisitView(
            certificate=row[0],
            number=row[1],
            visited_on=row[2],
            is_passed=row[3],
            note=row[4],
            source=row[5],
            evidence=row[6],
        )
        for row in connection.execute(_VISITS, {"key": product})
    ]


def checks_of(connection: Connection, product: str) -> list[CheckView]:
    """Return the spot checks of a product, the latest first."""
    return [
        CheckView(
            checked_on=row[0],
            authority=row[1],
            is_passed=row[2],
            note=row[3],
            source=row[4],
            evidence=row[5],
        )
        for row in connection.execute(_CHECKS, {"key": product})
    ]


def place_of_product(connection: Connection, key: str) -> tuple[int, str | None] | None:
    """Return a product's id and the division of its company, or None."""
    row = connection.execute(_PRODUCT, {"key": key}).one_or_none()
    return None if row is None else (row[0], row[1])


def place_of_certificate(connection: Connection, key: str) -> tuple[int, str | None] | None:
    """Return a certificate's id and the one division that it stands in, or None."""
    rows = connection.execute(_CERTIFICATE, {"key": key}).all()
    if not rows:
        return None
    return rows[0][0], rows[0][1] if len(rows) == 1 else None
