"""Write a list as CSV or as a workbook that a spreadsheet takes for what it is: no formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence

import msgspec
import xlsxwriter

Cell = str | int | None

# What a spreadsheet would calculate.
_FORMULA = r"\s*[=+\-@＝＋－＠]|[\t\r\n]"
_IS_FORMULA = re.compile(_FORMULA)
# What it would rewrite besides: long or padded numbers, exponents, dates.
_NOT_TEXT = re.compile(
    rf"{_FORMULA}|\d{{12,}}$|0\d+$|\d+[eE]\d+$|\d{{1,4}}[-/]\d{{1,2}}([-/]\d{{1,4}})?$"
)
_LONGEST_CELL = 32_767  # As the format has it.
_LONGEST_NAME = 31  # As above.
_CUT = "……"
_NARROW, _WIDE = 10, 40


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list: its title, what a reader must know, the names of its columns, its rows."""

    title: str
    notes: tuple[str, ...]
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def as_text(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet takes for what it is: no formula, no rewritten number."""
    return f"'{cell}" if isinstance(cell, str) and _NOT_TEXT.match(cell) else cell


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet may calculate a text, or read several cells in it."""
    return _IS_FORMULA.match(cell) is not None


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet calculates; days and numbers stay what they are."""
    return f"'{cell}" if is_formula(cell) else cell


def csv_of(listed: Listed) -> bytes:
    """Return the list as CSV after a byte order mark, every cell quoted; notes stay out."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(listed.header)
    writer.writerows([as_text(cell) for cell in row] for row in listed.rows)
    return "\ufeff".encode() + text.getvalue().encode()


def workbook_of_list(listed: Listed, *, made_at: dt.datetime) -> bytes:
    """Return the list as a workbook, its notes on top; the same list makes the same bytes.

    Texts are written as texts, so nothing in them is a formula, a link or a number.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": listed.title, "created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    sheet = book.add_worksheet(listed.title[:_LONGEST_NAME])
    for line, note in enumerate((listed.title, *listed.notes)):
        sheet.write_string(line, 0, _fitting(note))
    top = len(listed.notes) + 2
    for place, name in enumerate(listed.header):
        sheet.write_string(top, place, name, bold)
        longest = max((len(str(row[place] or "")) for row in listed.rows), default=0)
        sheet.set_column(place, place, min(_WIDE, max(_NARROW, len(name) * 2, longest + 2)))
    for line, row in enumerate(listed.rows, start=top + 1):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell)
            elif cell:
                sheet.write_string(line, place, _fitting(cell))
    sheet.freeze_panes(top + 1, 0)
    book.close()
    return stream.getvalue()


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT
