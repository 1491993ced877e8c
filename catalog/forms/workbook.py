"""Write a form as a workbook: a sheet for each section, ready to be printed and signed."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from catalog.charts.chart import Chart
from catalog.charts.drawing import png_of
from catalog.forms.form import Box, Cell, Form, Kind, Row, RowKind, Said, Section, Table

_A4 = 9  # As the format numbers paper sizes.
_LONGEST_CELL = 32_767  # As the format has it.
_LONGEST_NAME = 31  # As above.
_CUT = "……"
# All digits that a number of a spreadsheet holds exactly.
_MOST_DIGITS = 15
_NUMBER, _SHARE = "#,##0.##########", "0.00##########%"
_WIDTH = 1.1
_COLUMNS = 4  # Of the head, where no table says how many.
_TALL, _LINE, _SIZE = 46, 13, 9
_FIRST_WIDE = 0x1100
_ROW_PIXELS = 20
_LETTER_PIXELS, _CELL_PIXELS = 7, 5  # Of a column: for each letter of its width, and around them.
_POINT = 96 / 72  # A drawing has dots of a point, a sheet has pixels.
_DRAWN_PIXELS = 720  # No drawing is wider, however wide its table.
_SHADE, _TINT = "#EEEEEE", "#F8F8F8"
_FILLS = {RowKind.GROUP: _SHADE, RowKind.TOTAL: _SHADE, RowKind.ITEM: _TINT}


def workbook_of(form: Form) -> bytes:
    """Return the workbook of a form; the same form makes the same bytes.

    Texts are written as texts, so nothing in a name is a formula, a link or a number. Figures are
    numbers where a spreadsheet can hold them exactly, and texts where it cannot.
    """
    stream = io.BytesIO()
    _write(xlsxwriter.Workbook(stream, {"in_memory": True}), form, ())
    return stream.getvalue()


def write_workbook(form: Form, rows: Iterable[Row], file: BinaryIO) -> None:
    """Write the workbook of a form whose last table goes on with rows that come one by one.

    It holds a row at a time, however many there are, and says what ``workbook_of`` would.
    """
    _write(xlsxwriter.Workbook(file, {"constant_memory": True}), form, rows)


def _write(book: xlsxwriter.Workbook, form: Form, rows: Iterable[Row]) -> None:
    book.set_properties({"title": form.title.text, "created": form.made_at.replace(tzinfo=None)})
    writer = _Writer(book, form)
    last = len(form.sections) - 1
    for number, section in enumerate(form.sections):
        writer.write(section, rows if number == last else (), is_first=number == 0)
    book.close()


class _Writer:
    """Writes sections, each on a sheet of its own; the first begins with the form's head."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form) -> None:
        self._book, self._form = book, form
        self._widths: list[int] = []
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def write(self, section: Section, more: Iterable[Row], *, is_first: bool) -> None:
        sheet = self._book.add_worksheet(section.name.text[:_LONGEST_NAME])
        self._widths = _widths(section)
        for place, width in enumerate(self._widths):
            sheet.set_column(place, place, width * _WIDTH)
        last = len(self._widths) - 1
        line = self._head(sheet, last) if is_first else 0
        line = self._wide(sheet, line, last, section.title, font_size=12)
        for paragraph in section.paragraphs:
            line = self._wide(sheet, line, last, paragraph)
        if section.table is not None:
            line = self._table(sheet, line, section.table, more)
        for number, check in enumerate(section.checks, start=1):
            mark = "√" if check.is_on_record else "□"
            wide = sum(self._widths[2:])
            self._grow(sheet, line, (check.label, self._widths[1]), (check.remark, wide))
            self._put(sheet, line, 0, 0, Said(f"{mark} {number}"), border=1, align="center")
            self._put(sheet, line, 1, 1, check.label, border=1)
            self._put(sheet, line, 2, last, check.remark, border=1)
            line += 1
        for note in section.notes:
            line = self._wide(sheet, line, last, note)
        for box in section.boxes:
            line = self._box(sheet, line, last, box)
        if section.chart is not None:
            line = self._chart(sheet, line, section.chart)
        self._set_up(sheet, line, last)

    def _chart(self, sheet: Worksheet, line: int, chart: Chart) -> int:
        """Put the drawing below what it shows; return the line behind it."""
        drawn = png_of(chart)
        width, height = (int.from_bytes(drawn[at : at + 4], "big") * _POINT for at in (16, 20))
        wide = sum(int(each * _WIDTH * _LETTER_PIXELS) + _CELL_PIXELS for each in self._widths)
        scale = min(wide, _DRAWN_PIXELS) / width
        look = {
            "image_data": io.BytesIO(drawn),
            "x_scale": scale,
            "y_scale": scale,
            "description": chart.title,
            "object_position": 1,
        }
        sheet.insert_image(line, 0, "chart.png", look)
        return line + math.ceil(height * scale / _ROW_PIXELS) + 1

    def _set_up(self, sheet: Worksheet, line: int, last: int) -> None:
        """Make the sheet print on A4 as wide as a page, numbered, with its calculation."""
        sheet.set_paper(_A4)
        if not self._form.is_upright:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        sheet.print_area(0, 0, max(line - 1, 0), last)
        sheet.set_footer(f"&L&7{self._form.footer.replace('&', '&&')}&R&P / &N")

    def _head(self, sheet: Worksheet, last: int) -> int:
        form = self._form
        line = self._wide(sheet, 0, last, form.title, font_size=16, align="center")
        line = self._wide(sheet, line, last, form.subtitle, align="center")
        for notice in form.notices:
            line = self._wide(sheet, line, last, notice, border=1)
        for fact in form.facts:
            self._grow(sheet, line, (fact.label, self._widths[0]), (fact.value, self._rest))
            self._put(sheet, line, 0, 0, fact.label, border=1, bg_color=_SHADE)
            self._put(sheet, line, 1, last, fact.value, border=1)
            line += 1
        return line + 1

    def _table(self, sheet: Worksheet, line: int, table: Table, more: Iterable[Row]) -> int:
        for place, column in enumerate(table.columns):
            self._put(sheet, line, place, place, column.said,
                      border=1, bg_color=_SHADE, align="center")  # fmt: skip
        sheet.repeat_rows(line)
        for row in chain(table.rows, more):
            line += 1
            self._row(sheet, line, row, table)
        return line + 2

    def _row(self, sheet: Worksheet, line: int, row: Row, table: Table) -> None:
        place = 0
        self._grow(sheet, line, *self._said_in(row))
        for cell in row.cells:
            last = place + cell.span - 1
            look: dict[str, object] = {"border": 1}
            if fill := _FILLS.get(row.kind):
                look["bg_color"] = fill
            if row.kind is RowKind.GOODS and place == 0:
                look["indent"] = 1
            if cell.span == 1 and table.columns[place].has_figures:
                look["align"] = "right"
            number = _held(cell)
            if number is None:
                self._put(sheet, line, place, last, cell.said, **look)
            else:
                look["num_format"] = _SHARE if cell.kind is Kind.SHARE else _NUMBER
                sheet.write_number(line, place, number, self._look(**look))
            place = last + 1

    def _said_in(self, row: Row) -> Iterator[tuple[Said, float]]:
        """Yield what each cell of a row says, and how wide it is."""
        place = 0
        for cell in row.cells:
            yield cell.said, sum(self._widths[place : place + cell.span])
            place += cell.span

    def _box(self, sheet: Worksheet, line: int, last: int, box: Box) -> int:
        sheet.set_row(line, _TALL)
        self._put(sheet, line, 0, 0, box.label, border=1, align="center")
        said = Said("　　　　　　".join(each.text for each in box.lines))
        if any(each.gloss for each in box.lines):
            said = Said(said.text, "      ".join(each.gloss or "" for each in box.lines))
        self._put(sheet, line, 1, last, said, border=1)
        return line + 1

    def _wide(self, sheet: Worksheet, line: int, last: int, said: Said, **look: object) -> int:
        size = look.get("font_size")
        times = size / _SIZE if isinstance(size, int) else 1
        self._grow(sheet, line, (said, sum(self._widths) / times), times=times)
        self._put(sheet, line, 0, last, said, **look)
        return line + 1

    @property
    def _rest(self) -> float:
        """How wide all but the first column are."""
        return sum(self._widths[1:])

    def _grow(
        self, sheet: Worksheet, line: int, *texts: tuple[Said, float], times: float = 1
    ) -> None:
        """Make a row high enough for its texts: joined cells do not grow by themselves."""
        lines = max(_lines(said, width * _WIDTH) for said, width in texts)
        sheet.set_row(line, lines * _LINE * times)

    def _put(
        self, sheet: Worksheet, line: int, first: int, last: int, said: Said, **look: object
    ) -> None:
        """Write a text into a cell, or into several that become one."""
        text = said.text if said.gloss is None else f"{said.text}\n{said.gloss}"
        if len(text) > _LONGEST_CELL:
            text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
        shown = self._look(**look)
        if last > first:
            sheet.merge_range(line, first, line, last, "", shown)
        if text:
            sheet.write_string(line, first, text, shown)
        else:
            sheet.write_blank(line, first, None, shown)

    def _look(self, **look: object) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"text_wrap": True, "valign": "vcenter", "font_size": _SIZE, **look}
            )
        return self._formats[key]


def _widths(section: Section) -> list[int]:
    """Return how wide the columns are; sections without a table share the page out evenly."""
    if section.table is not None:
        return [column.width for column in section.table.columns]
    if section.checks:
        return [8, 44, 60, 30]
    return [30] * _COLUMNS


def _lines(said: Said, width: float) -> int:
    """Return how many lines a text takes: a Chinese character is as wide as two letters."""
    found = 0
    for text in (said.text, said.gloss):
        for part in (text or "").split("\n") if text is not None else ():
            letters = sum(2 if ord(letter) >= _FIRST_WIDE else 1 for letter in part)
            found += max(1, math.ceil(letters / width))
    return found


def _held(cell: Cell) -> float | None:
    """Return the number of a cell if a spreadsheet holds it exactly, digit for digit."""
    if cell.number is None:
        return None
    value = cell.number.normalize()
    if len(value.as_tuple().digits) > _MOST_DIGITS:
        return None
    return float(value)
