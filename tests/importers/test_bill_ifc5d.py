"""Cost schedules by ifc5d: the leaves of a tree are lines, what stands above them is a sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.errors import ImportRefusedError
from importers.bill import is_bill_table, is_cost_schedule, read_cost_schedule
from importers.lookups import Lookups
from importers.source import SourceFile
from tests.importers.lists import DESIGN, bill_lines, codes, found_in

HEADER = "Index,Identification,Name,Unit,Value,Quantity,RateSchedule,RateID\n"
SCHEDULE = (
    HEADER
    + """1,A,Substructure,,,,,
2,A.1,"Concrete, C30",m3,420,860.5,Rates 2025,R-1
2,A.2,Formwork,,,90,,
3,A.2.1,Plywood,m2,35.5,90,Rates 2025,R-2

1,B,Roof tiles,m2,60,310,,
"""
)


def test_only_the_leaves_are_lines(lookups: Lookups) -> None:
    records, issues = found_in(SCHEDULE.encode(), read_cost_schedule, lookups, DESIGN)
    assert [
        (line.row, line.item_code, line.name, line.quantity, line.unit_price, line.amount)
        for line in bill_lines(records)
    ] == [
        (3, "A.1", "Concrete, C30", Decimal("860.5"), Decimal(420), None),
        (5, "A.2.1", "Plywood", Decimal(90), Decimal("35.5"), None),
        (7, "B", "Roof tiles", Decimal(310), Decimal(60), None),
    ]
    assert [(issue.row, issue.code) for issue in issues] == [(4, "bill-sum-not-read")]


def test_one_code_in_two_chapters_makes_two_numbers(lookups: Lookups) -> None:
    text = HEADER + "1,,House A,,,,,\n2,1,Tiles,m2,,5,,\n1,,House B,,,,,\n2,1,Tiles,m2,,5,,\n"
    records, issues = found_in(text.encode(), read_cost_schedule, lookups, DESIGN)
    assert len({line.line_number for line in bill_lines(records)}) == 2
    assert issues == []


@pytest.mark.parametrize("level", ["", "0", "x", "-1", "1.5", "²"])
def test_a_row_without_a_level_stays_out(level: str, lookups: Lookups) -> None:
    text = HEADER + f"1,A,Tiles,m2,,5,,\n{level},B,Bricks,m3,,5,,\n"
    records, issues = found_in(text.encode(), read_cost_schedule, lookups, DESIGN)
    assert [line.name for line in bill_lines(records)] == ["Tiles"]
    assert codes(issues) == ["bill-bad-level"]


def test_further_cost_columns_are_remarked(lookups: Lookups) -> None:
    text = "Index,Identification,Name,Unit,Value,Quantity,Labour\n1,A,Tiles,m2,,5,12\n"
    _, issues = found_in(text.encode(), read_cost_schedule, lookups, DESIGN)
    assert [(issue.code, issue.column) for issue in issues] == [("unknown-column", "Labour")]


def test_a_blank_unit_or_quantity_of_a_leaf_is_missed(lookups: Lookups) -> None:
    text = HEADER + "1,A,Tiles,,,5,,\n1,B,Bricks,m3,,,,\n"
    records, issues = found_in(text.encode(), read_cost_schedule, lookups, DESIGN)
    assert records == []
    assert [(issue.row, issue.column) for issue in issues] == [(2, "Unit"), (3, "Quantity")]


def test_is_recognised_by_its_header() -> None:
    assert is_cost_schedule(SourceFile("x", SCHEDULE.encode("utf-8-sig")))
    assert not is_cost_schedule(SourceFile("x", b"Index,Name\n1,2\n"))
    assert not is_cost_schedule(SourceFile("x", b"PK\x03\x04"))
    assert not is_bill_table(SourceFile("x", b"Index,Name\n1,2\n"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEADER, "bill-without-lines"),
        (f'"{HEADER}', "table-without-rows"),
        ("\n", "table-without-rows"),
    ],
)
def test_refuses_a_schedule_without_rows(content: str, code: str, lookups: Lookups) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        found_in(content.encode(), read_cost_schedule, lookups, DESIGN)
    assert refused.value.facts["reason_code"] == code
