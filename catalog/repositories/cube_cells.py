"""The cells of a cube as rows: added to, emptied, read back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Enum, String, Table, select, type_coerce

from catalog.models.cube import WIDE
from catalog.rules.ratio.cube import Cells, Key

_HIGH, _LOW = "_high", "_low"


def measures_of(table: Table) -> list[str]:
    """Return the measures of a cube in order; one that is kept in two columns is named once."""
    return list(dict.fromkeys(name for name, _ in _worth_of(table)))


def add(connection: Connection, table: Table, cells: Cells) -> None:
    """Add the cells to a cube, always in one order; a cell in which nothing is left goes."""
    changed = sorted((key, sums) for key, sums in cells.items() if any(sums))
    if not changed:
        return
    keys = [column.name for column in table.primary_key.columns]
    names = [column.name for column in table.columns]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608  Names are ours.
        f"VALUES ({', '.join([mark] * len(names))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET "
        + ", ".join(_taking_in(table.name, name, mark) for name in names if name not in keys),
        _rows(table, changed),
    )
    count = measures_of(table)[0]
    emptied = [key for key, sums in changed if sums[0] < 0]
    if emptied:
        where = " AND ".join(f"{name} = {mark}" for name in keys)
        connection.exec_driver_sql(
            f"DELETE FROM {table.name} WHERE {where} AND {count} = 0",  # noqa: S608  As above.
            emptied,
        )


def read(connection: Connection, table: Table) -> Cells:
    """Return all that a cube holds."""
    keys = [
        type_coerce(column, String if isinstance(column.type, Enum | String) else BigInteger)
        for column in table.primary_key.columns
    ]
    sums = [column for column in table.columns if not column.primary_key]
    held: Cells = {}
    for found in connection.execute(select(*keys, *sums)):
        row: list[Any] = list(found)
        held[tuple(row[: len(keys)])] = list(narrow(table, row[len(keys) :]).values())
    return held


def narrow(table: Table, stored: Sequence[Any]) -> dict[str, int]:
    """Return the measures by name of what their columns hold, in order; two columns become one."""
    found: dict[str, int] = {}
    for (name, worth), value in zip(_worth_of(table), stored, strict=True):
        found[name] = found.get(name, 0) + int(value) * worth
    return found


@cache
def _worth_of(table: Table) -> list[tuple[str, int]]:
    """Return, for each column that is no key, the measure that it is of and what one in it is."""
    return [
        (name.removesuffix(_HIGH).removesuffix(_LOW), WIDE if name.endswith(_HIGH) else 1)
        for name in (column.name for column in table.columns if not column.primary_key)
    ]


def _taking_in(table: str, name: str, mark: str) -> str:
    """Say in SQL how a column takes what comes; a low half that is full carries over."""
    if name.endswith(_HIGH):
        low = f"{name.removesuffix(_HIGH)}{_LOW}"
        carry = f"({table}.{low} + excluded.{low}) / {WIDE}"
        return f"{name} = {table}.{name} + excluded.{name} + {carry}"
    if name.endswith(_LOW):
        # The driver of PostgreSQL takes a single sign for the start of a parameter.
        rest = "%" if mark == "?" else "%%"
        return f"{name} = ({table}.{name} + excluded.{name}) {rest} {WIDE}"
    return f"{name} = {table}.{name} + excluded.{name}"


def _rows(table: Table, cells: Sequence[tuple[Key, list[int]]]) -> list[tuple[str | int, ...]]:
    """Return the cells as rows: each sum that is kept in two columns is parted."""
    is_wide = [f"{name}{_HIGH}" in table.c for name in measures_of(table)]
    rows = []
    for key, sums in cells:
        row = list(key)
        for wide, value in zip(is_wide, sums, strict=True):
            row += divmod(value, WIDE) if wide else (int(value),)
        rows.append(tuple(row))
    return rows
