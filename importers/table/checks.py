"""What the cells of a row must say together, and which rows of a file repeat another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from importers.table.rows import Rows
from importers.table.seen import Seen


def values_of(rows: Rows, *fields: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the position and the values of each row that is still in."""
    refused = rows.refused
    together = zip(*(rows.column(field) for field in fields), strict=True)
    for index, cells in enumerate(together):
        if index not in refused:
            yield index, cells


def is_doubled(rows: Rows, seen: Seen, key: tuple[object, ...], index: int, field: str) -> bool:
    """Refuse a row of which the file had another before, and tell so."""
    before = seen.first(key, rows.sheet, rows.first_row + index)
    if before is None:
        return False
    sheet, row = before
    first = str(row) if sheet == rows.sheet else f"{sheet}!{row}"
    rows.refuse(index, "duplicate-row", field, facts={"first_row": first})
    return True


def require_together(
    rows: Rows, leading: str, needed: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Refuse rows with facts of a thing that is not named, or named without what it needs."""
    leads = rows.column(leading)
    already_out = frozenset(rows.refused)
    for field in needed:
        values = rows.column(field)
        for index, lead in enumerate(leads):
            if lead is not None and values[index] is None and index not in already_out:
                rows.refuse(index, "missing-value", field)
    if None not in leads:
        return
    orphans = {
        index
        for field in others
        for index, value in enumerate(rows.column(field))
        if value is not None and leads[index] is None
    }
    for index in sorted(orphans - already_out):
        rows.refuse(index, "missing-value", leading)


def require_order(rows: Rows, earlier: str, later: str) -> None:
    """Refuse rows whose end lies before their beginning."""
    pairs = zip(rows.column(earlier), rows.column(later), strict=True)
    for index, (start, end) in enumerate(pairs):
        if start is not None and end is not None and end < start:  # type: ignore[operator]  # days
            facts = {"start": str(start)}
            rows.refuse(index, "dates-reversed", later, facts=facts)
