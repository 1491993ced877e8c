"""Everything that the ratios of some buildings are calculated from, read at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, select
from sqlalchemy.orm import aliased

from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import certificates
from catalog.rules.terms import BillStage
from catalog.rules.validity import StateChange, Window

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OWN, _OF_PRODUCT = aliased(Category), aliased(Category)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(
        Building.id,
        Building.project_id,
        Project.division_id,
        Project.designed_on,
        Building.completed_on,
        Project.completed_on,
        Building.floor_area_m2,
    )
    .join(Project, Project.id == Building.project_id)
    .where(Building.id.in_(_IDS))
    .order_by(Building.id)
)
_LOCK: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .where(Building.id.in_(_IDS))
    .order_by(Building.id)
    .with_for_update(key_share=True)
)
_BILL_LINES: Select[*tuple[Any, ...]] = (
    select(
        BillLine.building_id,
        BillLine.id,
        BillLine.stage,
        BillLine.name,
        Category.key,
        BillLine.place,
        BillLine.unit,
        BillLine.quantity,
        BillLine.planned_green_quantity,
    )
    .outerjoin(Category, Category.id == BillLine.category_id)
    .where(BillLine.building_id.in_(_IDS), BillLine.superseded_at.is_(None))
)
_DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        Delivery.building_id,
        Delivery.id,
        Delivery.name,
        _OWN.key,
        _OF_PRODUCT.key,
        Delivery.place,
        Delivery.unit,
        Delivery.quantity,
        Delivery.amount,
        Delivery.delivered_on,
        Delivery.product_id,
        Delivery.certificate_id,
    )
    .outerjoin(_OWN, _OWN.id == Delivery.category_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .outerjoin(_OF_PRODUCT, _OF_PRODUCT.id == Product.category_id)
    .where(Delivery.building_id.in_(_IDS), Delivery.superseded_at.is_(None))
)
# A withdrawn building is among them: it has no lines any more, so its results are closed.
_STALE: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .where(Building.stale_since.is_not(None))
    .order_by(Building.id)
    .limit(bindparam("limit"))
)
_OF_PROJECT: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .join(Project, Project.id == Building.project_id)
    .where(Project.key == bindparam("key"), Building.withdrawn_at.is_(None))
    .order_by(Building.code)
)

Timeline = tuple[list[Window], list[StateChange]]


class PlannedLine(msgspec.Struct, frozen=True):
    """A bill line as a ratio needs it."""

    id: int
    stage: BillStage
    name: str
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    planned_green_quantity: Decimal | None


class DeliveredLine(msgspec.Struct, frozen=True):
    """A delivery as a ratio needs it; ``timelines`` are those of the certificates that may count.

    That is the named certificate or, where none is named, each that covers the product.
    """

    id: int
    name: str
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    amount: Decimal | None
    delivered_on: dt.date
    has_product: bool
    timelines: list[Timeline]


class BuildingFacts(msgspec.Struct, frozen=True):
    """A building with its lines."""

    id: int
    project_id: int
    division_id: int
    designed_on: dt.date | None
    completed_on: dt.date | None
    floor_area_m2: Decimal | None
    bill_lines: list[PlannedLine]
    deliveries: list[DeliveredLine]


def stale_buildings(connection: Connection, *, limit: int) -> list[int]:
    """Return buildings whose results are out of date."""
    return list(connection.scalars(_STALE, {"limit": limit}))


def buildings_of_project(connection: Connection, key: str) -> list[int]:
    """Return the ids of a project's buildings in order of code."""
    return list(connection.scalars(_OF_PROJECT, {"key": key}))


def hold(connection: Connection, building_ids: Sequence[int]) -> None:
    """Let nobody mark the buildings as stale until this transaction ends.

    Whoever changes their lines meanwhile waits with the mark, so that it is not wiped out.
    """
    connection.execute(_LOCK, {"ids": list(building_ids)}).all()


def facts_of(connection: Connection, building_ids: Sequence[int]) -> list[BuildingFacts]:
    """Return the buildings with their current lines, in order of id."""
    ids = {"ids": list(building_ids)}
    bill_lines: dict[int, list[PlannedLine]] = defaultdict(list)
    for row in connection.execute(_BILL_LINES, ids):
        bill_lines[row[0]].append(PlannedLine(*row[1:]))
    deliveries = connection.execute(_DELIVERIES, ids).all()
    covering = certificates.covering(
        connection, (row[10] for row in deliveries if row[10] and not row[11])
    )
    timelines = certificates.timelines(
        connection,
        {row[11] for row in deliveries if row[11]}.union(*covering.values()),
    )
    delivered: dict[int, list[DeliveredLine]] = defaultdict(list)
    for row in deliveries:
        papers = [row[11]] if row[11] else covering.get(row[10], [])
        delivered[row[0]].append(
            DeliveredLine(
                id=row[1],
                name=row[2],
                category=row[3] or row[4],
                place=row[5],
                unit=row[6],
                quantity=row[7],
                amount=row[8],
                delivered_on=row[9],
                has_product=row[10] is not None,
                timelines=[timelines[i] for i in papers],
            )
        )
    return [
        BuildingFacts(
            id=row[0],
            project_id=row[1],
            division_id=row[2],
            designed_on=row[3],
            completed_on=row[4] or row[5],
            floor_area_m2=row[6],
            bill_lines=bill_lines[row[0]],
            deliveries=delivered[row[0]],
        )
        for row in connection.execute(_BUILDINGS, ids)
    ]
