"""Cost schedules written by ifc5d: rows of a tree, of which only the leaves are lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Severity
from importers.bill.grid import Grid, grids
from importers.bill.lines import BillLines, WrittenLine, placed
from importers.bill.outcomes import bill_outcomes
from importers.bill.words import words
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile

_HEAD = 4096
_TAKEN = {
    "Identification": "code",
    "Name": "name",
    "Unit": "unit",
    "Quantity": "quantity",
    "Value": "unit_price",
}


def is_cost_schedule(source: SourceFile) -> bool:
    """Return whether a file is a cost schedule as ifc5d writes it."""
    try:
        head = source.head(_HEAD)
    except ImportRefusedError:
        return False
    first = head.decode("utf-8-sig", errors="replace").strip().partition("\n")[0]
    cells = {cell.strip().strip('"') for cell in first.split(",")}
    return cells.issuperset(words().ifc5d.needs)


def read_cost_schedule(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the leaves of a cost schedule as lines.

    Raises:
        ImportRefusedError: It is not said where the lines belong, or there are none to be found.
    """
    lines = BillLines(lookups, placed(placement))
    (grid,) = grids(source)
    schedule = _Schedule(grid)
    yield from bill_outcomes(
        lines, schedule.lines, batch_rows=batch_rows, first_issues=schedule.issues
    )


class _Schedule:
    """The rows of one schedule, those with rows below them taken for sums."""

    def __init__(self, grid: Grid) -> None:
        self.issues: list[Issue] = list(grid.broken)
        self.lines: list[WrittenLine] = []
        start = next((index for index, row in enumerate(grid.rows) if any(row)), None)
        if start is None:
            raise refusal("table-without-rows")
        self._header = grid.rows[start]
        self._rows = [
            (number, row)
            for number, row in enumerate(grid.rows[start + 1 :], start=start + 2)
            if any(row)
        ]
        self._tell_of_columns(start + 1)
        self._read()

    def _tell_of_columns(self, number: int) -> None:
        known = {*_TAKEN, "Index", *words().ifc5d.ignored}
        for column, text in enumerate(self._header):
            has_values = any(len(row) > column and row[column] for _, row in self._rows)
            if text and text not in known and has_values:
                self._warn("unknown-column", number, text)

    def _read(self) -> None:
        rows = [
            (number, row, level)
            for number, row in self._rows
            if (level := self._level(number, row)) is not None
        ]
        path: list[str] = []
        for (number, row, level), below in zip_longest(rows, [level for *_, level in rows[1:]]):
            texts = {
                field: text
                for name, text in zip(self._header, row, strict=False)
                if (field := _TAKEN.get(name)) and text
            }
            path = [*path[: level - 1], texts.get("name", "")]
            if below is None or below <= level:
                written = {field: name for name, field in _TAKEN.items()}
                chapter = "/".join(path[:-1])
                self.lines.append(
                    WrittenLine(row=number, texts=texts, written=written, section=chapter)
                )
            elif texts.get("quantity"):
                self._warn("bill-sum-not-read", number, texts.get("name"))

    def _level(self, number: int, row: list[str]) -> int | None:
        text = dict(zip(self._header, row, strict=False)).get("Index", "")
        if text.isascii() and text.isdigit() and int(text[:4]) > 0:
            return int(text[:4])
        self.issues.append(Issue(code="bill-bad-level", row=number, column="Index", value=text))
        return None

    def _warn(self, code: str, row: int, text: str | None) -> None:
        self.issues.append(
            Issue(code=code, severity=Severity.WARNING, row=row, column=text, value=text)
        )
