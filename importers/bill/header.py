"""Headers of printed lists: one to three rows, merged, and printed again on every page."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from importers.bill.grid import Grid
from importers.bill.words import Columns, header_word

_MOST_ROWS = 3
_NUMBER = re.compile(r"[+-]?[\d,]+(?:\.\d+)?")
_NEEDED_WORDS = 3


class PrintedHeader(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A header: where each field stands, from its first to its last column, and what is left.

    ``written`` is the header of a field as a person reads it. ``unknown`` are columns that
    nobody takes, ``doubled`` further columns of a field that has one already.
    """

    first_row: int
    last_row: int
    places: dict[str, tuple[int, int]]
    written: dict[str, str]
    ignored: list[tuple[int, int]] = []
    unknown: dict[int, str] = {}
    doubled: dict[int, str] = {}

    def names(self, *fields: str) -> bool:
        """Return whether one of the fields has a column."""
        return any(field in self.places for field in fields)

    def read(self, row: list[str], field: str) -> tuple[int, str]:
        """Return the column and the text of a field in a row; -1 if it has no column."""
        first, last = self.places.get(field, (-1, -2))
        for column in range(first, min(last + 1, len(row))):
            if row[column]:
                return column, row[column]
        return first, ""

    @cached_property
    def known(self) -> frozenset[int]:
        """The columns that are spoken for: taken, left out on purpose, or warned of."""
        spans = [*self.places.values(), *self.ignored]
        taken = {column for first, last in spans for column in range(first, last + 1)}
        return frozenset(taken | self.unknown.keys() | self.doubled.keys())


def looks_like_header(row: list[str], columns: Columns) -> bool:
    """Return whether a row may start a header: it has words of one, and no numbers."""
    found = 0
    for cell in row:
        if not cell:
            continue
        if header_word(cell) in columns.first_words:
            found += 1
        elif _NUMBER.fullmatch(cell):
            return False
    return found >= _NEEDED_WORDS


def header_at(grid: Grid, index: int, columns: Columns) -> PrintedHeader | None:
    """Return the header that starts with a row (from 0), None if no list can be read by it."""
    if not looks_like_header(grid.rows[index], columns):
        return None
    last = _last_row(grid, index, columns)
    places: dict[str, tuple[int, int]] = {}
    written: dict[str, str] = {}
    ignored: list[tuple[int, int]] = []
    unknown: dict[int, str] = {}
    doubled: dict[int, str] = {}
    for first, end, texts in _columns_of(grid, index, last):
        shown = "/".join(dict.fromkeys(texts))
        field = _field(texts, columns)
        if field is None:
            unknown[first] = shown
        elif not field:
            ignored.append((first, end))
        elif field in places:
            doubled[first] = shown
        else:
            places[field] = (first, end)
            written[field] = shown
    header = PrintedHeader(
        first_row=index + 1,
        last_row=last + 1,
        places=places,
        written=written,
        ignored=ignored,
        unknown=unknown,
        doubled=doubled,
    )
    has_name = header.names("name", "name_and_features")
    has_figures = header.names("unit") and header.names("quantity", "confirmed_quantity")
    return header if has_name and has_figures else None


def _last_row(grid: Grid, index: int, columns: Columns) -> int:
    """Return the last row of a header: as far as its cells are merged, or as its words go on."""
    spans = (grid.spans.get((index + 1, column)) for column in range(len(grid.rows[index])))
    ends = [span[0] - 1 for span in spans if span]
    last = min(max(ends, default=index), index + _MOST_ROWS - 1, len(grid.rows) - 1)
    while last + 1 < min(index + _MOST_ROWS, len(grid.rows)) and _goes_on(
        grid.rows[last + 1], columns
    ):
        last += 1
    return last


def _goes_on(row: list[str], columns: Columns) -> bool:
    """Return whether a row holds only second words of headers."""
    parts = columns.second_words
    cells = [cell for cell in row if cell]
    return bool(cells) and all(header_word(cell) in parts for cell in cells)


def _columns_of(grid: Grid, index: int, last: int) -> list[tuple[int, int, list[str]]]:
    """Return the columns of a header: the first, the last, and the texts from above to below."""
    width = max(len(row) for row in grid.rows[index : last + 1])
    stacks: list[list[str]] = [[] for _ in range(width)]
    ends = list(range(width))
    for row in range(index, last + 1):
        cells = grid.rows[row]
        column = 0
        while column < len(cells):
            text = cells[column]
            end_row, end = grid.spans.get((row + 1, column), (row + 1, column))
            is_last = end_row >= last + 1
            for place in range(column, min(end, width - 1) + 1):
                if text:
                    stacks[place].append(text)
            if text and is_last:
                ends[column] = min(end, width - 1)
            column = max(end, column) + 1 if text else column + 1
    found = []
    column = 0
    while column < width:
        if stacks[column]:
            found.append((column, ends[column], stacks[column]))
            column = ends[column] + 1
        else:
            column += 1
    return found


def _field(texts: list[str], columns: Columns) -> str | None:
    """Return the field of a header, "" if it is left out on purpose, None if it is not known."""
    words = [header_word(text) for text in texts]
    joined = "/".join(words)
    if joined in columns.fields:
        return columns.fields[joined]
    if any(word in columns.left_out for word in words):
        return ""
    return columns.fields.get(words[-1])
