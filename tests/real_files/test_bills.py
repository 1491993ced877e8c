"""The real bills that others published, where they are at hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from importers.bill import is_bill_table, is_tender, read_bill_table, read_tender
from importers.delivery import is_delivery_list
from importers.formats import Reader
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.lists import DESIGN, Found, bill_lines, codes, found_in

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "boq"


def read_real(name: str, reader: Reader, lookups: Lookups, placement: Placement = DESIGN) -> Found:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real bills are not here: {path}")
    source = SourceFile(path.name, path)
    assert is_bill_table(source) is (reader is read_bill_table)
    assert is_tender(source) is (reader is read_tender)
    assert not is_delivery_list(source)
    return found_in(source, reader, lookups, placement)


def test_reads_both_pages_of_the_provisional_prices(lookups: Lookups) -> None:
    records, issues = read_real("材料暂估单价及调整表.xlsx", read_bill_table, lookups)
    lines = bill_lines(records)
    assert [line.row for line in lines] == [*range(6, 22), 30, 31]
    assert sum(line.amount or 0 for line in lines) == Decimal("5398.45")
    assert lines[0].quantity == Decimal("132.7088")
    assert (lines[12].name, lines[12].specification) == ("沟槽直接头 (含胶圈) DN65", "DN65")
    assert Counter(line.unit for line in lines) == {"piece": 13, "set": 5}
    assert issues == []


def test_the_sum_of_the_facade_tender_is_the_one_it_states(lookups: Lookups) -> None:
    records, issues = read_real("boq_facade_2017_redacted.xml", read_tender, lookups)
    lines = bill_lines(records)
    total = sum(line.amount or Decimal(0) for line in lines)
    assert (len(lines), total, round(total, 2)) == (
        6, Decimal("2234686.613662"), Decimal("2234686.61")
    )  # fmt: skip
    assert Counter(codes(issues)) == {
        "bill-materials-not-taken": 1,
        "bill-table-not-read": 3,
        "line-not-material": 2,
    }
    assert issues[0].facts["count"] == "40"


def test_the_resources_of_the_facade_tender_come_in_when_asked_for(lookups: Lookups) -> None:
    wanted = Placement(project="P-1", building="1#", stage=DESIGN.stage, of_materials=True)
    records, issues = read_real("boq_facade_2017_redacted.xml", read_tender, lookups, wanted)
    assert len(records) == len({line.line_number for line in bill_lines(records)}) == 40
    sorts = Counter(i.facts["sort_en"] for i in issues if i.code == "line-not-material")
    assert sorts == {
        "labour": 2,
        "machines or tools": 6,
        "testing, demolition, clearing or other work": 3,
        "fees or services": 1,
        "water, power or fuel": 1,
    }
    assert "amount-differs" not in codes(issues)


def test_the_sum_of_the_priced_list_comes_out(lookups: Lookups) -> None:
    records, issues = read_real("uma_materials_project11.csv", read_bill_table, lookups)
    lines = bill_lines(records)
    total = sum(line.amount or Decimal(0) for line in lines)
    assert (len(lines), round(total, 2)) == (79, Decimal("986783.62"))
    assert len({line.line_number for line in lines}) == 79
    units = {line.name: line.unit for line in lines}
    assert units["混凝土实心砖"] == "1000-bricks"
    assert units["红枫树，冠径3.8m,株高5.6m"] == (lookups.units.find("株") or "株")
    assert {line.specification for line in lines if line.name == "20厚菠萝格防腐木"} == {"20厚"}
    found = Counter(codes(issues))
    assert found.keys() <= {
        "line-not-material", "bill-amounts-rounded", "unit-as-written", "factor-of-specification",
    }  # fmt: skip
    assert (found["line-not-material"], found["bill-amounts-rounded"]) == (7, 1)
