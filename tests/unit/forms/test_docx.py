"""A form's document has the columns that its table asks for, and leans on no style of a machine."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Twips

from catalog.forms.docx import document_of
from tests.unit.forms.some_forms import a_form


def test_columns_are_as_wide_as_the_form_says() -> None:
    document = Document(io.BytesIO(document_of(a_form())))
    table = next(each for each in document.tables if len(each.columns) == 3)
    grid = [column.width or 0 for column in table.columns]
    assert round(grid[0] / grid[1], 1) == 2.5 and grid[1] == grid[2]
    spanning = table.rows[-1]._tr.tc_lst[0]
    assert spanning.grid_span == 2 and spanning.width is not None
    assert abs(spanning.width - grid[0] - grid[1]) <= Twips(1), "Files count in twips."


def test_letters_are_black_and_upright_and_pages_are_numbered() -> None:
    document = Document(io.BytesIO(document_of(a_form())))
    quote = document.styles["Intense Quote"]
    assert quote.font.italic is False
    assert not list(document.styles["Title"].element.iter(qn("w:pBdr")))
    foot = document.sections[0].footer._element
    assert [each.text for each in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    kinds = [each.get(qn("w:fldCharType")) for each in foot.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * 2
