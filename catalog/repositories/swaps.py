"""Queries for swaps: products that could supply a line, and stated prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.models.base import DECIMAL_PLACES
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.repositories.adopted import is_adopted_on
from catalog.repositories.narrowing import is_valid_on
from catalog.rules.exact import cut
from catalog.views.swaps import PriceView

_CHUNK = 500
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Product.name,
        Product.model,
        Product.scope,
        Company.name,
        Product.is_synthetic,
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .where(Category.key == bindparam("category"), Product.withdrawn_at.is_(None))
    .order_by(Product.name, Product.key)
    .limit(bindparam("limit"))
)


class Supplier(msgspec.Struct, frozen=True):
    """A product that could supply lines of its category."""

    id: int
    key: str
    name: str
    model: str | None
    scope: str | None
    company: str
    is_synthetic: bool

    @property
    def said(self) -> str:
        """What the product says of the goods that it takes in."""
        return " ".join(part for part in (self.model, self.scope) if part)


def suppliers(
    connection: Connection, category: str, *, on: dt.date, limit: int, adopted: bool = False
) -> list[Supplier]:
    """Return the first products of a category, by name, that may be proposed on a day.

    That a certificate of theirs is valid, and that they are adopted where only such are wanted,
    is asked here and nowhere else; whatever else a product must have to be proposed belongs here
    too.
    """
    wanted = _PRODUCTS.where(is_valid_on(on))
    if adopted:
        wanted = wanted.where(is_adopted_on(on))
    rows = connection.execute(wanted, {"category": category, "limit": limit})
    return [Supplier(*row) for row in rows]


def latest_prices(
    connection: Connection, product_ids: Collection[int]
) -> dict[tuple[int, str], PriceView]:
    """Return the price of each product and unit that was stated last.

    A bill line states it when it is recorded, a delivery on the day it comes; a delivery counts
    before a bill line of the same day.
    """
    found: dict[tuple[int, str], PriceView] = {}
    ids = sorted(product_ids)
    for start in range(0, len(ids), _CHUNK):
        for product, price in _prices(connection, ids[start : start + _CHUNK]):
            known = found.get((product, price.unit))
            if known is None or (price.on, price.sort) > (known.on, known.sort):
                found[product, price.unit] = price
    return found


def _prices(connection: Connection, ids: list[int]) -> Iterator[tuple[int, PriceView]]:
    for row in connection.execute(_latest(_BILLED), {"ids": ids}):
        yield row[0], PriceView(
            sort="bill-line", line=row[1], name=row[2], unit=row[3], price=row[4],
            on=row[5].date(), building=row[6], project=row[7], project_name=row[8],
        )  # fmt: skip
    for row in connection.execute(_latest(_DELIVERED), {"ids": ids}):
        yield row[0], PriceView(
            sort="delivery", line=row[1], name=row[2], unit=row[3], price=_per_unit(row[4], row[9]),
            on=row[5], building=row[6], project=row[7], project_name=row[8],
        )  # fmt: skip


def _per_unit(amount: Decimal, quantity: Decimal) -> Decimal:
    return cut(Fraction(amount) / Fraction(quantity), DECIMAL_PLACES)


def _stated(line: type[BillLine | Delivery], price: Any, on: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401
    """Return current lines that name a product and its price, the latest numbered one."""
    latest = func.row_number().over(
        partition_by=(line.product_id, line.unit), order_by=(on.desc(), line.id.desc())
    )
    return (
        select(
            line.product_id.label("product_id"),
            line.id.label("id"),
            line.name.label("name"),
            line.unit.label("unit"),
            price.label("price"),
            on.label("on"),
            Building.key.label("building"),
            Project.key.label("project"),
            Project.name.label("project_name"),
            line.quantity.label("quantity"),
            latest.label("rank"),
        )
        .join(Building, Building.id == line.building_id)
        .join(Project, Project.id == Building.project_id)
        .where(
            line.product_id.in_(bindparam("ids", expanding=True)),
            line.superseded_at.is_(None),
            price.is_not(None),
        )
    )


_BILLED = _stated(BillLine, BillLine.unit_price, BillLine.recorded_at)
_DELIVERED = _stated(Delivery, Delivery.amount, Delivery.delivered_on).where(Delivery.quantity > 0)


def _latest(stated: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    ranked = stated.subquery()
    return select(*list(ranked.c)[:-1]).where(ranked.c.rank == 1).order_by(ranked.c.id)
