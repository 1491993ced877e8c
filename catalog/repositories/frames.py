"""Queries whose answer is a typed Polars frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from sqlalchemy import BigInteger, Connection, Select, bindparam, select, type_coerce

from catalog.models.cube import UsageFact
from catalog.models.division import Division
from catalog.models.taxonomy import Category
from catalog.rules.ratio.shares import FACTS_SCHEMA
from catalog.rules.terms import Stage

_CHUNK = 200_000
_MICRO_PER_FEN = 10_000
_FACTS: Select[*tuple[Any, ...]] = (
    select(
        UsageFact.line_id,
        Division.key,
        UsageFact.year,
        Category.key,
        UsageFact.unit,
        type_coerce(UsageFact.amount, BigInteger),
        type_coerce(UsageFact.quantity, BigInteger),
        UsageFact.is_green,
    )
    .join(Division, Division.id == UsageFact.division_id)
    .outerjoin(Category, Category.id == UsageFact.category_id)
    .where(UsageFact.stage == Stage.COMPLETION, UsageFact.line_id > bindparam("after"))
    .order_by(UsageFact.line_id)
    .limit(_CHUNK)
)


def delivery_facts(connection: Connection) -> Iterator[pl.DataFrame]:
    """Yield the current deliveries as facts (``FACTS_SCHEMA``), some 200,000 at a time."""
    last = 0
    while rows := connection.execute(_FACTS, {"after": last}).all():
        last = rows[-1][0]
        yield pl.DataFrame(
            [(*row[1:5], None if row[5] is None else _fen(row[5]), *row[6:]) for row in rows],
            schema=FACTS_SCHEMA,
            orient="row",
        )


def _fen(millionths: int) -> int:
    """Return an amount in fen, halves away from zero: nothing smaller is ever paid."""
    sign = -1 if millionths < 0 else 1
    return sign * ((abs(millionths) * 2 + _MICRO_PER_FEN) // (2 * _MICRO_PER_FEN))
