"""All that a store says now, as text: to compare stores byte by byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Table, select

from catalog.db import Database
from catalog.models import Base

# The ledger, the journal and the notes between processes tell what was done, not what is so.
_HISTORY = {
    "import_run", "import_issue", "import_footprint", "revision", "outbox_entry", "lease",
}  # fmt: skip
_LEFT_OUT = {
    "id", "run_id", "superseded_run_id", "recorded_at", "superseded_at", "withdrawn_at",
    "closed_at", "deleted_at", "stale_since", "computed_at",
}  # fmt: skip
_ENDS = ("withdrawn_at", "superseded_at", "closed_at", "deleted_at")


def everything(database: Database) -> bytes:
    """Return every row that is current, one JSON line each, in order, without ids and times.

    Where a row speaks of another, that one's key stands for it, or a hash of what it says.
    A certification body is its name and nothing else: it is told with its certificates.
    """
    names: dict[str, dict[int, str]] = {}
    lines: list[str] = []
    with database.reading() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in _HISTORY:
                continue
            said = names.setdefault(table.name, {})
            for row in connection.execute(select(table).where(*_is_current(table))).mappings():
                line = _line(table, dict(row), names)
                if line is None:
                    continue
                if table.name != "certification_body":
                    lines.append(line)
                if "id" in table.c:
                    said[row["id"]] = row.get("key") or hashlib.sha256(line.encode()).hexdigest()
    return "\n".join(sorted(lines)).encode()


def _is_current(table: Table) -> list[Any]:
    return [table.c[end].is_(None) for end in _ENDS if end in table.c]


def _line(table: Table, row: dict[str, Any], names: dict[str, dict[int, str]]) -> str | None:
    """Return what a row says; None if it belongs to one that is no longer current."""
    facts: dict[str, Any] = {"": table.name}
    for column in table.columns:
        value = row[column.name]
        targets = [key.column.table.name for key in column.foreign_keys]
        if column.name in _LEFT_OUT:
            continue
        if targets and value is not None:
            if value not in names[targets[0]]:
                return None
            value = names[targets[0]][value]
        facts[column.name] = sorted(value) if isinstance(value, frozenset) else value
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
