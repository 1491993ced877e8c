"""Tables in HTML pages, and in workbooks that programs save as pages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.errors import ImportRefusedError
from catalog.records import BillLineRecord, Issue
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile, read, recognise
from importers.table.html_sheet import is_page
from importers.table.read import sheets_of
from tests.importers.workbooks import BILL_HEADER, a_bill_row


def a_row(cells: list[object], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def a_page(*rows: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><table>{''.join(rows)}</table></body></html>".encode()


HEADER = a_row(list(BILL_HEADER), "th")


def split(content: bytes, lookups: Lookups) -> tuple[list[BillLineRecord], list[Issue]]:
    found = list(read(SourceFile("bill.xls", content), lookups))
    records = [entry for entry in found if isinstance(entry, BillLineRecord)]
    return records, [entry for entry in found if isinstance(entry, Issue)]


def test_reads_our_template_saved_as_a_page(lookups: Lookups) -> None:
    records, issues = split(a_page(HEADER, a_row(a_bill_row(1, "1,234.5"))), lookups)
    assert not issues and records[0].row == 2
    assert records[0].quantity == Decimal("1234.5")


@pytest.mark.parametrize(("encoding", "stated"), [
    ("utf-8", "utf-8"), ("utf-8", ""), ("gb18030", "gb2312"), ("gb18030", ""),
    ("gb18030", "no-such"),
])  # fmt: skip
def test_reads_a_page_in_the_encoding_it_states_or_has(
    encoding: str, stated: str, lookups: Lookups
) -> None:
    meta = f'<meta charset="{stated}">' if stated else ""
    content = a_page(HEADER, a_row(a_bill_row(1)), head=meta).decode().encode(encoding)
    records, issues = split(content, lookups)
    assert records[0].name == "砌块" and not issues


def test_repeats_merged_names_but_never_merged_numbers(lookups: Lookups) -> None:
    rows = [
        '<tr><td rowspan="2">SYN-7</td><td>1#</td><td>设计</td><td>1</td><td>砌块</td>'
        "<td>砌体材料</td><td>m3</td><td rowspan=2>30</td><td>1</td></tr>",
        "<tr><td>1#</td><td>设计</td><td>2</td><td>砌块</td><td>砌体材料</td><td>m3</td>"
        "<td>1</td></tr>",
    ]
    records, issues = split(a_page(HEADER, *rows), lookups)
    assert not records
    assert sorted(issue.code for issue in issues) == [
        "merged-cells-spread", "merged-number", "merged-number",
    ]  # fmt: skip


def test_leaves_out_tables_that_only_place_things_or_ask(lookups: Lookups) -> None:
    page = (
        "<html><table><tr><td><table><tr><td>1<td>2</table></td></tr></table>"
        "<form><table><tr><td>a<td><input></tr><tr><td>b<td><input></tr></table></form></html>"
    )
    assert sheets_of(SourceFile("a.html", page.encode())) == []
    with pytest.raises(ImportRefusedError):
        recognise(SourceFile("a.html", page.encode()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<!DOCTYPE html><p>", True),
        (b"\xef\xbb\xbf  <HTML>", True),
        (b"<table><tr>", True),
        (b"<?xml version='1.0'?><html>", True),
        (b"<?xml version='1.0'?><processDataSet>", False),
        (b"name,<table>", False),
        (b"", False),
    ],
)
def test_knows_a_page_by_its_first_tags(content: bytes, expected: bool) -> None:
    assert is_page(SourceFile("a", content)) is expected


def test_runs_no_script_and_follows_no_entity(lookups: Lookups) -> None:
    page = (
        b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><script>x</script>'
        + a_page(HEADER, a_row(["&a;", *a_bill_row(1)[1:]]))
    )
    records, _ = split(page, lookups)
    assert [record.project for record in records] == ["&a;"]


def test_refuses_a_page_that_claims_more_cells_than_are_allowed(lookups: Lookups) -> None:
    wide = '<tr><td colspan="99999">a</td></tr>' * 200
    with pytest.raises(ImportRefusedError) as caught:
        recognise(SourceFile("a.html", a_page(wide), limits=Limits(max_cells=100_000)))
    assert caught.value.facts["reason_code"] == "too-many-cells"


def test_survives_a_page_nested_beyond_belief(lookups: Lookups) -> None:
    page = b"<html>" + b"<table><tr><td>" * 50_000
    with pytest.raises(ImportRefusedError):
        recognise(SourceFile("a.html", page))
