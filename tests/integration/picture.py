"""A picture of everything that is known now, without numbers and times: to compare stores."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Table, func, select

from catalog.db import Database
from catalog.models import Base

_LEFT_OUT = {
    "id", "run_id", "superseded_run_id", "recorded_at", "superseded_at", "withdrawn_at",
    "stale_since", "closed_at",
}  # fmt: skip
# What follows from the rest comes and goes with it.
_DERIVED = ("usage_fact", "usage_cube", "result_cube", "project_count")
_ENTITIES = ("company", "product", "certificate", "project", "building", "epd")
_FACTS = (
    "certificate_version", "certificate_status", "certificate_category", "product_certificate",
    "test_report", "bill_line", "delivery", "epd_version", "product_epd",
)  # fmt: skip


def picture(database: Database) -> str:
    """Return all that is listed and current, one JSON line each, in order."""
    with database.reading() as connection:
        names = _names(connection)
        evidence = _evidence(connection)
        lines = []
        for name in (*_ENTITIES, *_FACTS, "source_conflict"):
            table = Base.metadata.tables[name]
            for row in connection.execute(select(table).where(_is_current(table))).mappings():
                facts = {"": name} | {k: _shown(names, table, k, row[k]) for k in _kept(table)}
                if name == "delivery":
                    facts["evidence"] = sorted(evidence[row["id"]])
                lines.append(json.dumps(facts, ensure_ascii=False, sort_keys=True))
    return "\n".join(sorted(lines))


LEDGER = ("import_run", "import_footprint", "audit_entry")
"""The tables that tell of every import, also of one that changed nothing."""


def row_counts(database: Database, *, but: tuple[str, ...] = ()) -> dict[str, int]:
    """Return how many rows each table has that forgets nothing."""
    with database.reading() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in ("outbox_entry", "lease", "written_table", *_DERIVED, *but)
        }


def stale_products(database: Database) -> set[str]:
    """Return the keys of the products that wait in the outbox."""
    outbox, product = (Base.metadata.tables[name] for name in ("outbox_entry", "product"))
    with database.reading() as connection:
        joined = select(product.c.key).join(outbox, outbox.c.product_id == product.c.id)
        return set(connection.scalars(joined))


def rows_of(database: Database, name: str, **equal: Any) -> list[dict[str, Any]]:
    """Return the rows of a table whose columns are equal, in order of id."""
    table = Base.metadata.tables[name]
    statement = select(table).order_by(table.c.id)
    for column, value in equal.items():
        statement = statement.where(table.c[column] == value)
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def current(database: Database, name: str, **equal: Any) -> list[dict[str, Any]]:
    """Return those of the rows that say what is known now."""
    mark = "withdrawn_at" if name in _ENTITIES else "superseded_at"
    return [row for row in rows_of(database, name, **equal) if row[mark] is None]


def _is_current(table: Table) -> Any:
    for mark in ("withdrawn_at", "superseded_at", "closed_at"):
        if mark in table.c:
            return table.c[mark].is_(None)
    raise AssertionError(f"{table.name} has no mark of being current")


def _kept(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in _LEFT_OUT]


def _names(connection: Connection) -> dict[str, dict[int, str]]:
    """Return the stable name of every row that others refer to."""
    return {
        name: {row.id: row.key for row in connection.execute(select(table.c.id, table.c.key))}
        for name, table in Base.metadata.tables.items()
        if "key" in table.c and "id" in table.c
    }


def _shown(names: dict[str, dict[int, str]], table: Table, column: str, value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    targets = [key.column.table.name for key in table.c[column].foreign_keys]
    if targets and value is not None:
        return names[targets[0]][value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _evidence(connection: Connection) -> dict[int, list[str]]:
    table = Base.metadata.tables["delivery_evidence"]
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(table)):
        found[row.delivery_id].append(f"{row.kind}:{row.reference}")
    return found
