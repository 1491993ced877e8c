"""Queries for what hangs on a certificate: products, lines, buildings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    or_,
    select,
    type_coerce,
)

from catalog.errors import CertificateNotFoundError
from catalog.models.adoption import Adoption
from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.models.usage import BillLine, Delivery
from catalog.rules.terms import Stage
from catalog.views.reach import ReachedProduct

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CERTIFICATE: Select[*tuple[Any, ...]] = select(Certificate.id, Certificate.number).where(
    Certificate.key == bindparam("key"), Certificate.withdrawn_at.is_(None)
)
# A link that is closed still leads to deliveries that name the certificate themselves.
_LINKS: Select[*tuple[Any, ...]] = (
    select(ProductCertificate.product_id)
    .where(ProductCertificate.certificate_id == bindparam("id"))
    .distinct()
)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(Product.id, Product.key, Product.name, Company.key, Company.name)
    .join(Company, Company.id == Product.company_id)
    .where(Product.id.in_(_IDS))
    .order_by(Product.name, Product.id)
)


def _under(model: type[BillLine | Delivery]) -> tuple[Any, ...]:
    return (
        model.product_id.in_(_IDS),
        model.superseded_at.is_(None),
        or_(model.certificate_id.is_(None), model.certificate_id == bindparam("certificate")),
    )


_ADOPTED = select(Adoption.product_id).where(Adoption.certificate_id == bindparam("certificate"))
# Goods that name another certificate are reached too where their adoption rests on this one.
_BUILDING_IDS: Select[*tuple[Any, ...]] = (
    select(Delivery.building_id)
    .where(
        Delivery.superseded_at.is_(None),
        or_(and_(*_under(Delivery)), Delivery.product_id.in_(_ADOPTED)),
    )
    .distinct()
)
_DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Project.key,
        Building.key,
        Delivery.note_number,
        Delivery.line_number,
        Delivery.name,
        Delivery.quantity,
        Delivery.unit,
        Delivery.amount,
        Delivery.delivered_on,
        Product.key,
    )
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Product, Product.id == Delivery.product_id)
    .where(Delivery.id.in_(_IDS))
    .order_by(Delivery.delivered_on, Delivery.id)
)
_BILL_LINES: Select[*tuple[Any, ...]] = (
    select(
        BillLine.id,
        Project.key,
        Building.key,
        type_coerce(BillLine.stage, String),
        BillLine.line_number,
        BillLine.name,
        BillLine.quantity,
        BillLine.unit,
        BillLine.amount,
        Product.key,
        Building.completed_on,
        Project.completed_on,
    )
    .join(Building, Building.id == BillLine.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Product, Product.id == BillLine.product_id)
    .where(*_under(BillLine))
    .order_by(BillLine.id)
)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(
        Building.id,
        Project.key,
        Project.name,
        Project.owner,
        Division.key,
        Building.key,
        Building.name,
    )
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .where(Building.id.in_(_IDS))
)
_RESULTS: Select[*tuple[Any, ...]] = select(
    Result.building_id, type_coerce(Result.stage, String), Result.method, Result.id
).where(Result.building_id.in_(_IDS), Result.superseded_at.is_(None))
_OWNERS: Select[*tuple[Any, ...]] = select(Project.key, Project.owner).where(Project.key.in_(_IDS))


class DeliveryRow(NamedTuple):
    """A delivery under the certificate."""

    id: int
    project: str
    building: str
    note: str
    line: str
    name: str
    quantity: Decimal
    unit: str
    amount: Decimal | None
    on: Any
    product: str


class BuildingRow(NamedTuple):
    """A building with those who answer for it."""

    id: int
    project: str
    project_name: str
    owner: str | None
    division: str
    building: str
    building_name: str


def certificate(connection: Connection, key: str) -> tuple[int, str]:
    """Return a certificate's id and number, or raise CertificateNotFoundError."""
    row = connection.execute(_CERTIFICATE, {"key": key}).one_or_none()
    if row is None:
        raise CertificateNotFoundError(key=key)
    return row[0], row[1]


def products(connection: Connection, certificate_id: int) -> dict[int, ReachedProduct]:
    """Return the products that the certificate covers or covered, by id, in order of name."""
    ids = sorted(connection.scalars(_LINKS, {"id": certificate_id}))
    return {row[0]: ReachedProduct(*row[1:]) for row in _in_parts(connection, _PRODUCTS, ids)}


def buildings_supplied(
    connection: Connection, certificate_id: int, product_ids: Iterable[int]
) -> list[int]:
    """Return the buildings to which the products came under the certificate, or under none."""
    rows = _in_parts(connection, _BUILDING_IDS, sorted(product_ids), certificate=certificate_id)
    return sorted({row[0] for row in rows})


def deliveries(connection: Connection, ids: Iterable[int]) -> list[DeliveryRow]:
    """Return deliveries in order of day."""
    rows = [DeliveryRow(*row) for row in _in_parts(connection, _DELIVERIES, sorted(ids))]
    return sorted(rows, key=lambda row: (row.on, row.id))


def bill_lines(
    connection: Connection, certificate_id: int, product_ids: Iterable[int]
) -> list[Any]:
    """Return the bill lines that are to be supplied by the products under the certificate."""
    rows = _in_parts(connection, _BILL_LINES, sorted(product_ids), certificate=certificate_id)
    return sorted(rows, key=lambda row: row[0])


def buildings(connection: Connection, ids: Iterable[int]) -> dict[int, BuildingRow]:
    """Return buildings by id."""
    return {row[0]: BuildingRow(*row) for row in _in_parts(connection, _BUILDINGS, sorted(ids))}


def results(connection: Connection, ids: Iterable[int]) -> dict[tuple[int, Stage, str], int]:
    """Return the current results of buildings, by building, stage and method."""
    rows = _in_parts(connection, _RESULTS, sorted(ids))
    return {(row[0], Stage(row[1]), row[2]): row[3] for row in rows}


def owners(connection: Connection, projects: Iterable[str]) -> dict[str, str | None]:
    """Return the owners of projects by key."""
    return {row[0]: row[1] for row in _in_parts(connection, _OWNERS, sorted(projects))}


def _in_parts(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: Sequence[Any], **asked: int
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query, {**asked, "ids": ids[start : start + _CHUNK]})
