"""The lines of many buildings as columns: what ratios are made of, without an object each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    select,
    type_coerce,
)

from catalog.models.usage import BillLine, Delivery
from catalog.repositories.calculating import Reader, day_of, factors_of
from catalog.rules.proof import Goods
from catalog.rules.terms import DatePrecision
from catalog.rules.validity import Window, possible_days

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# As the database keeps them: nothing is converted that is only added up.
_BILL_LINES: Select[*tuple[Any, ...]] = select(
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
).where(BillLine.building_id.in_(_IDS), BillLine.superseded_at.is_(None))
_DELIVERIES: Select[*tuple[Any, ...]] = select(
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
).where(Delivery.building_id.in_(_IDS), Delivery.superseded_at.is_(None))
_SHARED = {
    "building": pl.Int64(),
    "number": pl.Int64(),
    "category_id": pl.Int64(),
    "place": pl.String(),
    "unit": pl.String(),
    "quantity_micro": pl.Int64(),
}
_BILL_COLUMNS = {**_SHARED, "stage": pl.String(), "green_quantity_micro": pl.Int64()}
_DELIVERY_COLUMNS = {**_SHARED, "amount_micro": pl.Int64()}


class Frames(msgspec.Struct, frozen=True):
    """Bill lines and deliveries, with ``declared`` as JSON; both have the columns of a ratio.

    ``goods``, ``goods_of`` and ``days`` belong to the deliveries, row by row: what came, as a
    position in ``goods``, and on which days.
    """

    bill: pl.DataFrame
    deliveries: pl.DataFrame
    goods: list[Goods]
    goods_of: list[int]
    days: list[Window]


def frames_of(connection: Connection, reader: Reader, building_ids: Sequence[int]) -> Frames:
    """Return the current lines of the buildings; what they share is read by the reader."""
    ids = {"ids": list(building_ids)}
    bill = _columns(connection, _BILL_LINES, ids)
    came = _columns(connection, _DELIVERIES, ids)
    reader.read_products({*bill[9], *came[12]})
    proven = set(zip(came[12], came[13], strict=True))
    reader.read_papers(proven)
    numbers: dict[tuple[Any, ...], int] = {}
    goods_of = [
        numbers.setdefault(key, len(numbers))
        for key in zip(came[12], came[13], came[9], came[10], strict=True)
    ]
    return Frames(
        bill=_frame(
            reader, _BILL_COLUMNS, [*bill[:2], *bill[3:7], bill[2], bill[7]], bill[8], bill[9],
            takes_category=False,
        ),
        deliveries=_frame(
            reader, _DELIVERY_COLUMNS, came[:7], came[11], came[12], takes_category=True
        ),
        goods=[reader.goods_of(*key) for key in numbers],
        goods_of=goods_of,
        days=_windows(came[7], came[8]),
    )  # fmt: skip


def _columns(
    connection: Connection, statement: Select[*tuple[Any, ...]], ids: dict[str, list[int]]
) -> list[Sequence[Any]]:
    rows = connection.execute(statement, ids).all()
    return list(zip(*rows, strict=True)) or [()] * len(statement.selected_columns)


def _frame(
    reader: Reader,
    schema: dict[str, Any],
    columns: Sequence[Sequence[Any]],
    declared: Sequence[str | None],
    products: Sequence[int | None],
    *,
    takes_category: bool,
) -> pl.DataFrame:
    """Return the columns as a frame with the category and the factors of each line."""
    frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)
    category = frame["category_id"].replace_strict(reader.categories, return_dtype=pl.String)
    if takes_category and category.null_count():
        of_product = [None if i is None else reader.products[i].category for i in products]
        category = category.fill_null(pl.Series(of_product, dtype=pl.String))
    return frame.with_columns(
        category.alias("category"), pl.Series("declared", _declared(reader, declared, products))
    )


def _declared(
    reader: Reader, stated: Sequence[str | None], products: Sequence[int | None]
) -> pl.Series:
    """Return the factors of each line and then those of its product, as JSON, or null."""
    declaring = {i for i in set(products) if i is not None and reader.products[i].declared}
    known: dict[tuple[str | None, int | None], str | None] = {}
    found: list[str | None] = []
    for own, product in zip(stated, products, strict=True):
        key = (own, product if product in declaring else None)
        if key not in known:
            of_product = reader.products[product].declared if product in declaring else ()
            factors = factors_of(own) + of_product
            known[key] = msgspec.json.encode(factors).decode() if factors else None
        found.append(known[key])
    return pl.Series(found, dtype=pl.String)


def _windows(stated: Sequence[str | dt.date], precisions: Sequence[str]) -> list[Window]:
    """Return the days that each date can be; there are few dates for so many deliveries."""
    rows = list(zip(stated, precisions, strict=True))
    windows = {row: _days(*row) for row in set(rows)}
    return [windows[row] for row in rows]


def _days(stated: str | dt.date, precision: str) -> Window:
    day = day_of(stated)
    if precision == DatePrecision.DAY.value:
        return day, day
    return possible_days(day, DatePrecision(precision))
