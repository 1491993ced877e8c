"""The lines of many buildings as columns: what ratios are made of, without an object each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    CursorResult,
    String,
    bindparam,
    select,
    type_coerce,
)

from catalog.models.usage import BillLine, Delivery
from catalog.repositories.building_facts import NO_PRODUCT
from catalog.repositories.calculating import Reader, day_of, factors_of
from catalog.repositories.clocks import Clocked, clocked
from catalog.rules.proof import Goods
from catalog.rules.ratio.placing import Situation
from catalog.rules.terms import DatePrecision
from catalog.rules.validity import Window, possible_days

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# As the database keeps them: nothing is converted that is only added up.
_BILL_LINES: Clocked = clocked(
    select(
        BillLine.building_id,
        BillLine.id,
        type_coerce(BillLine.stage, String),
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
        Delivery.category_id,
        Delivery.place,
        Delivery.unit,
        type_coerce(Delivery.quantity, BigInteger),
        type_coerce(Delivery.amount, BigInteger),
        type_coerce(Delivery.delivered_on, String),
        type_coerce(Delivery.delivered_precision, String),
        Delivery.specification,
        Delivery.factory,
        Delivery.declared,
        Delivery.product_id,
        Delivery.certificate_id,
    ).where(Delivery.building_id.in_(_IDS)),
    Delivery,
)
_ROWS_AT_ONCE = 1_000


class Frames(msgspec.Struct, frozen=True):
    """Bill lines and deliveries; ``situation`` of each is a position in ``situations``.

    ``goods``, ``goods_of`` and ``days`` belong to the deliveries, row by row: what came, as a
    position in ``goods``, and on which days.
    """

    bill: pl.DataFrame
    deliveries: pl.DataFrame
    situations: list[Situation]
    goods: list[Goods]
    goods_of: list[int]
    days: list[Window]


def frames_of(connection: Connection, reader: Reader, building_ids: Sequence[int]) -> Frames:
    """Return the lines of the buildings as the reader knows them; it reads what they share."""
    ids = {"ids": list(building_ids)}
    bill = _columns(_BILL_LINES.run(connection, ids, reader.known_at))
    came = _columns(_DELIVERIES.run(connection, ids, reader.known_at))
    billed, billed_of = _numbered(zip(*bill[3:6], bill[8], bill[9], strict=True))
    brought, brought_of = _numbered(zip(*came[2:5], came[11], came[12], strict=True))
    kinds, goods_of = _numbered(zip(came[12], came[13], came[9], came[10], strict=True))
    reader.read_products({key[-1] for key in (*billed, *brought)})
    reader.read_papers({key[:2] for key in kinds})
    situations = _Situations(reader)
    return Frames(
        bill=pl.DataFrame(
            {
                "building": _whole(bill[0]),
                "number": _whole(bill[1]),
                "stage": pl.Series(bill[2], dtype=pl.String),
                "situation": situations.of(billed, billed_of, is_delivered=False),
                "quantity_micro": _whole(bill[6]),
                "green_quantity_micro": _whole(bill[7]),
            }
        ),
        deliveries=pl.DataFrame(
            {
                "building": _whole(came[0]),
                "number": _whole(came[1]),
                "situation": situations.of(brought, brought_of, is_delivered=True),
                "quantity_micro": _whole(came[5]),
                "amount_micro": _whole(came[6]),
            }
        ),
        situations=situations.found,
        goods=[reader.shared_goods(*key) for key in kinds],
        goods_of=goods_of,
        days=_windows(came[7], came[8]),
    )


class _Situations:
    """The situations that lines are in; those that agree can be there more than once."""

    def __init__(self, reader: Reader) -> None:
        self.found: list[Situation] = []
        self._reader = reader
        self._numbers: dict[tuple[Any, ...], int] = {}

    def of(
        self, stated: Iterable[tuple[Any, ...]], of_rows: Sequence[int], *, is_delivered: bool
    ) -> pl.Series:
        """Return the situation of each line by what it states, of which there is less."""
        numbers = [self._number(key, is_delivered=is_delivered) for key in stated]
        return pl.Series(numbers, dtype=pl.Int32).gather(pl.Series(of_rows, dtype=pl.UInt32))

    def _number(self, stated: tuple[Any, ...], *, is_delivered: bool) -> int:
        """Return the number of a situation: a line's own factors come before its product's."""
        category_id, place, unit, own, product_id = stated
        product = NO_PRODUCT if product_id is None else self._reader.products[product_id]
        category = None if category_id is None else self._reader.categories[category_id]
        if category is None and is_delivered:
            category = product.category
        # Few products declare anything: what they do not say makes no other situation.
        of_product = product_id if product.declared else None
        key = (is_delivered, category, place, unit, own, of_product)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.found)
            declared = factors_of(own) + product.declared
            self.found.append(Situation(is_delivered, category, place, unit, declared))
        return number


def _numbered(keys: Iterable[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return the keys, each once, and the position of each row's key among them."""
    numbers: dict[tuple[Any, ...], int] = {}
    of_rows = [numbers.setdefault(key, len(numbers)) for key in keys]
    return list(numbers), of_rows


def _columns(found: CursorResult[*tuple[Any, ...]]) -> list[list[Any]]:
    """Return the columns of what is found; rows are let go of a few at a time."""
    columns: list[list[Any]] = [[] for _ in found.keys()]  # noqa: SIM118  A result is no mapping.
    for rows in found.partitions(_ROWS_AT_ONCE):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns


def _whole(values: Sequence[int | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.Int64)


def _windows(stated: Sequence[str | dt.date], precisions: Sequence[str]) -> list[Window]:
    """Return the days that each date can be; there are few dates for so many deliveries."""
    dates, of_rows = _numbered(zip(stated, precisions, strict=True))
    windows = [_days(*date) for date in dates]
    return [windows[number] for number in of_rows]


def _days(stated: str | dt.date, precision: str) -> Window:
    day = day_of(stated)
    if precision == DatePrecision.DAY.value:
        return day, day
    return possible_days(day, DatePrecision(precision))
