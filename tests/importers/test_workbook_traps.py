"""What goes wrong in XLSX files, and what is said about it."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from catalog.errors import ImportRefusedError
from catalog.records import BillLineRecord, Issue, Kind, ProductRecord, Record, Severity
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile, read, recognise
from tests.importers.workbooks import BILL_HEADER, a_bill, a_bill_row, a_workbook, repacked


def split(content: bytes, lookups: Lookups) -> tuple[list[Record], list[Issue]]:
    found = list(read(SourceFile("bill.xlsx", content), lookups))
    records = [entry for entry in found if not isinstance(entry, Issue)]
    return records, [entry for entry in found if isinstance(entry, Issue)]


def refused(content: bytes, *, limits: Limits | None = None) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        recognise(SourceFile("bill.xlsx", content, limits=limits))
    return str(caught.value.facts["reason_code"])


def test_reads_numbers_as_typed_not_as_floats(lookups: Lookups) -> None:
    records, issues = split(
        a_bill([a_bill_row(1, 0.1 + 0.2, 1.005), a_bill_row(2, "1,860.50", "４２０")]), lookups
    )
    assert not issues
    quantities = [
        (line.quantity, line.unit_price) for line in records if isinstance(line, BillLineRecord)
    ]
    assert quantities == [
        (Decimal("0.3"), Decimal("1.005")),
        (Decimal("1860.5"), Decimal(420)),
    ]


def test_finds_a_table_that_does_not_start_in_the_corner(lookups: Lookups) -> None:
    records, issues = split(a_bill([a_bill_row(1)], above=3, left=2), lookups)
    assert [record.row for record in records] == [5] and not issues


def test_remarks_on_rows_above_the_header(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 8, "某项目工程量清单")
        sheet.write_row(1, 0, BILL_HEADER)
        sheet.write_row(2, 0, a_bill_row(1))

    records, issues = split(a_workbook(fill), lookups)
    assert len(records) == 1
    assert [(issue.code, issue.severity) for issue in issues] == [
        ("rows-above-header", Severity.WARNING)
    ]


def test_reports_error_values_that_a_reading_library_shows_as_blanks(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        sheet.write_row(2, 1, BILL_HEADER)
        sheet.write_row(3, 1, a_bill_row(1))
        sheet.write_row(4, 1, a_bill_row(2))
        sheet.write_formula(4, 8, "=1/0", None, "#DIV/0!")
        sheet.write_row(5, 1, a_bill_row(3))
        sheet.write_formula(5, 9, "=Z99", None, "#REF!")

    records, issues = split(a_workbook(fill), lookups)
    assert [record.row for record in records] == [4]
    assert [(issue.code, issue.row, issue.column, issue.value) for issue in issues] == [
        ("cell-error", 5, "工程量", "#DIV/0!"),
        ("cell-error", 6, "单价", "#REF!"),
    ]


def test_uses_the_stored_value_of_a_formula(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, BILL_HEADER)
        sheet.write_row(1, 0, a_bill_row(1))
        sheet.write_formula(1, 7, "=2*6.25", None, 12.5)

    records, issues = split(a_workbook(fill), lookups)
    assert not issues and isinstance(records[0], BillLineRecord)
    assert records[0].quantity == Decimal("12.5")


def test_reports_a_formula_that_was_never_computed(lookups: Lookups) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(BILL_HEADER)
    sheet.append(a_bill_row(1, "=2*6.25"))
    sheet.append(a_bill_row(2))
    stream = io.BytesIO()
    book.save(stream)
    records, issues = split(stream.getvalue(), lookups)
    assert [record.row for record in records] == [3]
    assert [(issue.code, issue.row, issue.column) for issue in issues] == [
        ("formula-without-value", 2, "工程量")
    ]


def test_repeats_merged_names_but_never_merged_numbers(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, BILL_HEADER)
        for row in range(1, 6):
            sheet.write_row(row, 0, a_bill_row(row))
        sheet.merge_range(1, 0, 5, 0, "SYN-7")
        sheet.merge_range(3, 7, 4, 7, 30)

    records, issues = split(a_workbook(fill), lookups)
    lines = [record for record in records if isinstance(record, BillLineRecord)]
    assert [(line.row, line.project) for line in lines] == [
        (2, "SYN-7"),
        (3, "SYN-7"),
        (6, "SYN-7"),
    ]
    assert [(issue.code, issue.row, issue.column) for issue in issues] == [
        ("merged-cells-spread", 2, "项目代码"),
        ("merged-number", 4, "工程量"),
        ("merged-number", 5, "工程量"),
    ]


def test_repeats_a_merged_name_across_stretches(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, BILL_HEADER)
        for row in range(1, 12_001):
            sheet.write_row(row, 0, a_bill_row(row))
        sheet.merge_range(1, 0, 12_000, 0, "SYN-7")

    records, issues = split(a_workbook(fill), lookups)
    assert {line.project for line in records if isinstance(line, BillLineRecord)} == {"SYN-7"}
    assert len(records) == 12_000 and len(issues) == 1


def test_reads_ten_thousand_merged_cells(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, BILL_HEADER)
        for row in range(1, 20_001):
            sheet.write_row(row, 0, a_bill_row(row))
        for row in range(1, 20_001, 2):
            sheet.merge_range(row, 4, row + 1, 4, f"砌块{row}")

    records, issues = split(a_workbook(fill), lookups)
    assert len(records) == 20_000
    assert [(issue.code, issue.facts) for issue in issues] == [
        ("merged-cells-spread", {"count": "10000"})
    ]
    assert [record.name for record in records[:4] if isinstance(record, BillLineRecord)] == [
        "砌块1", "砌块1", "砌块3", "砌块3",
    ]  # fmt: skip


@pytest.mark.parametrize("old_calendar", [False, True])
def test_understands_real_dates_and_bare_day_numbers(
    lookups: Lookups, *, old_calendar: bool
) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": old_calendar})
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["企业名称", "产品名称", "产品类别", "发证机构", "证书编号", "有效期起", "有效期止"]
    )
    sheet.write_row(1, 0, ["合成企业", "砌块", "砌体材料", "合成认证中心", "SYN-1"])
    sheet.write_datetime(1, 5, dt.date(2025, 6, 5), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(1, 6, 46176 if old_calendar else 47638)
    book.close()
    records, issues = split(stream.getvalue(), lookups)
    assert not issues and isinstance(records[0], ProductRecord)
    certificate = records[0].certificate
    assert certificate is not None
    assert (certificate.valid_from, certificate.valid_to) == (
        dt.date(2025, 6, 5),
        dt.date(2030, 6, 4),
    )


def test_reads_every_sheet_of_the_same_kind_and_names_the_others(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name, first in (("一号楼", 1), ("二号楼", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, BILL_HEADER)
            sheet.write_row(1, 0, a_bill_row(first))
        book.add_worksheet("封面").write(0, 0, "某项目")
        book.add_worksheet("填写说明").write(0, 0, "列")
        book.add_worksheet("空")

    records, issues = split(a_workbook(fill), lookups)
    assert [(record.sheet, record.row) for record in records] == [("一号楼", 2), ("二号楼", 2)]
    assert [(issue.code, issue.sheet) for issue in issues] == [("sheet-not-read", "封面")]


def test_tells_a_line_repeated_on_another_sheet(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("一号楼", "二号楼"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, BILL_HEADER)
            sheet.write_row(1, 0, a_bill_row(1))

    records, issues = split(a_workbook(fill), lookups)
    assert len(records) == 1
    assert [(issue.code, issue.sheet, issue.facts) for issue in issues] == [
        ("duplicate-row", "二号楼", {"first_row": "一号楼!2"})
    ]


def test_refuses_a_workbook_that_would_unpack_beyond_reason() -> None:
    def swell(name: str, content: bytes) -> bytes:
        return content + b" " * (64 << 20) if name == "docProps/app.xml" else content

    assert refused(repacked(a_bill([a_bill_row(1)]), swell)) == "workbook-bomb"


def test_refuses_one_stray_cell_that_would_cost_all_memory() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, BILL_HEADER)
        sheet.write(1_048_575, 16_383, "x")

    assert refused(a_workbook(fill)) == "too-many-cells"


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<c r="XFD1048576"><v>1</v></c>'


def with_rows(rows: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"</sheetData>", rows + b"</sheetData>") if name == SHEET else content
        )

    return repacked(a_bill([a_bill_row(1)]), change)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b'<row r="3">' + FAR + b"</row>", "too-many-cells"),
        (b'<row r="3">' + FAR + b'</row><row r="4"><c r="A4"><v>1</v></c></row>', "too-many-cells"),
        (b'<row r="3"><c r="XFD90000"><v>1</v></c></row>', "too-many-cells"),
        (b'<row r="3">' + FAR.replace(b'"', b"'") + b"</row>", "too-many-cells"),
        (b'<row r="3">' + FAR.replace(b"XFD", b"xfd") + b"</row>", "too-many-cells"),
        (b'<row r="3">' + FAR.replace(b" r=", b'\ts="1"  r = ') + b"</row>", "too-many-cells"),
        (b'<row r="3"><q:c xmlns:q="q" r="XFD1048576"><v>1</v></q:c></row>', "too-many-cells"),
        (b'<row r="1048576"><c r="XFC3"/><c><v>1</v></c></row>', "too-many-cells"),
        (b'<row r="1048575"/><row><c r="XFC3"/><c><v>1</v></c></row>', "too-many-cells"),
        (b'<row r="3"><c r="A3" r="XFD1048576"><v>1</v></c></row>', "workbook-damaged"),
        (b'<row r="3"><c r="ZZZZZZZ4294967297"><v>1</v></c></row>', "workbook-damaged"),
        (b'<row r="A3999999999"><c><v>1</v></c></row>', "workbook-damaged"),
    ],
)
def test_refuses_a_far_address_however_it_is_written(rows: bytes, code: str) -> None:
    assert refused(with_rows(rows)) == code


def test_refuses_a_far_address_that_a_document_type_hides() -> None:
    def change(name: str, content: bytes) -> bytes:
        doctype = b"<!DOCTYPE worksheet [<!ATTLIST row r CDATA '1'>]><worksheet"
        return content.replace(b"<worksheet", doctype, 1) if name == SHEET else content

    content = with_rows(b'<row r="1048575"/><row><c r="XFC3"/><c><v>1</v></c></row>')
    assert refused(repacked(content, change)) == "workbook-damaged"


def test_refuses_a_sheet_in_an_encoding_that_does_not_exist() -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"UTF-8", b"UTF-0") if name == SHEET else content

    assert refused(repacked(with_rows(b'<row r="3"><c/></row>'), change)) == "workbook-damaged"


def test_refuses_a_far_address_on_a_sheet_that_only_the_library_would_take() -> None:
    def add(name: str, content: bytes) -> bytes:
        if name == "xl/workbook.xml":
            return content.replace(b'r:id="rId1"', b'x:id="rId1" r:id="rId9"')
        if name == "xl/_rels/workbook.xml.rels":
            far = b'<Relationship Id="rId9" Type="t" Target="worksheets/../theme/theme1.xml"/>'
            return content.replace(b"</Relationships>", far + b"</Relationships>")
        if name == "xl/theme/theme1.xml":
            return b"<worksheet><sheetData><row>" + FAR + b"</row></sheetData></worksheet>"
        return content

    assert refused(repacked(a_bill([a_bill_row(1)]), add)) == "too-many-cells"


def test_reads_cells_without_addresses(lookups: Lookups) -> None:
    def strip(name: str, content: bytes) -> bytes:
        return re.sub(rb' r="[A-Z]*\d+"', b"", content) if name == SHEET else content

    bare = repacked(a_bill([a_bill_row(1), a_bill_row(2)]), strip)
    assert split(bare, lookups) == split(a_bill([a_bill_row(1), a_bill_row(2)]), lookups)


def test_overlooks_formats_and_merges_far_below_the_table(lookups: Lookups) -> None:
    def change(name: str, content: bytes) -> bytes:
        merge = b'</sheetData><mergeCells><mergeCell ref="H2:H1048576"/></mergeCells>'
        return content.replace(b"</sheetData>", merge) if name == SHEET else content

    content = repacked(with_rows(b'<row r="1048576"><c r="A1048576" s="1"/></row>'), change)
    assert split(content, lookups) == split(a_bill([a_bill_row(1)]), lookups)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook-old-or-encrypted"),
        (b"PK\x03\x04 this is no archive", "workbook-damaged"),
        (a_bill([a_bill_row(1)])[:3000], "workbook-damaged"),
        (
            repacked(a_bill([]), lambda name, old: b"<a/>" if "book" in name else old),
            "workbook-damaged",
        ),
    ],
)
def test_refuses_what_is_no_whole_workbook(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_refuses_an_archive_that_is_no_workbook() -> None:
    content = repacked(a_bill([]), lambda _, old: old)
    assert (
        refused(content.replace(b"xl/workbook.xml", b"xl/workbook.bin")) == "workbook-other-format"
    )


def test_recognises_a_bill_by_its_header_alone() -> None:
    assert recognise(SourceFile("photo.png", a_bill([a_bill_row(1)]))) is Kind.BILL_LINES
