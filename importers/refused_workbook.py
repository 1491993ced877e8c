"""Refused rows as a workbook: the same sheets and columns, merged cells and all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from importers.selection import Selection
from importers.table.xlsx_scan import Merge
from importers.table.xlsx_sheet import XlsxSheet

_OUR_WIDTH = 60
_WIDTH = 18


def write_workbook(
    sheets: Sequence[XlsxSheet],
    selection: Selection,
    headers: tuple[str, str],
    target: BinaryIO,
) -> None:
    """Write the rows that are given back of every sheet that has any refused.

    Every cell is text, as it was read, so that no code loses its zeros and no day its form.
    """
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False})
    as_text = book.add_format({"num_format": "@"})
    ours = book.add_format({"bg_color": "#FDEECB", "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        if sheet.name in selection.sheets:
            page = book.add_worksheet(sheet.name)
            _write_sheet(page, sheet, selection, headers, as_text=as_text, ours=ours)
    book.close()


def _write_sheet(
    page: Any,  # noqa: ANN401  The library ships no types.
    sheet: XlsxSheet,
    selection: Selection,
    headers: tuple[str, str],
    *,
    as_text: object,
    ours: object,
) -> None:
    scan = sheet.scan
    first = scan.first_column
    errors = {(row, place): text for row, place, text in scan.errors}
    valueless = set(scan.valueless)
    new_row: dict[int, int] = {}
    cells: dict[int, list[str]] = {}
    width = 0
    for row, texts in enumerate(sheet.rows(), start=1):
        if not selection.stays(sheet.name, row, is_blank=not any(texts)):
            continue
        new_row[row] = len(new_row)
        cells[row] = texts
        width = max(width, first + len(texts))
    for merge, rows in _spread(scan.merges, sheet, cells, first):
        value = cells[rows[0]][merge.first_column - first]
        with suppress(OverlappingRange):  # No program writes such a sheet, and none shows it well.
            page.merge_range(
                new_row[rows[0]], merge.first_column, new_row[rows[-1]], merge.last_column,
                value, as_text,
            )  # fmt: skip
    page.freeze_panes(new_row.get(selection.header(sheet.name), -1) + 1, 0)
    page.set_column(first, width - 1, _WIDTH, as_text)
    page.set_column(width, width + 1, _OUR_WIDTH, ours)
    for row, line in new_row.items():
        for place, text in enumerate(cells[row], start=first):
            if (row, place) in errors:
                # Written as a formula, an error stays an error until somebody mends it.
                page.write_formula(line, place, "=NA()", as_text, errors[row, place])
            elif (row, place) in valueless:
                page.write_formula(line, place, "=NA()", as_text, "")
            elif text:
                page.write_string(line, place, text, as_text)
        for place, text in enumerate(selection.remarks(sheet.name, row, headers), start=width):
            page.write_string(line, place, text, ours)


def _spread(
    merges: Sequence[Merge], sheet: XlsxSheet, cells: dict[int, list[str]], first: int
) -> list[tuple[Merge, list[int]]]:
    """Give a merged value to the first of its rows that stays; return what stays merged."""
    split = {merge.first_row for merge in merges if merge.first_row not in cells}
    values = {row: texts for row, texts in enumerate(sheet.rows(), start=1) if row in split}
    staying = []
    for merge in merges:
        rows = [row for row in range(merge.first_row, merge.last_row + 1) if row in cells]
        column = merge.first_column - first
        if not rows or column < 0 or column >= len(cells[rows[0]]):
            continue
        if merge.first_row in split:
            cells[rows[0]][column] = values[merge.first_row][column]
        if len(rows) > 1 or merge.last_column > merge.first_column:
            staying.append((merge, rows))
    return staying
