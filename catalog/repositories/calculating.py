"""Everything that the ratios of some buildings are calculated from, read at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Date,
    Row,
    Select,
    String,
    bindparam,
    func,
    select,
    type_coerce,
)

from catalog.models.base import decimal_of_millionths
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import adoptions, certificates, choices, known_then, proofs
from catalog.repositories.building_facts import (
    NO_PRODUCT,
    BuildingFacts,
    DeliveredLine,
    PlannedLine,
    ProductFacts,
)
from catalog.repositories.clocks import Clocked, clocked
from catalog.rules.proof import Goods, Paper
from catalog.rules.terms import BillStage, DatePrecision
from catalog.rules.units import Declared

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(
        Building.id,
        Building.project_id,
        Project.division_id,
        Division.jurisdiction,
        Project.designed_on,
        func.coalesce(Building.completed_on, Project.completed_on, type_=Date),
        Building.floor_area_m2,
        Project.kinds,
    )
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .where(Building.id.in_(_IDS))
    .order_by(Building.id)
)
# Lines come as the database keeps them: there are millions, and most values are shared by many.
_BILL_LINES: Clocked = clocked(
    select(
        BillLine.building_id,
        BillLine.id,
        type_coerce(BillLine.stage, String),
        BillLine.name,
        BillLine.category_id,
        BillLine.place,
        BillLine.unit,
        type_coerce(BillLine.quantity, BigInteger),
        type_coerce(BillLine.planned_green_quantity, BigInteger),
        BillLine.declared,
        BillLine.product_id,
    ).where(BillLine.building_id.in_(_IDS)),
    BillLine,
)
_DELIVERIES: Clocked = clocked(
    select(
        Delivery.building_id,
        Delivery.id,
        Delivery.name,
        Delivery.category_id,
        Delivery.place,
        Delivery.unit,
        type_coerce(Delivery.quantity, BigInteger),
        type_coerce(Delivery.amount, BigInteger),
        type_coerce(Delivery.delivered_on, String),
        type_coerce(Delivery.delivered_precision, String),
        Delivery.specification,
        Delivery.factory,
        type_coerce(Delivery.transport_km, BigInteger),
        Delivery.declared,
        Delivery.product_id,
        Delivery.certificate_id,
    ).where(Delivery.building_id.in_(_IDS)),
    Delivery,
)
_CATEGORIES: Select[*tuple[Any, ...]] = select(Category.id, Category.key)
_PRODUCTS: Select[*tuple[Any, ...]] = select(
    Product.id, Product.category_id, Product.model, Product.scope, Product.declared
).where(Product.id.in_(_IDS))


class Reader:
    """Reads the facts of buildings, a few at a time, within one transaction.

    They are as known now, or as known at a moment if one is given. What buildings share
    (products, their papers, equal goods) is read once and is one object. Facts that were written
    down before adoptions belonged to them are read without (``with_adoptions``).
    """

    def __init__(
        self,
        connection: Connection,
        *,
        known_at: dt.datetime | None = None,
        with_adoptions: bool = True,
    ) -> None:
        self._connection = connection
        self.known_at = known_at
        self._with_adoptions = with_adoptions
        self.categories = {row[0]: row[1] for row in connection.execute(_CATEGORIES)}
        self.products: dict[int, ProductFacts] = {}
        self._covering: dict[int, list[int]] = {}
        self._papers: dict[int, Paper] = {}
        self._goods: dict[tuple[int | None, int | None, str | None, str | None], Goods] = {}

    def facts_of(self, building_ids: Sequence[int]) -> list[BuildingFacts]:
        """Return the buildings with their lines, in order of id."""
        ids = {"ids": list(building_ids)}
        bill_rows = _BILL_LINES.run(self._connection, ids, self.known_at).all()
        delivery_rows = _DELIVERIES.run(self._connection, ids, self.known_at).all()
        self.read_products({row[-1] for row in bill_rows} | {row[-2] for row in delivery_rows})
        self.read_papers({(row[-2], row[-1]) for row in delivery_rows})
        bill_lines: dict[int, list[PlannedLine]] = defaultdict(list)
        for row in bill_rows:
            bill_lines[row[0]].append(self._bill_line(row))
        deliveries: dict[int, list[DeliveredLine]] = defaultdict(list)
        for row in delivery_rows:
            deliveries[row[0]].append(self._delivery(row))
        return [
            msgspec.structs.replace(
                facts, bill_lines=bill_lines[facts.id], deliveries=deliveries[facts.id]
            )
            for facts in self.buildings_of(building_ids)
        ]

    def buildings_of(self, building_ids: Sequence[int]) -> list[BuildingFacts]:
        """Return the buildings without their lines, in order of id."""
        buildings: Sequence[Sequence[Any]]
        if self.known_at is not None:
            buildings = known_then.buildings(self._connection, building_ids, self.known_at)
        else:
            buildings = self._connection.execute(_BUILDINGS, {"ids": list(building_ids)}).all()
        chosen = choices.standing(
            self._connection, (row[1] for row in buildings), known_at=self.known_at
        )
        return [
            BuildingFacts(
                id=row[0],
                project_id=row[1],
                division_id=row[2],
                jurisdiction=row[3],
                designed_on=row[4],
                completed_on=row[5],
                floor_area_m2=row[6],
                kinds=tuple(sorted(row[7])),
                choices=tuple(chosen.get(row[1], ())),
                bill_lines=[],
                deliveries=[],
            )
            for row in buildings
        ]

    def read_products(self, product_ids: set[int | None]) -> None:
        """Read what lines take from their products, of those not read yet."""
        wanted = sorted(i for i in product_ids if i is not None and i not in self.products)
        reports = proofs.reports_of(self._connection, wanted, known_at=self.known_at)
        entries = (
            adoptions.entries(self._connection, wanted, known_at=self.known_at)
            if self._with_adoptions
            else {}
        )
        rows: Sequence[Sequence[Any]]
        if self.known_at is not None:
            rows = known_then.products(self._connection, wanted, self.known_at)
        else:
            rows = self._connection.execute(_PRODUCTS, {"ids": wanted}).all()
        for row in rows:
            self.products[row[0]] = ProductFacts(
                category=self.categories[row[1]],
                model=row[2],
                scope=row[3],
                declared=factors_of(row[4]),
                reports=reports.get(row[0], ()),
                adoptions=entries.get(row[0], ()),
            )

    def read_papers(self, proven: set[tuple[int | None, int | None]]) -> None:
        """Read the papers that deliveries of a product, under a certificate or none, can have."""
        bare = {product for product, paper in proven if product is not None and paper is None}
        unknown = bare - self._covering.keys()
        found = certificates.covering(self._connection, unknown, known_at=self.known_at)
        self._covering.update((product, found.get(product, [])) for product in unknown)
        named = {paper for _, paper in proven if paper is not None}
        wanted = named.union(*(self._covering[product] for product in bare)) - self._papers.keys()
        self._papers.update(proofs.papers_of(self._connection, wanted, known_at=self.known_at))

    def _bill_line(self, row: Row[*tuple[Any, ...]]) -> PlannedLine:
        _, number, stage, name, category, place, unit, quantity, green, declared, product_id = row
        product = self.products[product_id] if product_id is not None else NO_PRODUCT
        return PlannedLine(
            id=number,
            stage=_STAGES[stage],
            name=name,
            category=self.categories[category] if category is not None else None,
            place=place,
            unit=unit,
            quantity=decimal_of_millionths(quantity),
            planned_green_quantity=None if green is None else decimal_of_millionths(green),
            declared=factors_of(declared) + product.declared,
        )

    def _delivery(self, row: Row[*tuple[Any, ...]]) -> DeliveredLine:
        (_, number, name, category, place, unit, quantity, amount, delivered_on, precision,
         specification, factory, transport, declared, product_id, certificate_id) = row  # fmt: skip
        product = self.products[product_id] if product_id is not None else NO_PRODUCT
        goods = self.shared_goods(product_id, certificate_id, specification, factory)
        return DeliveredLine(
            id=number,
            name=name,
            category=self.categories[category] if category is not None else product.category,
            place=place,
            unit=unit,
            quantity=decimal_of_millionths(quantity),
            amount=None if amount is None else decimal_of_millionths(amount),
            delivered_on=day_of(delivered_on),
            delivered_precision=_PRECISIONS[precision],
            specification=specification,
            factory=factory,
            transport_km=None if transport is None else decimal_of_millionths(transport),
            product_id=product_id,
            model=product.model,
            scope=product.scope,
            declared=factors_of(declared) + product.declared,
            goods=goods,
        )

    def shared_goods(
        self,
        product_id: int | None,
        certificate_id: int | None,
        specification: str | None,
        factory: str | None,
    ) -> Goods:
        """Return what ``goods_of`` does, and the same object for equal deliveries."""
        key = (product_id, certificate_id, specification, factory)
        goods = self._goods.get(key)
        if goods is None:
            goods = self._goods[key] = self.goods_of(*key)
        return goods

    def goods_of(
        self,
        product_id: int | None,
        certificate_id: int | None,
        specification: str | None,
        factory: str | None,
    ) -> Goods:
        """Return what the greenness of such a delivery is judged from; its papers are read."""
        product = self.products[product_id] if product_id is not None else NO_PRODUCT
        return Goods(
            has_product=product_id is not None,
            specification=specification,
            scope=product.scope,
            factory=factory,
            papers=tuple(self._papers_of(product_id, certificate_id)),
            reports=product.reports,
            adoptions=product.adoptions if self._with_adoptions else msgspec.UNSET,
        )

    def _papers_of(self, product_id: int | None, certificate_id: int | None) -> Iterator[Paper]:
        if certificate_id is not None:
            yield self._papers[certificate_id]
        elif product_id is not None:
            yield from (self._papers[i] for i in sorted(self._covering[product_id]))


def facts_of(connection: Connection, building_ids: Sequence[int]) -> list[BuildingFacts]:
    """Return the buildings with their current lines, in order of id."""
    return Reader(connection).facts_of(building_ids)


_STAGES = {stage.value: stage for stage in BillStage}
_PRECISIONS = {precision.value: precision for precision in DatePrecision}


def factors_of(stated: str | None) -> tuple[Declared, ...]:
    """Return the factors that a stored text declares."""
    return () if stated is None else _decoded(stated)


@lru_cache(maxsize=4096)
def _decoded(stated: str) -> tuple[Declared, ...]:
    return msgspec.json.decode(stated, type=tuple[Declared, ...])


@lru_cache(maxsize=65536)
def day_of(stated: str | dt.date) -> dt.date:
    """Return the day; SQLite has it as text."""
    return dt.date.fromisoformat(stated) if isinstance(stated, str) else stated
