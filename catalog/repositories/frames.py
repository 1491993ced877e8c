"""Queries whose answer is a typed Polars frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Connection, Select, bindparam, func, select, type_coerce
from sqlalchemy.orm import aliased

from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import Delivery
from catalog.repositories import certificates
from catalog.rules.ratio.rollup import FACTS_SCHEMA
from catalog.rules.validity import Window, valid_intervals

_CHUNK = 200_000
_MICRO_PER_FEN = 10_000
_OWN, _OF_PRODUCT = aliased(Category), aliased(Category)
_FACTS: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Division.key,
        Delivery.delivered_on,
        func.coalesce(_OWN.key, _OF_PRODUCT.key),
        type_coerce(Delivery.amount, BigInteger),
        type_coerce(Delivery.quantity, BigInteger),
        Delivery.product_id,
        Delivery.certificate_id,
    )
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .outerjoin(_OWN, _OWN.id == Delivery.category_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .outerjoin(_OF_PRODUCT, _OF_PRODUCT.id == Product.category_id)
    .where(Delivery.id > bindparam("after"), Delivery.superseded_at.is_(None))
    .order_by(Delivery.id)
    .limit(_CHUNK)
)


class _Greens:
    """Whether a product, by a named certificate or by any, was certified on a day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._by_certificate: dict[int, list[Window]] = {}
        self._covering: dict[int, list[int]] = {}

    def learn(self, products: set[int], papers: set[int]) -> None:
        """Read what is not known yet of these products and certificates."""
        strangers = products - set(self._covering)
        found = certificates.covering(self._connection, strangers)
        self._covering.update({product: found.get(product, []) for product in strangers})
        wanted = papers.union(*(self._covering[product] for product in strangers))
        news = wanted - set(self._by_certificate)
        for paper, (windows, states) in certificates.timelines(self._connection, news).items():
            self._by_certificate[paper] = valid_intervals(windows, states)

    def on(self, product: int | None, paper: int | None, day: dt.date) -> bool:
        """Tell whether the delivery is proven green."""
        if product is None:
            return False
        papers = [paper] if paper is not None else self._covering[product]
        return any(first <= day <= last for i in papers for first, last in self._by_certificate[i])


def delivery_facts(connection: Connection) -> Iterator[pl.DataFrame]:
    """Yield the current deliveries as facts (``FACTS_SCHEMA``), some 200,000 at a time."""
    greens = _Greens(connection)
    last = 0
    while rows := connection.execute(_FACTS, {"after": last}).all():
        greens.learn(
            {row[6] for row in rows if row[6] and not row[7]}, {row[7] for row in rows if row[7]}
        )
        last = rows[-1][0]
        yield pl.DataFrame(
            [
                (
                    row[1],
                    row[2].year,
                    row[3],
                    None if row[4] is None else _fen(row[4]),
                    row[5],
                    greens.on(row[6], row[7], row[2]),
                )
                for row in rows
            ],
            schema=FACTS_SCHEMA,
            orient="row",
        )


def _fen(millionths: int) -> int:
    """Return an amount in fen, halves away from zero: nothing smaller is ever paid."""
    sign = -1 if millionths < 0 else 1
    return sign * ((abs(millionths) * 2 + _MICRO_PER_FEN) // (2 * _MICRO_PER_FEN))
