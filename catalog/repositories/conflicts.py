"""Queries for contradictions between sources, open and decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select, union

from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.importing import SourceConflict
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.views.conflicts import ConflictRow

_ROW: Select[*tuple[Any, ...]] = (
    select(
        SourceConflict.id,
        Certificate.key,
        Certificate.number,
        SourceConflict.field,
        SourceConflict.held_value,
        SourceConflict.held_source,
        SourceConflict.offered_value,
        SourceConflict.offered_source,
        SourceConflict.run_id,
        SourceConflict.recorded_at,
        SourceConflict.decision,
        SourceConflict.decided_by,
        SourceConflict.closed_at,
        SourceConflict.reason,
    )
    .join(Certificate, Certificate.id == SourceConflict.certificate_id)
    # What an undo closed without a decision is history, and is not listed.
    .where(SourceConflict.closed_at.is_(None) | SourceConflict.decision.is_not(None))
)


def page_of(
    connection: Connection,
    *,
    is_decided: bool | None,
    field: str | None,
    source: str | None,
    number: str | None,
    limit: int,
    offset: int,
) -> tuple[list[ConflictRow], int]:
    """Return one page of contradictions, newest first, and how many there are."""
    asked = _ROW
    if is_decided is not None:
        asked = asked.where(SourceConflict.decision.is_not(None) == is_decided)
    if field:
        asked = asked.where(SourceConflict.field == field)
    if source:
        asked = asked.where(
            (SourceConflict.held_source == source) | (SourceConflict.offered_source == source)
        )
    if number:
        asked = asked.where(Certificate.number_normal.contains(number, autoescape=True))
    total = connection.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = connection.execute(asked.order_by(SourceConflict.id.desc()).limit(limit).offset(offset))
    return [_row(row) for row in rows], total


def by_id(connection: Connection, conflict_id: int) -> ConflictRow | None:
    """Return the contradiction, or None."""
    found = connection.execute(_ROW.where(SourceConflict.id == conflict_id)).one_or_none()
    return _row(found) if found else None


def fields_and_sources(connection: Connection) -> tuple[list[str], list[str]]:
    """Return every field and every source that contradictions are about."""
    fields = select(SourceConflict.field).distinct().order_by(SourceConflict.field)
    sources = union(select(SourceConflict.held_source), select(SourceConflict.offered_source))
    return list(connection.scalars(fields)), sorted(connection.scalars(sources))


def products_under(connection: Connection, certificate: str, limit: int) -> list[tuple[str, str]]:
    """Return key and name of listed products that a certificate covers."""
    rows = connection.execute(
        select(Product.key, Product.name)
        .join(ProductCertificate, ProductCertificate.product_id == Product.id)
        .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .where(
            Certificate.key == certificate,
            ProductCertificate.superseded_at.is_(None),
            Product.withdrawn_at.is_(None),
        )
        .order_by(Product.name, Product.key)
        .limit(limit)
    )
    return [(key, name) for key, name in rows]


def buildings_with(connection: Connection, certificate: str, limit: int) -> list[tuple[str, str]]:
    """Return project key and building of the bills and deliveries that name a certificate."""
    lines = union(
        *(
            select(model.building_id)
            .join(Certificate, Certificate.id == model.certificate_id)
            .where(Certificate.key == certificate, model.superseded_at.is_(None))
            for model in (BillLine, Delivery)
        )
    )
    rows = connection.execute(
        select(Project.key, Project.name, Building.code)
        .join(Building, Building.project_id == Project.id)
        .where(Building.id.in_(lines), Building.withdrawn_at.is_(None))
        .order_by(Project.key, Building.code)
        .limit(limit)
    )
    return [(key, f"{name} {code}") for key, name, code in rows]


def _row(row: Any) -> ConflictRow:  # noqa: ANN401  A row of the query above.
    return ConflictRow(**dict(zip(ConflictRow.__struct_fields__, row, strict=True)))
