"""A printed sheet walked through from page to page: which rows are lines, and which are print."""

from __future__ import annotations

import re

from catalog.records import Issue, Severity
from importers.bill.grid import Grid
from importers.bill.header import PrintedHeader, header_at
from importers.bill.lines import WrittenLine
from importers.bill.notes import shown, with_sheet
from importers.bill.totals import Totals
from importers.bill.words import Table, words
from importers.lookups.names import folded_word
from importers.table.header import column_letters

_OF_LINES_ONLY = frozenset({"unit", "quantity", "confirmed_quantity", "unit_price"})
_LETTER = re.compile(r"[^\W\d_]")


class Pages:
    """The lines of one sheet, and what is to be said of the rest of it."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._words = words()
        self._header: PrintedHeader | None = None
        self._table: Table | None = None
        self._section = ""
        self._pending: tuple[Table, int, str] | None = None
        self._above = 0
        self._has_header = False
        self._told: set[str] = set()
        self._totals = Totals(self._words.print.page_subtotal)
        self.lines: list[WrittenLine] = []
        self.issues: list[Issue] = [with_sheet(issue, grid.name) for issue in grid.broken]
        self._walk()

    def _walk(self) -> None:
        index = 0
        while index < len(self._grid.rows):
            row = self._grid.rows[index]
            cells = [cell for cell in row if cell]
            if cells:
                index = self._take(index, row, cells)
            index += 1
        self._tell_of_table()
        if self._above and self._has_header:
            facts = {"count": str(self._above)}
            self._warn("rows-above-header", None, facts=facts)
        if not self._has_header and cells_in(self._grid):
            self._warn("sheet-not-read", None)

    def _take(self, index: int, row: list[str], cells: list[str]) -> int:
        """Take a row, and return the last row taken (from 0)."""
        table = self._titled(cells)
        if table is not None:
            self._begin(table, index, cells[0])
            return index
        header = header_at(self._grid, index, self._words.bill)
        if header is not None and not self._is_closed():
            self._open(header)
            return header.last_row - 1
        if self._is_furniture(row, cells) or self._is_left_out():
            return index
        if self._header is None:
            self._above += 1
        else:
            self._read(index, row, cells)
        return index

    def _titled(self, cells: list[str]) -> Table | None:
        if len(cells) > 3:  # noqa: PLR2004 - a title stands alone, or beside a number of its page
            return None
        return next(
            (table for cell in cells if (table := self._words.titles.get(folded_word(cell)))), None
        )

    def _is_left_out(self) -> bool:
        return self._table is not None and self._table.role == "none"

    def _is_closed(self) -> bool:
        return self._table is not None and self._table.is_closed

    def _begin(self, table: Table, index: int, title: str) -> None:
        self._tell_of_table()
        if self._table is not None and table.role != self._table.role:
            self._totals = Totals(self._words.print.page_subtotal)
        self._table = table
        if table.role == "none":
            self._has_header = True
            self._pending = (table, index + 1, title)

    def _tell_of_table(self) -> None:
        """Say once of each table that it brought no lines, when it is known that it brings none."""
        if self._pending is None:
            return
        table, row, title = self._pending
        self._pending = None
        if title not in self._told:
            self._told.add(title)
            facts = {"title": title, "why_zh": table.why_zh, "why_en": table.why_en}
            self._warn("bill-table-not-read", row, facts=facts)

    def _open(self, header: PrintedHeader) -> None:
        self._has_header = True
        self._header = header
        if self._is_left_out():  # A cover above a list on one sheet: what has a header is a list.
            self._table = self._pending = None
        self._totals.turn_page()
        for column, text in header.unknown.items():
            if text not in self._told and self._has_values(column, header.last_row):
                self._told.add(text)
                self._warn("unknown-column", header.first_row, column=text, value=text)
        for text in header.doubled.values():
            if text not in self._told:
                self._told.add(text)
                self._warn("bill-column-twice", header.first_row, column=text)

    def _has_values(self, column: int, after: int) -> bool:
        return any(len(row) > column and row[column] for row in self._grid.rows[after:])

    def _tell_of_nameless(self, index: int, row: list[str], header: PrintedHeader) -> None:
        """Warn of a value of a line in a column without a header, once for each column."""
        for column, cell in enumerate(row):
            if cell and column not in header.known:
                letters = column_letters(self._grid.first_column + column)
                if letters not in self._told:
                    self._told.add(letters)
                    self._warn("column-without-header", index + 1, column=letters)

    def _is_print(self, cell: str) -> bool:
        return self._words.furniture.search(folded_word(cell)) is not None

    def _is_furniture(self, row: list[str], cells: list[str]) -> bool:
        if self._header is not None and (
            self._header.read(row, "unit")[1] or [self._header.read(row, "features")[1]] == cells
        ):
            return False
        joined = folded_word("".join(cells))
        if not self._words.furniture.search(joined) and not self._is_print(cells[-1]):
            return False
        section = re.search(self._words.print.section, " ".join(" ".join(cells).split()))
        if section and section[1] != self._section:
            self._section = section[1]
            self._totals = Totals(self._words.print.page_subtotal)
        return True

    def _read(self, index: int, row: list[str], cells: list[str]) -> None:
        header = self._header
        assert header is not None  # noqa: S101  The caller has looked.
        texts = {field: header.read(row, field) for field in header.places}
        plain = {field: text for field, (_, text) in texts.items() if text}
        if self._is_subtotal(plain, cells):
            self._check_total(index, plain, cells)
        elif self._is_line(plain):
            self._add(index, header, plain, texts)
            self._tell_of_nameless(index, row, header)
        elif not self._is_continuation(plain):
            self._totals.open_chapter()

    def _is_subtotal(self, plain: dict[str, str], cells: list[str]) -> bool:
        if plain.get("unit"):
            return False
        pattern = self._words.print.subtotal
        return any(re.search(pattern, folded_word(cell)) for cell in cells[:2])

    def _check_total(self, index: int, plain: dict[str, str], cells: list[str]) -> None:
        title = next(cell for cell in cells if _LETTER.search(cell))
        stated = [plain["amount"]] if plain.get("amount") else cells
        problem = self._totals.check(folded_word(title), stated)
        if problem is not None:
            facts = {
                "title": title,
                "stated": f"{problem.stated:,f}",
                "found": f"{problem.found:,f}",
            }
            self._warn("bill-total-differs", index + 1, value=title, facts=facts)

    def _is_line(self, plain: dict[str, str]) -> bool:
        """Return whether a row is a line, be it whole or not; a chapter may have an amount."""
        if plain.keys() & _OF_LINES_ONLY or self._words.is_item_code(plain.get("code", "")):
            return True
        return "features" in plain and bool(plain.keys() & {"serial", "code"})

    def _add(
        self,
        index: int,
        header: PrintedHeader,
        plain: dict[str, str],
        places: dict[str, tuple[int, str]],
    ) -> None:
        hidden = {
            field: self._grid.hidden[index + 1, column]
            for field, (column, text) in places.items()
            if not text and (index + 1, column) in self._grid.hidden
        }
        role = self._table.role if self._table else "items" if header.names("code") else "materials"
        line = WrittenLine(
            row=index + 1,
            sheet=self._grid.name,
            section=self._section,
            role=role,
            texts=plain,
            written=header.written,
            hidden=hidden,
        )
        self.lines.append(line)
        self._totals.add(line.text("amount"))

    def _is_continuation(self, plain: dict[str, str]) -> bool:
        """Join a description that runs on over this row with the line that it belongs to."""
        if not plain.get("features") or plain.keys() - {"features", "name"}:
            return False
        if not self.lines:
            self._warn("bill-text-without-line", None, value=plain["features"])
            return True
        line = self.lines[-1]
        for field, text in plain.items():
            line.texts[field] = " ".join(filter(None, (line.texts.get(field), text)))
        return True

    def _warn(
        self,
        code: str,
        row: int | None,
        *,
        column: str | None = None,
        value: str | None = None,
        facts: dict[str, str] | None = None,
    ) -> None:
        self.issues.append(
            Issue(
                code=code,
                severity=Severity.WARNING,
                sheet=shown(self._grid.name),
                row=row,
                column=shown(column),
                value=shown(value),
                facts={name: shown(fact) or "" for name, fact in (facts or {}).items()},
            )
        )


def cells_in(grid: Grid) -> bool:
    """Return whether a sheet holds anything."""
    return any(cell for row in grid.rows for cell in row)
