"""Answer with a result's form as a file."""

from __future__ import annotations

from litestar import Response

from catalog.db import Database
from catalog.forms.form import Form, Language
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.services.forms import form_of_result

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_form(database: Database, result_id: int, language: str) -> Form:
    """Return the form of a result for a reader of the language."""
    known: Language = "zh" if language == "zh" else "en"
    with database.reading() as connection:
        return form_of_result(connection, result_id, known)


def workbook_answer(database: Database, result_id: int, language: str) -> Response[bytes]:
    """Return the form as a workbook, to be saved."""
    form = read_form(database, result_id, language)
    return _answer(workbook_of(form), XLSX, f'attachment; filename="{_name(result_id)}.xlsx"', form)


def pdf_answer(database: Database, result_id: int, language: str) -> Response[bytes]:
    """Return the form as PDF pages, which a browser shows before they are saved or printed."""
    form = read_form(database, result_id, language)
    return _answer(pdf_of(form), PDF, f'inline; filename="{_name(result_id)}.pdf"', form)


def _name(result_id: int) -> str:
    return f"lucai-form-{result_id}"


def _answer(content: bytes, media_type: str, disposition: str, form: Form) -> Response[bytes]:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": disposition,
            # The form itself is Chinese in either language; the other one has glosses beside it.
            "Content-Language": "zh-Hans" if form.language == "zh" else "zh-Hans, en",
            "Vary": "Accept-Language, Cookie",
        },
    )
