"""A form's workbook holds numbers as numbers, names as texts, and prints as the form does."""

from __future__ import annotations

import io
from decimal import Decimal

import msgspec
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from catalog.charts.chart import Chart, Mark, Shape
from catalog.forms.form import Form
from catalog.forms.workbook import workbook_of
from tests.unit.forms.some_forms import HOSTILE, NAMES, a_form


def book_of(form: Form) -> Workbook:
    return load_workbook(io.BytesIO(workbook_of(form)))


def rows_of(sheet: Worksheet) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in sheet.values]


def test_figures_are_numbers_and_shares_keep_every_digit() -> None:
    sheet = book_of(a_form()).worksheets[0]
    assert ["预拌混凝土", 12.5, 0.799996] in rows_of(sheet)
    formats = {cell.value: cell.number_format for row in sheet for cell in row}
    assert formats[0.799996] == "0.00##########%" and formats[12.5] == "#,##0.##########"


def test_what_a_spreadsheet_cannot_hold_is_text_with_all_its_digits() -> None:
    for number, held in (
        ("123456789012345.6", "123,456,789,012,345.6"),
        ("123456789012345", 123456789012345),
        ("0.1", 0.1),
    ):
        sheet = book_of(a_form(number=Decimal(number))).worksheets[0]
        assert ["预拌混凝土", held, 0.799996] in rows_of(sheet)


def test_unknown_is_no_number() -> None:
    assert ["预拌混凝土", "—", 0.799996] in rows_of(book_of(a_form(number=None)).worksheets[0])


def test_no_name_is_a_formula_or_a_link() -> None:
    sheet = book_of(a_form(HOSTILE)).worksheets[0]
    cells = [cell for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    texts = [cell.value for cell in cells]
    assert all(name in texts for name in HOSTILE)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_long_names_are_kept(number: int) -> None:
    sheet = book_of(a_form([NAMES[number]])).worksheets[0]
    assert [NAMES[number], 12.5, 0.799996] in rows_of(sheet)


def test_what_no_cell_can_hold_is_said_to_be_cut() -> None:
    sheet = book_of(a_form(["长" * 40_000])).worksheets[0]
    longest = max((str(cell.value) for row in sheet for cell in row), key=len)
    assert len(longest) == 32_767 and longest.endswith("……")


def test_prints_on_landscape_pages_with_the_header_on_each() -> None:
    book = book_of(a_form())
    assert book.sheetnames == ["核算表", "材料"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "SHA-256 abc" in sheet.oddFooter.left.text
        assert sheet.print_area
    sheet = book.worksheets[0]
    header = next(row[0].row for row in sheet if row[0].value == "材料类别")
    assert sheet.print_title_rows == f"${header}:${header}"


def test_a_row_is_as_high_as_its_longest_text_needs() -> None:
    sheet = book_of(a_form(["短", "很长的材料名称" * 20])).worksheets[0]
    heights = {row[0].value: sheet.row_dimensions[row[0].row].height or 15 for row in sheet}
    assert heights["很长的材料名称" * 20] > 3 * heights["短"]


def test_a_drawing_is_as_wide_as_its_table_and_prints_whole() -> None:
    form = a_form()
    chart = Chart(
        shape=Shape.BARS,
        title="应用比例",
        label_name="师市",
        value_name="比例（%）",
        marks=tuple(Mark(f"第{n}师", Decimal(n)) for n in range(1, 15)),
        unknown="未知",
    )
    drawn = msgspec.structs.replace(form.sections[0], chart=chart)
    sheet = book_of(msgspec.structs.replace(form, sections=(drawn,))).worksheets[0]
    (picture,) = sheet._images
    last = sheet[sheet.print_area.replace("$", "").partition(":")[2].rpartition("!")[2]]
    assert picture.anchor.to.row < last.row and picture.anchor.to.col <= last.column - 1


def test_signing_boxes_and_documents_are_there() -> None:
    first, second = book_of(a_form()).worksheets
    assert ["核算单位", "核算人（签字）：　　　　　　（盖章）"] in rows_of(first)
    assert ["√ 1", "施工记录文件", "2 份"] in rows_of(second)
    assert ["□ 2", "其他", "没有记录"] in rows_of(second)


def test_the_same_form_makes_the_same_bytes() -> None:
    assert workbook_of(a_form()) == workbook_of(a_form())
