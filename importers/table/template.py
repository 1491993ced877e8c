"""Empty tables to fill in: the header of a kind in either language, with notes in XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Literal

import xlsxwriter

from catalog.records import Kind
from importers.table.columns import Column, layout

Format = Literal["csv", "xlsx"]

_NOTE_HEADERS = {
    "zh": ("列", "是否必填", "示例", "说明"),
    "en": ("Column", "Required", "Example", "Note"),
}
_REQUIRED = {"zh": "必填", "en": "required"}
_MADE_ON = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_COLUMN_WIDTH = 18
_NOTE_WIDTH = 42


def template(kind: Kind, language: str, fmt: Format) -> bytes:
    """Return an empty table of a kind; the same bytes every time.

    CSV begins with a byte order mark, because spreadsheet programs need it to see UTF-8.
    """
    columns = layout().kinds[kind]
    spoken = "zh" if language == "zh" else "en"
    return _csv(columns, spoken) if fmt == "csv" else _xlsx(kind, columns, spoken)


def _csv(columns: tuple[Column, ...], language: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([column.header(language) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(kind: Kind, columns: tuple[Column, ...], language: str) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": _MADE_ON})
    bold = book.add_format({"bold": True, "bottom": 1})
    needed = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E2EFDA"})
    # Text cells keep long codes and leading zeros as they are typed.
    as_text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(layout().kind_names[kind][language])
    notes = book.add_worksheet(layout().notes_sheet[language])
    notes.write_row(0, 0, _NOTE_HEADERS[language], bold)
    notes.set_column(0, 3, _NOTE_WIDTH)
    for place, column in enumerate(columns):
        text = as_text if column.reads in ("text", "credit-code") else None
        sheet.set_column(place, place, _COLUMN_WIDTH, text)
        sheet.write_string(0, place, column.header(language), needed if column.required else bold)
        note = column.note(language)
        if note:
            sheet.write_comment(0, place, note)
        required = _REQUIRED[language] if column.required else ""
        notes.write_row(
            place + 1, 0, (column.header(language), required, column.example, note), as_text
        )
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
