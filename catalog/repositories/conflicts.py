"""Queries for contradictions between sources: open, decided, and those that imports ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select, union

from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.epd import Epd, EpdVersion, ProductEpd
from catalog.models.importing import SourceConflict
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import office_of
from catalog.rules.terms import ConflictSubject
from catalog.views.conflicts import ConflictRow, ConflictStanding

_IS_DECIDED = SourceConflict.decision.is_not(None)
_IS_ENDED = SourceConflict.decision.is_(None) & SourceConflict.closed_run_id.is_not(None)
_IS: dict[ConflictStanding, ColumnElement[bool]] = {
    ConflictStanding.OPEN: SourceConflict.closed_at.is_(None),
    ConflictStanding.DECIDED: _IS_DECIDED,
    ConflictStanding.ENDED: _IS_ENDED,
}
_NAME_OF_EPD = (
    select(EpdVersion.name)
    .where(EpdVersion.epd_id == SourceConflict.epd_id)
    .order_by(EpdVersion.superseded_at.is_(None).desc(), EpdVersion.id.desc())
    .limit(1)
    .correlate(SourceConflict)
    .scalar_subquery()
)
_ROW: Select[*tuple[Any, ...]] = (
    select(
        SourceConflict.id,
        SourceConflict.subject,
        Certificate.key,
        Certificate.number,
        Epd.key,
        _NAME_OF_EPD,
        Product.key,
        Product.name,
        SourceConflict.field,
        SourceConflict.held_value,
        SourceConflict.held_source,
        SourceConflict.offered_value,
        SourceConflict.offered_source,
        SourceConflict.run_id,
        SourceConflict.recorded_at,
        SourceConflict.decision,
        SourceConflict.decided_by,
        case((_IS_DECIDED, SourceConflict.closed_at)),
        SourceConflict.reason,
        case((_IS_ENDED, SourceConflict.closed_at)),
        case((_IS_ENDED, SourceConflict.closed_run_id)),
    )
    .outerjoin(Certificate, Certificate.id == SourceConflict.certificate_id)
    .outerjoin(Epd, Epd.id == SourceConflict.epd_id)
    .outerjoin(Product, Product.id == SourceConflict.product_id)
    # What an undo closed is history, and is not listed.
    .where(or_(*_IS.values()))
)


def page_of(
    connection: Connection,
    *,
    standing: ConflictStanding | None,
    subject: ConflictSubject | None,
    field: str | None,
    source: str | None,
    words: str | None,
    number: str | None,
    run: int | None,
    limit: int,
    offset: int,
) -> tuple[list[ConflictRow], int]:
    """Return one page of contradictions, newest first, and how many there are.

    ``number`` is part of a certificate's number in normal form; ``words`` is the start of a
    declaration's key, or part of a product's name.
    """
    asked = _ROW
    if standing is not None:
        asked = asked.where(_IS[standing])
    if subject is not None:
        asked = asked.where(SourceConflict.subject == subject)
    if field:
        asked = asked.where(SourceConflict.field == field)
    if source:
        asked = asked.where(
            (SourceConflict.held_source == source) | (SourceConflict.offered_source == source)
        )
    if run is not None:
        asked = asked.where(SourceConflict.run_id == run)
    if words:
        named = [
            Epd.key.startswith(words.lower(), autoescape=True),
            Product.name.contains(words, autoescape=True),
        ]
        if number:
            named.append(Certificate.number_normal.contains(number, autoescape=True))
        asked = asked.where(or_(*named))
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


def products_declared(connection: Connection, epd: str, limit: int) -> list[tuple[str, str]]:
    """Return key and name of listed products that a declaration is about."""
    rows = connection.execute(
        select(Product.key, Product.name)
        .join(ProductEpd, ProductEpd.product_id == Product.id)
        .join(Epd, Epd.id == ProductEpd.epd_id)
        .where(Epd.key == epd, ProductEpd.superseded_at.is_(None), Product.withdrawn_at.is_(None))
        .order_by(Product.name, Product.key)
        .limit(limit)
    )
    return [(key, name) for key, name in rows]


def buildings_with(connection: Connection, certificate: str, limit: int) -> list[tuple[str, str]]:
    """Return project key and building of the bills and deliveries that a certificate bears on."""
    rows = connection.execute(
        select(Project.key, Project.name, Building.code)
        .join(Building, Building.project_id == Project.id)
        .where(Building.id.in_(_depending(certificate)), Building.withdrawn_at.is_(None))
        .order_by(Project.key, Building.code)
        .limit(limit)
    )
    return [(key, f"{name} {code}") for key, name, code in rows]


def buildings_depending(
    connection: Connection, certificate: str, limit: int
) -> tuple[dict[int, tuple[str, str]], int]:
    """Return the first buildings that a certificate bears on, and how many there are in all.

    Each id comes with its project's key and the building's name.
    """
    asked = (
        select(Building.id, Project.key, Project.name, Building.code)
        .join(Project, Project.id == Building.project_id)
        .where(Building.id.in_(_depending(certificate)), Building.withdrawn_at.is_(None))
    )
    total = connection.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = connection.execute(asked.order_by(Project.key, Building.code).limit(limit))
    return {i: (key, f"{name} {code}") for i, key, name, code in rows}, total


def certificate_id(connection: Connection, key: str) -> int:
    """Return the id of a certificate."""
    return connection.execute(select(Certificate.id).where(Certificate.key == key)).scalar_one()


def _depending(certificate: str) -> Any:  # noqa: ANN401  A subquery.
    """Select the buildings whose lines name a certificate, or a product under it and none."""
    this = select(Certificate.id).where(Certificate.key == certificate).scalar_subquery()
    covered = select(ProductCertificate.product_id).where(
        ProductCertificate.certificate_id == this, ProductCertificate.superseded_at.is_(None)
    )
    return union(
        *(
            select(model.building_id).where(
                model.superseded_at.is_(None),
                or_(
                    model.certificate_id == this,
                    model.certificate_id.is_(None) & model.product_id.in_(covered),
                ),
            )
            for model in (BillLine, Delivery)
        )
    )


def _row(row: Any) -> ConflictRow:  # noqa: ANN401  A row of the query above.
    columns = dict(zip(ConflictRow.__struct_fields__, row, strict=True))
    decided_by = columns["decided_by"]
    return ConflictRow(
        **{**columns, "decided_by": None if decided_by is None else office_of(decided_by)}
    )
