"""Queries for the products of bills: which they are, how much is billed, and how much came."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.rules.terms import BillStage

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_GOODS: BindParameter[Any] = bindparam("goods", expanding=True)
_ON_BILLS: Select[*tuple[Any, ...]] = (
    select(BillLine.building_id, Building.key, BillLine.product_id)
    .join(Building, Building.id == BillLine.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(
        Project.key.in_(_KEYS),
        Building.withdrawn_at.is_(None),
        Building.completed_on.is_(None),
        BillLine.superseded_at.is_(None),
        BillLine.product_id.is_not(None),
    )
    .distinct()
)
_BILLED: Select[*tuple[Any, ...]] = select(
    BillLine.building_id, BillLine.product_id, BillLine.stage, BillLine.unit, BillLine.quantity
).where(
    BillLine.building_id.in_(_IDS),
    BillLine.product_id.in_(_GOODS),
    BillLine.superseded_at.is_(None),
)
_CAME: Select[*tuple[Any, ...]] = select(
    Delivery.building_id, Delivery.product_id, Delivery.unit, Delivery.quantity
).where(
    Delivery.building_id.in_(_IDS),
    Delivery.product_id.in_(_GOODS),
    Delivery.superseded_at.is_(None),
)
_NAMES: Select[*tuple[Any, ...]] = (
    select(Product.id, Product.key, Product.name, Product.model, Company.name)
    .join(Company, Company.id == Product.company_id)
    .where(Product.id.in_(_IDS))
)


class OnBill(NamedTuple):
    """A product on the bill of a building that is not completed."""

    building_id: int
    building: str
    product_id: int


class Named(NamedTuple):
    """What people call a product."""

    key: str
    name: str
    model: str | None
    company_name: str


def on_bills(connection: Connection, projects: Collection[str]) -> list[OnBill]:
    """Return the products on current lines of projects that are under way."""
    if not projects:
        return []
    return [OnBill(*row) for row in connection.execute(_ON_BILLS, {"keys": sorted(projects)})]


def billed(
    connection: Connection, buildings: Iterable[int], products: Iterable[int]
) -> list[tuple[int, int, BillStage, str, Decimal]]:
    """Return building, product, stage, unit and quantity of the current lines of products."""
    asked = {"ids": sorted(set(buildings)), "goods": sorted(set(products))}
    return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(_BILLED, asked)]


def came(
    connection: Connection, buildings: Iterable[int], products: Iterable[int]
) -> list[tuple[int, int, str, Decimal]]:
    """Return building, product, unit and quantity of the current deliveries of products."""
    asked = {"ids": sorted(set(buildings)), "goods": sorted(set(products))}
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(_CAME, asked)]


def names(connection: Connection, products: Iterable[int]) -> dict[int, Named]:
    """Return the names of products by id."""
    rows = connection.execute(_NAMES, {"ids": sorted(set(products))})
    return {row[0]: Named(*row[1:]) for row in rows}
