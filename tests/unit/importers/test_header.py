"""Headers found and understood."""

from __future__ import annotations

from catalog.records import Kind
from importers.table.header import column_letters, find_header, header_issues


def test_counts_columns_as_spreadsheets_do() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == [
        "A", "Z", "AA", "ZZ", "AAA",
    ]  # fmt: skip


def test_takes_the_row_that_names_most_columns() -> None:
    preview = [
        ["工程量清单"],
        ["单位", "某建设公司"],
        ["项目代码", "序号", "材料名称", "单位"],
        ["1"],
    ]
    header = find_header(preview, Kind.BILL_LINES)
    assert (header.row, header.rows_above) == (3, 2)
    assert header.places == {"project": 0, "line_number": 1, "name": 2, "unit": 3}
    assert header.missing == ["building", "stage", "quantity"]


def test_suggests_a_column_for_a_slip() -> None:
    header = find_header([["项目代码", "材料名称", "单体编码号"]], Kind.BILL_LINES)
    (issue,) = header_issues(header, None)
    assert (issue.code, issue.facts) == ("unknown-column", {"nearest": "单体编号"})


def test_finds_no_header_in_nothing() -> None:
    assert find_header([], Kind.PRODUCTS).places == {}
