"""Delivery lists of others: German headers, returns, services, and goods counted twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import xlsxwriter

from catalog.errors import ImportRefusedError
from catalog.records import Severity
from importers.bill import is_bill_table
from importers.delivery import is_delivery_list, read_delivery_list
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.conftest import DATA
from tests.importers.lists import ARRIVED, Found, codes, deliveries, found_in
from tests.importers.workbooks import a_workbook

HEADER = ["Lieferant", "Artikel-Nummer", "Artikel", "Menge", "Einheit"]
STEEL = ["Stahl Nord GmbH", "B410", "Betonstahl B 500 B  10,00 mm", 156866.0, "kg"]
TILES = ["Fliesen Süd AG", "77", "Bodenfliese 30x30", 12.5, "m²"]


def a_list(*rows: list[object], header: list[str] | None = None) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate([header or HEADER, *rows]):
            sheet.write_row(number, 0, row)

    return a_workbook(fill)


def read_list(*rows: list[object], lookups: Lookups, header: list[str] | None = None) -> Found:
    return found_in(a_list(*rows, header=header), read_delivery_list, lookups, ARRIVED)


def test_reads_a_german_list(lookups: Lookups) -> None:
    records, issues = read_list(STEEL, TILES, lookups=lookups)
    first, second = deliveries(records)
    assert (first.supplier, first.unit) == ("Stahl Nord GmbH", "kg")
    assert first.quantity == 156866
    assert (second.quantity, second.unit, second.row) == (Decimal("12.5"), "m2", 3)
    assert (first.note_number, first.delivered_on) == ("SH-1", dt.date(2025, 3, 12))
    assert first.line_number.startswith("B410-")
    assert issues == []


def test_is_recognised_by_its_header() -> None:
    source = SourceFile("x", a_list(STEEL))
    assert is_delivery_list(source)
    assert not is_bill_table(source)


@pytest.mark.parametrize("name", ["products_zh.csv", "bill_lines_zh.csv", "deliveries_zh.csv"])
def test_leaves_our_own_tables_alone(name: str) -> None:
    assert not is_delivery_list(SourceFile(name, DATA / name))


@pytest.mark.parametrize(
    ("placement", "missing"),
    [
        (None, "项目代码、单体编号、送货单号、进场日期"),
        (Placement(project="P", building="1#"), "送货单号、进场日期"),
        (Placement(project="P", building="1#", note_number="N"), "进场日期"),
    ],
)
def test_asks_for_what_the_list_does_not_say(
    placement: Placement | None, missing: str, lookups: Lookups
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        found_in(a_list(STEEL), read_delivery_list, lookups, placement)
    assert missing in str(refused.value.facts["reason_zh"])


def test_a_list_with_its_own_notes_and_days_needs_only_the_place(lookups: Lookups) -> None:
    header = ["Lieferscheinnummer", "Lieferdatum", "Artikel", "Menge", "Einheit"]
    book = a_list(
        ["L-1", "12.03.2025", "Kies", 4, "t"], ["L-2", None, "Kies", 5, "t"], header=header
    )
    records, issues = found_in(
        book, read_delivery_list, lookups, Placement(project="P-1", building="1#")
    )
    (line,) = deliveries(records)
    assert (line.note_number, line.delivered_on) == ("L-1", dt.date(2025, 3, 12))
    assert [(issue.row, issue.code, issue.column) for issue in issues] == [
        (3, "missing-value", "Lieferdatum")
    ]


def test_numbers_of_lines_do_not_depend_on_their_order(lookups: Lookups) -> None:
    forth, _ = read_list(STEEL, TILES, lookups=lookups)
    back, _ = read_list(TILES, STEEL, lookups=lookups)
    assert {line.line_number for line in deliveries(forth)} == {
        line.line_number for line in deliveries(back)
    }


def test_one_article_number_of_two_suppliers_is_two_lines(lookups: Lookups) -> None:
    records, issues = read_list(
        ["A GmbH", "1", "Kies", 4, "t"], ["B GmbH", "1", "Kies", 4, "t"], lookups=lookups
    )
    assert len({line.line_number for line in deliveries(records)}) == 2
    assert issues == []


def test_a_return_is_negative_and_one_too_large_is_remarked(lookups: Lookups) -> None:
    records, issues = read_list(
        TILES, [*TILES[:3], -2.5, "m²"], [*TILES[:3], -30, "m²"], lookups=lookups
    )
    assert [line.quantity for line in deliveries(records)] == [
        Decimal("12.5"),
        Decimal("-2.5"),
        Decimal(-30),
    ]
    assert [(issue.row, issue.code) for issue in issues] == [(4, "returned-more-than-delivered")]
    assert issues[0].facts["left"] == "-20"


def test_a_service_comes_in_with_a_remark(lookups: Lookups) -> None:
    records, issues = read_list(
        ["A GmbH", "99", "Mautzuschlag pro m³", 7.5, "m³"],
        ["A GmbH", "25", "Wir führen Ihren Auftrag wie folgt aus:", 6, "m"],
        lookups=lookups,
    )
    assert len(records) == 2
    assert [issue.facts["sort_en"] for issue in issues] == [
        "fees or services",
        "a sentence, not goods",
    ]


def test_one_delivery_in_two_units_on_neighbouring_rows_is_asked_about(lookups: Lookups) -> None:
    records, issues = read_list(
        TILES, [*TILES[:2], "Bodenfliese 30x30 .", 4, "kg"], STEEL, lookups=lookups
    )
    assert [line.row for line in deliveries(records)] == [2, 4]
    (issue,) = issues
    assert (issue.row, issue.code, issue.severity) == (3, "delivery-in-two-units", Severity.ERROR)
    assert (issue.facts["first"], issue.facts["second"]) == ("12.5 m2", "4 kg")


def test_one_article_in_two_units_further_apart_is_remarked(lookups: Lookups) -> None:
    records, issues = read_list(TILES, STEEL, [*TILES[:3], 4, "kg"], lookups=lookups)
    assert len(records) == 3
    assert codes(issues) == ["article-in-two-units"]


def test_two_notes_make_two_deliveries_of_one_article(lookups: Lookups) -> None:
    header = ["Lieferschein", *HEADER]
    records, issues = read_list(
        ["L-1", *TILES], ["L-2", *TILES[:3], 4, "kg"], header=header, lookups=lookups
    )
    assert (len(records), issues) == (2, [])


def test_a_unit_that_is_not_known_is_remarked_once(lookups: Lookups) -> None:
    rows: list[list[object]] = [["A", str(n), f"Ware {n}", 1, "Gebinde"] for n in range(3)]
    records, issues = read_list(*rows, lookups=lookups)
    assert {line.unit for line in deliveries(records)} == {"Gebinde"}
    assert [(issue.code, issue.row, issue.facts["count"]) for issue in issues] == [
        ("unit-as-written", 2, "3")
    ]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (["1.234,5", "2,25"], ["1234.5", "2.25"]),
        (["1.234", "-0,5"], ["1234", "-0.5"]),
        (["1,234", "5"], ["1234", "5"]),
        (["1.5", "2"], ["1.5", "2"]),
    ],
)
def test_a_decimal_comma_is_read_where_the_column_proves_it(
    figures: list[str], expected: list[str], lookups: Lookups
) -> None:
    rows = [f"A GmbH;{n};Ware {n};{figure};kg" for n, figure in enumerate(figures)]
    text = "\n".join([";".join(HEADER), *rows])
    records, _ = found_in(text.encode(), read_delivery_list, lookups, ARRIVED)
    assert [line.quantity for line in deliveries(records)] == [Decimal(e) for e in expected]


def test_a_comma_that_proves_nothing_is_not_guessed(lookups: Lookups) -> None:
    text = "\n".join([";".join(HEADER), "A;1;Kies;1,5;kg", "A;2;Sand;2.5;kg"])
    records, issues = found_in(text.encode(), read_delivery_list, lookups, ARRIVED)
    assert [line.name for line in deliveries(records)] == ["Sand"]
    assert codes(issues) == ["bad-number"]


def test_a_sum_below_the_list_is_no_delivery(lookups: Lookups) -> None:
    records, issues = read_list(STEEL, ["Summe", None, None, 156866, None], lookups=lookups)
    assert (len(records), issues) == (1, [])


@pytest.mark.parametrize("missing", [2, 3, 4])
def test_a_row_that_lacks_what_it_needs_stays_out(missing: int, lookups: Lookups) -> None:
    row: list[object] = [*STEEL]
    row[missing] = None
    records, issues = read_list(TILES, row, lookups=lookups)
    assert len(records) == 1
    assert [(issue.code, issue.column) for issue in issues] == [("missing-value", HEADER[missing])]


def test_refuses_a_list_without_rows(lookups: Lookups) -> None:
    with pytest.raises(ImportRefusedError):
        read_list(lookups=lookups)
