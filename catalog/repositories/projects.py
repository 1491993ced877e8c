"""Queries for projects, buildings, bill lines and deliveries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, String, bindparam, func, or_, select

from catalog.errors import ProjectNotFoundError
from catalog.models.certificate import Certificate
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.rules.units import Declared
from catalog.views.projects import (
    BillLineView,
    BuildingView,
    DeliveryView,
    EvidenceView,
    NamedBuilding,
    ProjectView,
)

_BUILDINGS_OF = (
    select(func.count())
    .where(Building.project_id == Project.id, Building.withdrawn_at.is_(None))
    .scalar_subquery()
)
_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Project.key,
        Project.code,
        Project.name,
        Division.key,
        Project.owner,
        Project.kinds,
        Project.stage,
        Project.floor_area_m2,
        Project.star_target,
        Project.star_award,
        Project.prefabricated_share,
        Project.designed_on,
        Project.started_on,
        Project.completed_on,
        Project.is_synthetic,
        _BUILDINGS_OF,
    )
    .join(Division, Division.id == Project.division_id)
    .where(Project.withdrawn_at.is_(None))
)
_BY_KEY: Select[*tuple[Any, ...]] = _VIEW.where(Project.key == bindparam("key"))
_NAMED_BUILDING: Select[*tuple[Any, ...]] = (
    select(
        Building.id, Building.key, Building.name, Project.key, Project.name, Project.is_synthetic
    )
    .join(Project, Project.id == Building.project_id)
    .where(Building.key == bindparam("key"), Building.withdrawn_at.is_(None))
)
_MATCHING = or_(
    bindparam("pattern", type_=String()).is_(None),
    Project.name.like(bindparam("pattern"), escape="/"),
    Project.code.like(bindparam("pattern"), escape="/"),
)
_WILD = re.compile("([/%_])")
_IN_DIVISION = or_(
    bindparam("division", type_=Division.key.type).is_(None), Division.key == bindparam("division")
)
_PAGE: Select[*tuple[Any, ...]] = (
    _VIEW.where(_IN_DIVISION, _MATCHING)
    .order_by(Project.name, Project.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(Project)
    .join(Division, Division.id == Project.division_id)
    .where(Project.withdrawn_at.is_(None), _IN_DIVISION, _MATCHING)
)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(
        Building.key,
        Building.code,
        Building.name,
        Building.floor_area_m2,
        Building.storeys,
        Building.completed_on,
        Building.stale_since,
    )
    .join(Project, Project.id == Building.project_id)
    .where(Project.key == bindparam("key"), Building.withdrawn_at.is_(None))
    .order_by(Building.code)
)
BILL_LINES: Select[*tuple[Any, ...]] = (
    select(
        BillLine.id,
        Building.key,
        BillLine.stage,
        BillLine.line_number,
        BillLine.item_code,
        BillLine.name,
        BillLine.specification,
        Category.key,
        BillLine.place,
        BillLine.unit,
        BillLine.quantity,
        BillLine.unit_price,
        BillLine.amount,
        BillLine.planned_green_quantity,
        BillLine.declared,
        Product.key,
        Certificate.key,
        BillLine.run_id,
        BillLine.recorded_at,
    )
    .join(Building, Building.id == BillLine.building_id)
    .outerjoin(Category, Category.id == BillLine.category_id)
    .outerjoin(Product, Product.id == BillLine.product_id)
    .outerjoin(Certificate, Certificate.id == BillLine.certificate_id)
)
# Line 10 comes after line 9, and not after line 1.
BILL_ORDER = (
    BillLine.stage,
    func.length(BillLine.line_number),
    BillLine.line_number,
    BillLine.id,
)
_BILL_LINES_OF: Select[*tuple[Any, ...]] = BILL_LINES.where(
    Building.key == bindparam("building"), BillLine.superseded_at.is_(None)
).order_by(*BILL_ORDER)
DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Building.key,
        Delivery.note_number,
        Delivery.line_number,
        Delivery.delivered_on,
        Delivery.delivered_precision,
        Delivery.name,
        Delivery.specification,
        Category.key,
        Delivery.place,
        Delivery.unit,
        Delivery.quantity,
        Delivery.amount,
        Delivery.supplier,
        Delivery.factory,
        Delivery.transport_km,
        Delivery.declared,
        Product.key,
        Certificate.key,
        Delivery.run_id,
        Delivery.recorded_at,
    )
    .join(Building, Building.id == Delivery.building_id)
    .outerjoin(Category, Category.id == Delivery.category_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .outerjoin(Certificate, Certificate.id == Delivery.certificate_id)
)
DELIVERY_ORDER = (
    Delivery.delivered_on,
    Delivery.note_number,
    func.length(Delivery.line_number),
    Delivery.line_number,
    Delivery.id,
)
_DELIVERIES_OF: Select[*tuple[Any, ...]] = DELIVERIES.where(
    Building.key == bindparam("building"), Delivery.superseded_at.is_(None)
).order_by(*DELIVERY_ORDER)
_EVIDENCE: Select[*tuple[Any, ...]] = (
    select(DeliveryEvidence.delivery_id, DeliveryEvidence.kind, DeliveryEvidence.reference)
    .join(Delivery, Delivery.id == DeliveryEvidence.delivery_id)
    .join(Building, Building.id == Delivery.building_id)
    .where(Building.key == bindparam("building"), Delivery.superseded_at.is_(None))
    .order_by(DeliveryEvidence.id)
)

_IDS_AT_ONCE = 10_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NAMED_BILL_LINES: Select[*tuple[Any, ...]] = BILL_LINES.where(BillLine.id.in_(_IDS))
_NAMED_DELIVERIES: Select[*tuple[Any, ...]] = DELIVERIES.where(Delivery.id.in_(_IDS))
_NAMED_EVIDENCE: Select[*tuple[Any, ...]] = (
    select(DeliveryEvidence.delivery_id, DeliveryEvidence.kind, DeliveryEvidence.reference)
    .where(DeliveryEvidence.delivery_id.in_(_IDS))
    .order_by(DeliveryEvidence.id)
)


def named_building(connection: Connection, key: str) -> tuple[int, NamedBuilding]:
    """Return a building's id and names, or raise ProjectNotFoundError."""
    row = connection.execute(_NAMED_BUILDING, {"key": key}).one_or_none()
    if row is None:
        raise ProjectNotFoundError(key=key)
    return row[0], NamedBuilding(*row[1:])


def get_by_key(connection: Connection, key: str) -> ProjectView:
    """Return the project, or raise ProjectNotFoundError."""
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    if row is None:
        raise ProjectNotFoundError(key=key)
    return _view(row)


def _view(row: tuple[object, ...]) -> ProjectView:
    values = list(row)
    values[5] = sorted(values[5])  # type: ignore[call-overload]  # The kinds are a frozenset.
    return ProjectView(*values)  # type: ignore[arg-type]  # The other columns keep their types.


def page_by_name(
    connection: Connection, *, words: str | None, division: str | None, limit: int, offset: int
) -> tuple[list[ProjectView], int]:
    """Return one page of projects in order of name, and how many there are in all."""
    asked = {"pattern": pattern_of(words), "division": division}
    rows = connection.execute(_PAGE, {**asked, "limit": limit, "offset": offset})
    return [_view(row) for row in rows], connection.scalar(_COUNT, asked) or 0


def pattern_of(words: str | None) -> str | None:
    """Return the pattern of texts that hold the words; the escape is a slash."""
    return None if words is None else "%" + _WILD.sub(r"/\1", words) + "%"


def buildings_of(connection: Connection, key: str) -> list[BuildingView]:
    """Return the buildings of a project in order of code."""
    return [BuildingView(*row) for row in connection.execute(_BUILDINGS, {"key": key})]


def bill_lines_of(connection: Connection, building: str) -> list[BillLineView]:
    """Return the current bill lines of a building."""
    return planned(connection.execute(_BILL_LINES_OF, {"building": building}))


def bill_lines_named(connection: Connection, ids: Iterable[int]) -> list[BillLineView]:
    """Return bill lines by id, current or not."""
    return planned(connection.execute(_NAMED_BILL_LINES, {"ids": sorted(ids)}))


def deliveries_of(connection: Connection, building: str) -> list[DeliveryView]:
    """Return the current deliveries to a building, with their evidence."""
    asked = {"building": building}
    return delivered(
        connection.execute(_DELIVERIES_OF, asked), connection.execute(_EVIDENCE, asked)
    )


def deliveries_named(connection: Connection, ids: Iterable[int]) -> list[DeliveryView]:
    """Return deliveries by id, current or not, with their evidence."""
    asked = sorted(ids)
    return delivered(
        connection.execute(_NAMED_DELIVERIES, {"ids": asked}), evidence_of(connection, asked)
    )


def evidence_of(connection: Connection, ids: Iterable[int]) -> list[Any]:
    """Return the rows of the evidence of these deliveries."""
    asked = sorted(ids)
    parts = [asked[at : at + _IDS_AT_ONCE] for at in range(0, len(asked), _IDS_AT_ONCE)]
    return [row for part in parts for row in connection.execute(_NAMED_EVIDENCE, {"ids": part})]


def planned(rows: Iterable[Any]) -> list[BillLineView]:
    """Return the bill lines of rows of ``BILL_LINES``."""
    return [BillLineView(*(*row[:14], _factors(row[14]), *row[15:])) for row in rows]


def delivered(rows: Iterable[Any], proofs: Iterable[Any]) -> list[DeliveryView]:
    """Return the deliveries of rows of ``DELIVERIES``, and of rows of their evidence."""
    evidence: dict[int, list[EvidenceView]] = defaultdict(list)
    for row in proofs:
        evidence[row[0]].append(EvidenceView(row[1], row[2]))
    return [
        DeliveryView(*(*row[:16], _factors(row[16]), *row[17:-2], evidence[row[0]], *row[-2:]))
        for row in rows
    ]


def _factors(stated: str | None) -> list[Declared]:
    return msgspec.json.decode(stated, type=list[Declared]) if stated else []
