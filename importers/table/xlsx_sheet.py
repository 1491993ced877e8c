"""XLSX workbooks as sheets of text, with merged cells spread and hidden errors brought back."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

import fastexcel
import polars as pl

from catalog.records import Issue, Severity
from importers.issues import refusal
from importers.remarks import is_remark
from importers.source import SourceFile
from importers.table.header import column_letters
from importers.table.sheet import PREVIEW_ROWS, Stretch
from importers.table.values import SPREADSHEET_DAY_ZERO
from importers.table.xlsx_scan import Merge, SheetScan, Workbook, open_workbook, scan_sheet

_DAY_ZERO_1904 = dt.date(1904, 1, 1)


class XlsxSheet:
    """One sheet of a workbook."""

    def __init__(self, name: str, frame: pl.DataFrame, scan: SheetScan, book: Workbook) -> None:
        self._name = name
        self._frame = frame
        self._scan = scan
        self.day_zero = _DAY_ZERO_1904 if book.is_date_1904 else SPREADSHEET_DAY_ZERO

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self._name

    @property
    def total_rows(self) -> int:
        """How many rows there are, header included."""
        return self._frame.height

    @property
    def scan(self) -> SheetScan:
        """What the XML of the sheet says, in columns counted from A."""
        return self._scan

    def preview(self) -> list[list[str]]:
        """Return the first rows, in which the header is looked for."""
        rows = self._frame.head(PREVIEW_ROWS).rows()
        return [[cell or "" for cell in row] for row in rows]

    def rows(self) -> Iterator[list[str]]:
        """Yield every row as it is written; the value of merged cells is not repeated."""
        for row in self._frame.iter_rows():
            yield [cell or "" for cell in row]

    def stretches(
        self, columns: Sequence[int], *, after_row: int, size: int, numbers: frozenset[int]
    ) -> Iterator[Stretch]:
        """Return the rows after a row, a stretch at a time, with these columns in this order."""
        names = self._column_names(after_row)
        merges = _Merges(self._scan, columns, names, numbers, after_row)
        issues = [*merges.issues, *self._hidden(columns, names, after_row)]
        issues.sort(key=lambda issue: issue.row or 0)
        taken = 0
        for start in range(after_row, self._frame.height, size):
            part = self._frame.slice(start, size)
            end = bisect_left(issues, start + part.height + 1, key=lambda issue: issue.row or 0)
            texts = [part.to_series(column).fill_null("").to_list() for column in columns]
            merges.spread(texts, start + 1)
            yield Stretch(
                first_row=start + 1, count=part.height, columns=texts, issues=issues[taken:end]
            )
            taken = end
        if taken < len(issues):
            yield Stretch(
                first_row=self._frame.height + 1,
                count=0,
                columns=[[] for _ in columns],
                issues=issues[taken:],
            )

    def _column_names(self, header_row: int) -> list[str]:
        """Return what each column is called: by its header or, failing that, its letters."""
        first = self._scan.first_column
        return [
            " ".join((text or "").split()) or column_letters(first + column)
            for column, text in enumerate(self._frame.row(header_row - 1))
        ]

    def _hidden(self, columns: Sequence[int], names: list[str], after_row: int) -> Iterator[Issue]:
        """Yield what the library shows as a blank: error values, formulas never computed."""
        first = self._scan.first_column
        for row, place, text in self._scan.errors:
            if row > after_row and place - first in columns:
                yield Issue(code="cell-error", row=row, column=names[place - first], value=text)
        for row, place in self._scan.valueless:
            if row > after_row and place - first in columns:
                yield Issue(code="formula-without-value", row=row, column=names[place - first])


class _Merges:
    """Merged cells of the columns that are read: a reader sees their value in every row.

    A number is not repeated: three rows with one merged quantity would count it three times.
    """

    def __init__(
        self,
        scan: SheetScan,
        columns: Sequence[int],
        names: list[str],
        numbers: frozenset[int],
        after_row: int,
    ) -> None:
        self.issues: list[Issue] = []
        self._ranges: dict[int, list[tuple[int, int]]] = {}
        self._carried: dict[int, str] = {}
        self._columns = columns
        self._names = names
        self._numbers = numbers
        for merge in sorted(scan.merges, key=lambda merge: merge.first_row):
            first_row = max(merge.first_row, after_row + 1)
            if first_row <= merge.last_row:
                self._take_across(merge, first_row, scan.first_column)
                self._take_down(merge, first_row, scan.first_column)
        for position, ranges in self._ranges.items():
            self.issues.append(
                Issue(
                    code="merged-cells-spread",
                    severity=Severity.WARNING,
                    row=ranges[0][0],
                    column=names[columns[position]],
                    facts={"count": str(len(ranges))},
                )
            )

    def _take_across(self, merge: Merge, first_row: int, first_column: int) -> None:
        for place in range(merge.first_column + 1, merge.last_column + 1):
            if place - first_column in self._columns:
                name = self._names[place - first_column]
                self.issues.append(
                    Issue(
                        code="merged-across",
                        severity=Severity.WARNING,
                        row=first_row,
                        column=name,
                    )
                )

    def _take_down(self, merge: Merge, first_row: int, first_column: int) -> None:
        column = merge.first_column - first_column
        if column not in self._columns or merge.last_row == first_row:
            return
        if column in self._numbers:
            self.issues.extend(
                Issue(code="merged-number", row=row, column=self._names[column])
                for row in range(first_row, merge.last_row + 1)
            )
        else:
            ranges = self._ranges.setdefault(self._columns.index(column), [])
            ranges.append((first_row, merge.last_row))

    def spread(self, texts: list[list[str]], first_row: int) -> None:
        """Repeat merged values over their rows, in place."""
        for position, ranges in self._ranges.items():
            cells = texts[position]
            end = first_row + len(cells)
            for top, bottom in ranges[bisect_left(ranges, first_row, key=lambda r: r[1]) :]:
                if top >= end:
                    break
                value = cells[top - first_row] if top >= first_row else self._carried[position]
                stop = min(bottom + 1, end)
                for row in range(max(top, first_row), stop):
                    cells[row - first_row] = value
                self._carried[position] = value


def open_sheets(source: SourceFile) -> Iterator[XlsxSheet]:
    """Yield the sheets of a workbook that hold anything, opening each when it is asked for.

    Raises:
        ImportRefusedError: The workbook cannot be opened, or would take too much memory.
    """
    book = open_workbook(source)
    # All are looked through before one is opened, in case the library takes one for another.
    scans = {part: scan_sheet(source, part) for part in {*book.parts, *book.look_alikes}}
    content: bytes | Path = source.content
    try:
        reader = fastexcel.read_excel(content)
        names = reader.sheet_names
    except fastexcel.FastExcelError as error:
        raise refusal("workbook-damaged") from error
    if len(names) != len(book.parts):
        raise refusal("workbook-damaged")
    for name, part in zip(names, book.parts, strict=True):
        if not part.startswith("xl/worksheets/"):
            continue
        scan = scans[part]
        if not scan.last_row:
            continue
        try:
            loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            frame = loaded.to_polars()
        except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
            raise refusal("workbook-damaged") from error
        del loaded
        if frame.height and frame.width:
            yield XlsxSheet(name, _without_remarks(frame), scan, book)


def _without_remarks(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with the columns blank in which we said why rows stayed out."""
    remarked = [
        column.name
        for column in frame.head(PREVIEW_ROWS)
        if any(cell is not None and is_remark(cell) for cell in column)
    ]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in remarked)
