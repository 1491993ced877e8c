"""Rows that stayed out come back in the file's own form, can be mended, and come in."""

from __future__ import annotations

import csv
import io
import json

import fastexcel
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind, Record, Severity
from importers.lookups import Lookups
from importers.reader import SourceFile, read, recognise
from importers.refused import form_of_refused, write_refused
from importers.remarks import is_remark, remarks, without_remarks
from importers.report import Answers
from tests.importers.workbooks import BILL_HEADER, a_bill_row, a_workbook

HEADER = "企业名称,产品名称,产品类别"
GOOD = "甲公司,混凝土,预拌混凝土"
BAD = "甲公司,砂浆,没有这一类"
REGISTRY_ROW = {
    "licno": "GBM1", "title": "板", "company": "甲", "period": "113/07/09 ~ 117/07/08",
    "category": "健康",
}  # fmt: skip


def understood(
    name: str, content: bytes, kind: Kind | None = None
) -> tuple[list[Record], list[Issue]]:
    found = list(read(SourceFile(name, content), Lookups.from_seed(), kind=kind))
    issues = [entry for entry in found if isinstance(entry, Issue)]
    return [entry for entry in found if not isinstance(entry, Issue)], issues


def errors(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues if issue.severity is Severity.ERROR]


def given_back(name: str, content: bytes, kind: Kind, language: str = "zh") -> bytes:
    _, issues = understood(name, content, kind)
    target = io.BytesIO()
    write_refused(SourceFile(name, content), Lookups.from_seed(), issues, target,
                  kind=kind, answers=Answers(), language=language)  # fmt: skip
    return target.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"")]
)
def test_csv_keeps_encoding_separator_and_letters(
    language: str, separator: str, encoding: str, mark: bytes
) -> None:
    lines = [f"标题{separator}{separator}", HEADER, GOOD, "", BAD, '甲公司,"a ""b""\nc",没有']
    text = "\r\n".join(lines).replace(",", separator)
    back = given_back("p.csv", mark + text.encode(encoding), Kind.PRODUCTS, language)
    assert back.startswith(mark)
    shown = back.removeprefix(mark).decode(encoding)
    reason, cure = remarks().pair(language)
    assert f'"{reason}"{separator}"{cure}"{separator}{HEADER.replace(",", separator)}' in shown
    assert GOOD.replace(",", separator) not in shown
    assert shown.count(BAD.replace(",", separator)) == 1
    assert '"a ""b""\nc"' in shown
    # As it is, it is read as the rows were, and nothing is said of the two columns.
    records, issues = understood("p.csv", back)
    assert records == []
    assert errors(issues) == ["unknown-category", "unknown-category"]
    assert {issue.code for issue in issues} <= {"unknown-category", "rows-above-header"}
    mended, left = understood("p.csv", back.replace("没有这一类".encode(encoding),
                                                    "预拌砂浆".encode(encoding)))  # fmt: skip
    assert (len(mended), errors(left)) == (1, ["unknown-category"])


@pytest.mark.parametrize(
    "row", ["甲公司,砂浆", "甲公司", "甲公司,砂浆,预拌砂浆,多", '甲公司,"砂浆,预拌砂浆', "甲公司,,"]
)
def test_a_broken_row_stays_out_until_it_is_mended(row: str) -> None:
    content = "\n".join([HEADER, GOOD, row]).encode()
    _, issues = understood("p.csv", content)
    back = given_back("p.csv", content, Kind.PRODUCTS)
    assert row in back.decode()
    records, again = understood("p.csv", back)
    assert records == [] and errors(again) == errors(issues)


def test_a_table_saved_again_by_a_spreadsheet_program_is_read_the_same() -> None:
    back = given_back("p.csv", f"{HEADER}\n{GOOD}\n{BAD}\n".encode(), Kind.PRODUCTS)
    saved = back.decode().replace('"', "").replace("没有这一类", "预拌砂浆")
    moved = "\n".join(",".join([*line.split(",")[2:], *line.split(",")[:2]])
                      for line in saved.splitlines())  # fmt: skip
    for text in (saved, moved):
        records, issues = understood("p.csv", text.encode("utf-8-sig"))
        assert len(records) == 1 and issues == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_text_cells_come_back_as_they_were(cells: list[str]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADER.split(","), *(["甲公司", cell, "没有"] for cell in cells)])
    content = stream.getvalue().encode()
    _, issues = understood("p.csv", content, Kind.PRODUCTS)
    back = given_back("p.csv", content, Kind.PRODUCTS)
    _, again = understood("p.csv", back, Kind.PRODUCTS)
    assert [(issue.code, issue.value) for issue in again] == [
        (issue.code, issue.value) for issue in issues
    ]


@pytest.mark.parametrize("around", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_json_keeps_its_rows_letter_for_letter(*, around: bool, plain: bool) -> None:
    bad = {**REGISTRY_ROW, "licno": "GBM2", "category": "没有", "specs": "1.10"}
    rows: object = [REGISTRY_ROW, bad]
    content = json.dumps({"n": 1.10, "data": rows} if around else rows, ensure_ascii=plain)
    back = given_back("r.json", content.encode(), Kind.REGISTRY, "en")
    parsed = json.loads(back)
    [row] = parsed["data"] if around else parsed
    reason, cure = remarks().pair("en")
    assert "没有" in row.pop(reason) and row.pop(cure)
    assert row == bad
    records, issues = understood("r.json", back)
    assert (records, errors(issues), {i.code for i in issues}) == (
        [], ["unknown-category"], {"unknown-category"},
    )  # fmt: skip
    reformatted = json.dumps(json.loads(back), indent=2).encode()
    mended = reformatted.replace(json.dumps("没有").encode(), json.dumps("健康").encode())
    assert [len(part) for part in understood("r.json", mended)] == [1, 0]


def a_faulty_bill() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        other = book.add_worksheet("另一张")
        for page, start in ((sheet, 2), (other, 0)):
            rows = [[row[0], page.name, *row[2:]] for row in ROWS]
            for number, row in enumerate([list(BILL_HEADER), *rows], start=start):
                page.write_row(number, 1, row)
        sheet.merge_range(0, 1, 0, 8, "某某工程清单")
        sheet.merge_range(4, 5, 6, 5, "砌块")
        sheet.write_formula(6, 9, "=1/0", None, "#DIV/0!")

    return a_workbook(fill)


ROWS = [
    a_bill_row(1), a_bill_row(2), [*a_bill_row(3)[:6], "没有单位", 3, 4], a_bill_row(4),
    a_bill_row(5),
]  # fmt: skip


def test_a_workbook_keeps_sheets_columns_merges_and_errors() -> None:
    content = a_faulty_bill()
    _, issues = understood("b.xlsx", content)
    assert errors(issues) == ["unknown-unit", "cell-error", "unknown-unit"]
    back = given_back("b.xlsx", content, Kind.BILL_LINES)
    book = fastexcel.read_excel(back)
    assert book.sheet_names == ["清单", "另一张"]
    rows = book.load_sheet("清单", header_row=None, dtypes="string").to_polars().rows()
    assert rows[0][0] == "某某工程清单"
    header, *data = [row for row in rows if row[0] in ("项目代码", "SYN-1")]
    assert header[: len(BILL_HEADER)] == BILL_HEADER
    assert all(is_remark(cell) for cell in header[len(BILL_HEADER) :])
    assert [row[3] for row in data] == ["3", "4"]
    assert "砌块" in (data[0][4] or "")  # Its first row came in, and took the words along.
    again, issues_again = understood("b.xlsx", back)
    assert again == [] and errors(issues_again) == errors(issues)
    assert "unknown-column" not in {issue.code for issue in issues_again}


def test_a_workbook_without_faults_but_one_gives_one_row_back() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, BILL_HEADER)
        for number, row in enumerate(ROWS, start=1):
            sheet.write_row(number, 0, row)

    content = a_workbook(fill)
    back = given_back("b.xlsx", content, Kind.BILL_LINES)
    frame = fastexcel.read_excel(back).load_sheet(0, dtypes="string").to_polars()
    assert frame.height == 1
    assert "没有单位" in frame.row(0)[-2]


def test_knows_in_which_form_rows_can_be_given_back() -> None:
    forms = {
        "p.csv": (f"{HEADER}\n{BAD}\n".encode(), "csv"),
        "b.xlsx": (a_faulty_bill(), "xlsx"),
        "r.json": (json.dumps([REGISTRY_ROW]).encode(), "json"),
        "one.json": (b'{"doctype": "openEPD", "id": "ec300001"}', None),
        "x.xml": (b"<processDataSet/>", None),
        "x.bin": (b"\x00\x01" * 99, None),
        "x.zip": (b"PK\x03\x04", None),
    }
    assert {name: form_of_refused(SourceFile(name, content)) for name, (content, _) in
            forms.items()} == {name: form for name, (_, form) in forms.items()}  # fmt: skip


def test_a_file_of_others_is_left_alone() -> None:
    for content in (b"a,b\n1,2\n", b"[1]", b"PK\x03\x04"):
        source = SourceFile("x", content)
        assert without_remarks(source) is source


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_after_the_headers_break_the_reading(tail: bytes) -> None:
    reason, cure = remarks().pair("zh")
    for head in (f'"{reason}","{cure}",{HEADER}\n'.encode(), f'[{{"{reason}": '.encode()):
        try:
            recognise(SourceFile("x", head + tail))
        except ImportRefusedError:
            continue
