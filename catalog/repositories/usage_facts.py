"""The fact beside each current line: what it must say, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    func,
    select,
    type_coerce,
)

from catalog.models.cube import ReportClose, UsageFact
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import adoptions, bulk, certificates, proofs
from catalog.rules import standing
from catalog.rules.greenness import greenness
from catalog.rules.greenness import proofs as proofs_of
from catalog.rules.periods import Close, report_year, years_of
from catalog.rules.proof import Accepted, Goods, Paper, Proofs
from catalog.rules.ratio.cube import Fact
from catalog.rules.standing import Entry
from catalog.rules.terms import BillStage, Stage
from catalog.rules.validity import Window, possible_days

CHUNK = 5_000
_TABLE = bulk.table_of(UsageFact)
_COLUMNS = [column.name for column in _TABLE.columns]
_MOST_KEPT = 200_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CLOSES = select(ReportClose.first_year, ReportClose.month, ReportClose.day)


_KINDS = type_coerce(Project.kinds, String)
_DELIVERED: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Delivery.building_id,
        Building.project_id,
        Project.division_id,
        _KINDS,
        func.coalesce(Delivery.category_id, Product.category_id),
        Delivery.product_id,
        Delivery.certificate_id,
        Delivery.unit,
        type_coerce(Delivery.quantity, BigInteger),
        type_coerce(Delivery.amount, BigInteger),
        Delivery.delivered_on,
        Delivery.delivered_precision,
        Delivery.specification,
        Delivery.factory,
        Product.scope,
    )
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .where(Delivery.superseded_at.is_(None))
    .order_by(Delivery.id)
)
_PLANNED: Select[*tuple[Any, ...]] = (
    select(
        BillLine.id,
        BillLine.building_id,
        Building.project_id,
        Project.division_id,
        _KINDS,
        func.coalesce(BillLine.category_id, Product.category_id),
        BillLine.product_id,
        BillLine.certificate_id,
        BillLine.unit,
        type_coerce(BillLine.quantity, BigInteger),
        type_coerce(BillLine.amount, BigInteger),
        Project.designed_on,
        type_coerce(BillLine.planned_green_quantity, BigInteger),
    )
    .join(Building, Building.id == BillLine.building_id)
    .join(Project, Project.id == Building.project_id)
    .outerjoin(Product, Product.id == BillLine.product_id)
    .where(BillLine.superseded_at.is_(None), BillLine.stage == BillStage.DESIGN)
    .order_by(BillLine.id)
)
_NAMED = {
    Stage.COMPLETION: _DELIVERED.where(Delivery.id.in_(_IDS)),
    Stage.DESIGN: _PLANNED.where(BillLine.id.in_(_IDS)),
}
_AFTER = {
    Stage.COMPLETION: _DELIVERED.where(Delivery.id > bindparam("after")).limit(CHUNK),
    Stage.DESIGN: _PLANNED.where(BillLine.id > bindparam("after")).limit(CHUNK),
}
_STORED: Select[*tuple[Any, ...]] = select(
    *(
        type_coerce(column, String) if column.name in ("stage", "kinds") else
        type_coerce(column, BigInteger) if column.name in
        ("quantity", "amount", "green_quantity", "green_amount") else column
        for column in _TABLE.columns
    )
).where(_TABLE.c.stage == bindparam("stage"))  # fmt: skip
_HELD = _STORED.where(_TABLE.c.line_id.in_(_IDS))
_HELD_BETWEEN = _STORED.where(
    _TABLE.c.line_id > bindparam("after"), _TABLE.c.line_id <= bindparam("last")
)
_HELD_AFTER = (
    _STORED.where(_TABLE.c.line_id > bindparam("after")).order_by(_TABLE.c.line_id).limit(CHUNK)
)
_DELETE = _TABLE.delete().where(
    _TABLE.c.stage == bindparam("at"), _TABLE.c.line_id == bindparam("line")
)


class Lines:
    """Reads lines and says what the facts beside them must be.

    A delivery is green if a certificate proves it, whatever else a rule pack may accept: one
    meaning for every method. A planned line's green amount is its share of the amount, to the
    millionth, a half upwards. Adopted is what its product was on the day it came or was designed.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.closes = closes(connection)
        self._covering: dict[int, list[int]] = {}
        self._papers: dict[int, Paper] = {}
        self._proofs: dict[tuple[Any, ...], Proofs] = {}
        self._entries: dict[int, tuple[Entry, ...]] = {}
        self._standings: dict[int, standing.Steps] = {}

    def named(self, stage: Stage, ids: Iterable[int]) -> list[Fact]:
        """Return the facts of those of the lines that are current."""
        return self._facts(stage, self.connection.execute(_NAMED[stage], {"ids": list(ids)}).all())

    def every(self, stage: Stage) -> Iterator[list[Fact]]:
        """Yield the facts of all current lines in order of id, some thousands at a time."""
        last = 0
        while rows := self.connection.execute(_AFTER[stage], {"after": last}).all():
            last = rows[-1][0]
            yield self._facts(stage, rows)

    def _facts(self, stage: Stage, rows: Sequence[Any]) -> list[Fact]:
        self._learn_adoptions(rows)
        if stage is Stage.DESIGN:
            return [self._planned(row) for row in rows]
        self._learn(rows)
        return [self._delivered(row) for row in rows]

    def _planned(self, row: Any) -> Fact:  # noqa: ANN401  A row of a query.
        category, product, paper, unit, quantity, amount, designed_on, planned = row[5:]
        year = report = None
        if designed_on is not None:
            year, report = designed_on.year, report_year(designed_on, self.closes)
        green = None if planned is None else planned > 0
        what = (category, product, paper, unit, quantity, amount)
        days = (dt.date.min, dt.date.max) if designed_on is None else (designed_on, designed_on)
        adopted = self._adopted(product, days)
        worth = (green, planned, _share(amount, planned, quantity), adopted)
        return Fact._make((Stage.DESIGN.value, *row[:5], year, report, *what, *worth))

    def _delivered(self, row: Any) -> Fact:  # noqa: ANN401  A row of a query.
        quantity, amount, on, precision = row[9:13]
        years = years_of(on, precision, self.closes)
        days = possible_days(on, precision)
        green = self._green(row, days)
        green_quantity = None if green is None else quantity * green
        green_amount = None if green is None or amount is None else amount * green
        return Fact._make(
            (Stage.COMPLETION.value, *row[:5], *years, *row[5:11], green, green_quantity,
             green_amount, self._adopted(row[6], days))
        )  # fmt: skip

    def _adopted(self, product: int | None, days: Window) -> bool | None:
        entries = self._entries.get(product) if product is not None else None
        if not entries or product is None:
            return False
        if days[0] != days[1]:
            return standing.found_during(entries, days).standing.is_adopted
        known = self._standings.get(product)
        if known is None:
            known = self._standings[product] = standing.steps(entries)
        return standing.on(known, days[0]).is_adopted

    def _green(self, row: Any, days: Window) -> bool | None:  # noqa: ANN401  A row of a query.
        product: int | None = row[6]
        if product is None:
            return False
        paper: int | None = row[7]
        specification, factory, scope = row[13], row[14], row[15]
        if scope and specification:
            # What is judged by its specification is seldom met again.
            goods = self._goods(product, paper, specification, scope, factory)
            return greenness(goods, Accepted(), days).green
        key = (product, paper, factory)
        known = self._proofs.get(key)
        if known is None:
            goods = self._goods(product, paper, None, scope, factory)
            known = self._proofs[key] = proofs_of(goods, Accepted())
        return (known.on(days[0]) if days[0] == days[1] else known.during(days)).green

    def _goods(
        self,
        product: int,
        paper: int | None,
        specification: str | None,
        scope: str | None,
        factory: str | None,
    ) -> Goods:
        ids = [paper] if paper else sorted(self._covering[product])
        return Goods(
            has_product=True,
            specification=specification,
            scope=scope,
            factory=factory,
            papers=tuple(self._papers[i] for i in ids),
        )

    def _learn_adoptions(self, rows: Sequence[Any]) -> None:
        """Read the adoptions of these lines' products, of those not read yet."""
        strangers = {row[6] for row in rows if row[6]} - self._entries.keys()
        found = adoptions.entries(self.connection, strangers)
        self._entries.update({product: found.get(product, ()) for product in strangers})

    def _learn(self, rows: Sequence[Any]) -> None:
        """Read the certificates that these deliveries may be proven by and that are not known."""
        if len(self._proofs) > _MOST_KEPT:
            self._proofs.clear()
        strangers = {row[6] for row in rows if row[6] and not row[7]} - self._covering.keys()
        found = certificates.covering(self.connection, strangers)
        self._covering.update({product: found.get(product, []) for product in strangers})
        wanted = {row[7] for row in rows if row[7]}.union(*found.values()) - self._papers.keys()
        self._papers.update(proofs.papers_of(self.connection, wanted))


def _share(amount: int | None, planned: int | None, quantity: int) -> int | None:
    if amount is None or planned is None:
        return None
    if planned == 0:
        return 0
    if quantity == 0:
        return None
    numerator, denominator = amount * planned, quantity
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return (2 * numerator + denominator) // (2 * denominator)


def closes(connection: Connection) -> list[Close]:
    """Return the days on which annual reports close."""
    return [Close(*row) for row in connection.execute(_CLOSES)]


def held(connection: Connection, stage: Stage, ids: Iterable[int]) -> list[Fact]:
    """Return the stored facts of some lines."""
    rows = connection.execute(_HELD, {"stage": stage.value, "ids": list(ids)})
    return [Fact(*row) for row in rows]


def held_between(connection: Connection, stage: Stage, after: int, last: int) -> list[Fact]:
    """Return the stored facts of the lines above one id and up to another."""
    asked = {"stage": stage.value, "after": after, "last": last}
    return [Fact(*row) for row in connection.execute(_HELD_BETWEEN, asked)]


def held_after(connection: Connection, stage: Stage, after: int) -> list[Fact]:
    """Return some thousands of the stored facts of the lines above an id, in order of id."""
    asked = {"stage": stage.value, "after": after}
    return [Fact(*row) for row in connection.execute(_HELD_AFTER, asked)]


def remove(connection: Connection, facts: Sequence[Fact]) -> None:
    """Forget facts."""
    if facts:
        connection.execute(_DELETE, [{"at": fact.stage, "line": fact.line_id} for fact in facts])


def remove_all(connection: Connection) -> None:
    """Forget every fact."""
    connection.execute(_TABLE.delete())


def add(connection: Connection, facts: Sequence[Fact]) -> None:
    """Keep facts that were not there."""
    bulk.insert_stored(connection, _TABLE, _COLUMNS, facts)
