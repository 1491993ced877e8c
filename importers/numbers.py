"""The certificate numbers that a file lists, whatever else stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from catalog.records import Kind
from catalog.rules.verifying import numbers_in
from importers.source import SourceFile
from importers.table.columns import headers_of
from importers.table.csv_sheet import CsvSheet
from importers.table.read import sheets_of
from importers.table.sheet import Sheet

_FIELD = "certificate_number"
_STRETCH = 5_000
_SHORTEST = 5  # Row numbers and star grades are shorter than any certificate number.


def numbers_of(source: SourceFile, *, most: int) -> list[str]:
    """Return the numbers in a file, in order, no more than ``most`` and one.

    They stand in the column whose header says so; where no header does, in the columns that have
    the most cells like a number; in a text without columns, one a line.

    Raises:
        ImportRefusedError: It is no table and no text, or too large.
    """
    return list(islice(_numbers(sheets_of(source)), most + 1))


def _numbers(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        preview = sheet.preview()
        if not preview:
            continue
        places, after_row = _columns(preview)
        is_plain = isinstance(sheet, CsvSheet) and max(map(len, preview)) == 1
        for stretch in sheet.stretches(
            places, after_row=after_row, size=_STRETCH, numbers=frozenset()
        ):
            for row in zip(*stretch.columns, strict=True):
                for cell in row:
                    # A line without columns may hold several numbers; a cell holds one.
                    yield from numbers_in(cell) if is_plain else _one(cell)


def _one(cell: str) -> Iterator[str]:
    text = " ".join(cell.split())
    if text:
        yield text


def _columns(preview: Sequence[Sequence[str]]) -> tuple[list[int], int]:
    """Return which columns hold the numbers, and how many rows stand above them."""
    known = [headers_of(kind) for kind in (Kind.PRODUCTS, Kind.DELIVERIES)]
    for row, cells in enumerate(preview, start=1):
        for place, cell in enumerate(cells):
            if any(names.find(" ".join(cell.split())) == _FIELD for names in known):
                return [place], row
    width = max(len(cells) for cells in preview)
    like = [_likeness(preview, place) for place in range(width)]
    return [place for place in range(width) if like[place] == max(like)], 0


def _likeness(preview: Sequence[Sequence[str]], place: int) -> int:
    """Count the different cells of a column that look like a number."""
    cells = {cells[place].strip() for cells in preview if place < len(cells)}
    return sum(len(cell) >= _SHORTEST and any(sign.isdigit() for sign in cell) for cell in cells)
