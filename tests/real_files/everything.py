"""All that a store says now, as text: to compare stores byte by byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from catalog.db import Database
from catalog.models import Base

# The ledger, the journal and the notes between processes tell what was done, not what is so.
_HISTORY = {
    "import_run", "import_issue", "import_footprint", "revision", "outbox_entry", "lease",
    "audit_entry", "public_change", "written_table",
}  # fmt: skip
_LEFT_OUT = {
    "id", "run_id", "superseded_run_id", "recorded_at", "superseded_at", "withdrawn_at",
    "closed_at", "deleted_at", "stale_since", "computed_at",
}  # fmt: skip
_ENDS = ("withdrawn_at", "superseded_at", "closed_at", "deleted_at")
_BODY = "certification_body"
_FEW = 6


def everything(database: Database) -> bytes:
    """Return every row that is current, one JSON line each, in order, without ids and times.

    Where a row speaks of another, that one's key stands for it, or a hash of what it says; a row
    that speaks of one that is no longer current fails. A certification body is a name and nothing
    else: it is told with its certificates.
    """
    names: dict[str, dict[int, str]] = {}
    lines: list[str] = []
    with database.reading() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in _HISTORY:
                continue
            said = names.setdefault(table.name, {})
            columns = _told(table)
            for row in connection.execute(select(table).where(*_is_current(table))).mappings():
                line = _line(table.name, columns, row, names)
                if table.name != _BODY:
                    lines.append(line)
                if "id" in table.c:
                    said[row["id"]] = row.get("key") or hashlib.sha256(line.encode()).hexdigest()
    return "\n".join(sorted(lines)).encode()


def differing(one: bytes, other: bytes) -> list[bytes]:
    """Return a few of the lines that one of two stores has and the other has not."""
    if one == other:
        return []
    return sorted(set(one.splitlines()) ^ set(other.splitlines()))[:_FEW] or [b"order or number"]


def _is_current(table: Table) -> list[ColumnElement[bool]]:
    """Return the marks of a current row; one without a mark stands and falls with its owner."""
    marks: list[ColumnElement[bool]] = [table.c[end].is_(None) for end in _ENDS if end in table.c]
    if marks:
        return marks
    owners = [(key.parent, key.column.table) for key in table.foreign_keys]
    return [
        column.in_(select(owner.c.id).where(*_is_current(owner)))
        for column, owner in owners
        if any(end in owner.c for end in _ENDS)
    ]


def _told(table: Table) -> dict[str, str | None]:
    """Return the columns that are told, each with the table that it refers to."""
    return {
        column.name: next((key.column.table.name for key in column.foreign_keys), None)
        for column in table.columns
        if column.name not in _LEFT_OUT
    }


def _line(
    table: str, columns: dict[str, str | None], row: Any, names: dict[str, dict[int, str]]
) -> str:
    facts: dict[str, Any] = {"": table}
    for name, target in columns.items():
        value = row[name]
        if target is not None and value is not None:
            value = names[target][value]
        facts[name] = sorted(value) if isinstance(value, frozenset) else value
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
