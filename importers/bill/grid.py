"""Sheets of others as they are printed: rows of text, merged ranges, and cells without a value."""

from __future__ import annotations

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import Issue
from importers.bill.words import words
from importers.issues import refusal
from importers.source import SourceFile
from importers.table.csv_sheet import CsvSheet
from importers.table.read import sheets_of
from importers.table.rows import tidied
from importers.table.sheet import Sheet
from importers.table.xlsx_sheet import XlsxSheet


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet. Rows count from 1 and columns from 0, at the first column that holds anything
    (``first_column``, from A = 0).

    ``spans`` says how far a cell that is merged reaches: the last row and column of its range.
    ``hidden`` holds the cells that a workbook shows no value for: an error, or a formula that was
    never computed. ``broken`` holds rows of a CSV that cannot be read.
    """

    name: str | None
    rows: list[list[str]]
    first_column: int = 0
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: dict[tuple[int, int], Issue] = {}
    broken: list[Issue] = []


def grids(source: SourceFile) -> list[Grid]:
    """Return the sheets of a file.

    Raises:
        ImportRefusedError: It is neither a workbook nor text, or too long to be held.
    """
    return source.keep("grids", lambda: [_grid(sheet) for sheet in sheets_of(source)])


def _grid(sheet: Sheet) -> Grid:
    if isinstance(sheet, XlsxSheet):
        return _of_workbook(sheet)
    if isinstance(sheet, CsvSheet):
        return _of_text(sheet)
    raise TypeError(f"no rows can be had of a {type(sheet).__name__}")


def _of_workbook(sheet: XlsxSheet) -> Grid:
    if sheet.total_rows > words().print.most_rows:
        raise _too_long()
    scan = sheet.scan
    first = scan.first_column
    hidden = {
        (row, place - first): Issue(code="cell-error", value=text)
        for row, place, text in scan.errors
    }
    for row, place in scan.valueless:
        hidden[row, place - first] = Issue(code="formula-without-value")
    return Grid(
        name=sheet.name,
        rows=[tidied(row) for row in sheet.rows()],
        first_column=first,
        spans={
            (merge.first_row, merge.first_column - first): (
                merge.last_row,
                merge.last_column - first,
            )
            for merge in scan.merges
        },
        hidden=hidden,
    )


def _of_text(sheet: CsvSheet) -> Grid:
    rows: list[list[str]] = []
    broken: list[Issue] = []
    for number, row in enumerate(sheet.rows(), start=1):
        if number > words().print.most_rows:
            raise _too_long()
        if isinstance(row, str):
            broken.append(Issue(code=row, row=number))
            rows.append([])
        else:
            rows.append(tidied(row))
    if sheet.is_cut_off:
        broken.append(Issue(code="cut-off", row=len(rows)))
    return Grid(name=None, rows=rows, broken=broken)


def _too_long() -> ImportRefusedError:
    return refusal("list-too-long", limit=f"{words().print.most_rows:,}")
