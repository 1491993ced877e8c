"""What a transaction has written so far of all that figures stand on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

_NOTED = "figures-stand-on"
_IRRELEVANT: dict[str, frozenset[str]] = {
    "delivery": frozenset(),
    "bill_line": frozenset(),
    "product": frozenset(),
    "project": frozenset(),
    # Whether its results wait to be calculated changes nothing that is counted.
    "building": frozenset({"id", "stale_since"}),
    "certificate_version": frozenset(),
    "certificate_status": frozenset(),
    "product_certificate": frozenset(),
    "adoption": frozenset(),
    "adoption_status": frozenset(),
    "report_close": frozenset(),
    "result": frozenset(),
}


class Changes:
    """The ids of the rows that were added, and of those that were changed, by table."""

    def __init__(self) -> None:
        self.added: dict[str, set[int]] = defaultdict(set)
        self.changed: dict[str, set[int]] = defaultdict(set)

    def touched(self, table: str) -> set[int]:
        """Return the rows of a table that were added or changed."""
        return self.added[table] | self.changed[table]

    def changed_only(self, table: str) -> set[int]:
        """Return the rows that were changed and stood before the transaction."""
        return self.changed[table] - self.added[table]


def note_added(session: Session, table: Table, ids: Iterable[int]) -> None:
    """Remember rows that are new."""
    if table.name in _IRRELEVANT:
        _noted(session).added[table.name].update(ids)


def note_changed(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember rows that were changed; each has its ``id`` and the columns that were set."""
    irrelevant = _IRRELEVANT.get(table.name)
    if irrelevant is not None and not rows[0].keys() <= irrelevant:
        _noted(session).changed[table.name].update(row["id"] for row in rows)


def take(session: Session) -> Changes | None:
    """Return what was written since the last call, None if nothing was."""
    found: Changes | None = session.info.pop(_NOTED, None)
    return found


def _noted(session: Session) -> Changes:
    found: Changes = session.info.setdefault(_NOTED, Changes())
    return found
