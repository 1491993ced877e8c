"""Send a form as a file: PDF pages, a workbook, a document of a word processor, a chart's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec
from litestar import Response

from api.sending import CSV, DOCX, PDF, XLSX
from catalog.charts.chart import Chart
from catalog.db import Database
from catalog.forms.docx import document_of
from catalog.forms.form import Form, Language
from catalog.forms.lists import Listed, csv_of
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.services.forms import form_of_result


class Ending(StrEnum):
    """How the name of a form's file ends."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


class _Made(msgspec.Struct, frozen=True):
    """How a file is made of a form, and what a browser does with it."""

    make: Callable[[Form], bytes]
    media_type: str
    disposition: str


_MADE: Mapping[Ending, _Made] = {
    # A browser shows the pages before they are saved or printed.
    Ending.PDF: _Made(pdf_of, PDF, "inline"),
    Ending.DOCX: _Made(document_of, DOCX, "attachment"),
    Ending.XLSX: _Made(workbook_of, XLSX, "attachment"),
}


def form_answer(form: Form, ending: Ending, name: str) -> Response[bytes]:
    """Return a form as a file of this name; its ending is added."""
    made = _MADE[ending]
    return Response(
        made.make(form),
        media_type=made.media_type,
        headers={
            "Content-Disposition": f'{made.disposition}; filename="{name}.{ending}"',
            # The form itself is Chinese in either language; the other one has glosses beside it.
            "Content-Language": "zh-Hans" if form.language == "zh" else "zh-Hans, en",
            "Vary": "Accept-Language, Cookie",
        },
    )


def chart_answer(chart: Chart, name: str) -> Response[bytes]:
    """Return the figures of a chart as a CSV file of this name; its ending is added."""
    rows = [tuple(None if cell is None else str(cell) for cell in row) for row in chart.table()]
    listed = Listed(title=chart.title, notes=(), header=chart.heading, rows=rows)
    return Response(
        csv_of(listed),
        media_type=CSV,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Vary": "Accept-Language, Cookie",
        },
    )


def spoken(language: str) -> Language:
    """Return the language in which forms are glossed for a reader of this one."""
    return "zh" if language == "zh" else "en"


def read_form(database: Database, result_id: int, language: str) -> Form:
    """Return the form of a result for a reader of the language."""
    with database.reading() as connection:
        return form_of_result(connection, result_id, spoken(language))


def result_file(
    database: Database, result_id: int, language: str, ending: Ending
) -> Response[bytes]:
    """Return the form of a result as a file."""
    form = read_form(database, result_id, language)
    return form_answer(form, ending, f"lucai-form-{result_id}")
