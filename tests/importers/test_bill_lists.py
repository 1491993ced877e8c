"""Priced lists of materials as CSV, with the specification inside the name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from importers.bill import is_bill_table, read_bill_table
from importers.bill.words import specification_in
from importers.declared import shown
from importers.lookups import Lookups
from importers.source import SourceFile
from tests.importers.lists import DESIGN, bill_lines, codes, found_in

LIST = """\ufeff\
id,material_name,specification,unit,quantity,unit_price,total_price,category,is_matched
71,热轧带肋钢筋,HRB400φ18,t,0.157543,3536.0,557.072048,,True
72,混凝土实心砖,240×115×53 MU10,千块,6.148178,398.0,2446.974844,,True
73,20厚防腐木,,m2,42.63,160.0,6820.8,木材,False
74,"樱桃树，胸径15cm，冠径2.0m",,株丛,3.03,310.0,939.3000000000001,,False
75,铝合金推拉窗,1.4厚,m2,6.365181,489.74,3117.28374294,,True
76,垃圾清运,,项,1.0,120.0,130.0,,False
"""


def test_every_line_of_a_list_comes_in_and_its_sum_comes_out(lookups: Lookups) -> None:
    records, issues = found_in(LIST.encode(), read_bill_table, lookups, DESIGN)
    lines = bill_lines(records)
    assert [line.line_number for line in lines] == ["71", "72", "73", "74", "75", "76"]
    assert sum(line.amount or 0 for line in lines) == Decimal("14011.430635")
    assert [(issue.row, issue.code) for issue in issues] == [
        (4, "category-not-ours"),
        (4, "factor-of-specification"),
        (5, "line-not-material"),
        (6, "factor-of-specification"),
        (7, "amount-differs"),
        (7, "line-not-material"),
        (None, "bill-amounts-rounded"),
        (5, "unit-as-written"),
    ]
    assert (lines[1].unit, lines[3].unit) == ("1000-bricks", "株丛")
    assert [shown(each) for line in lines for each in line.declared] == ["20 mm", "1.4 mm"]
    assert [line.specification for line in lines[2:4]] == ["20厚", "胸径15cm 冠径2.0m"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_reads_the_same_with_every_separator_and_encoding(
    separator: str, encoding: str, lookups: Lookups
) -> None:
    text = "材料名称,单位,数量,单价,合价\n加气砌块,m3,3,100,300\n水泥,t,2,400,800\n"
    source = SourceFile("list", text.replace(",", separator).encode(encoding))
    assert is_bill_table(source)
    records, issues = found_in(source, read_bill_table, lookups, DESIGN)
    assert [(line.name, line.amount) for line in bill_lines(records)] == [
        ("加气砌块", Decimal(300)),
        ("水泥", Decimal(800)),
    ]
    assert issues == []


def test_lines_without_any_number_keep_theirs_in_any_order(lookups: Lookups) -> None:
    rows = ["加气砌块,m3,3", "水泥,t,2", "水泥,t,5"]
    numbers = []
    for order in (rows, rows[::-1]):
        text = "\n".join(["材料名称,单位,数量", *order])
        records, _ = found_in(text.encode(), read_bill_table, lookups, DESIGN)
        numbers.append({line.line_number for line in bill_lines(records)})
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 3


def test_a_row_of_broken_quotes_is_reported(lookups: Lookups) -> None:
    text = '材料名称,单位,数量\n水泥,t,2\n"砂,t,3\n'
    records, issues = found_in(text.encode(), read_bill_table, lookups, DESIGN)
    assert len(records) == 1
    assert codes(issues) == ["unclosed-quote"]


@pytest.mark.parametrize(
    ("name", "specification"),
    [
        ("沟槽直接头 (含胶圈) DN65", "DN65"),
        ("600*600*50厚芝麻灰荔枝面", "600*600*50厚"),
        ("芝麻灰花岗岩5cm厚", "5cm厚"),
        ("15mm厚塑胶面层", "15mm厚"),
        ("6+6钢化夹胶玻璃", "6+6"),
        ("不锈钢螺栓M12×110", "M12×110"),
        ("镀锌铁皮1.2mm厚", "1.2mm厚"),
        ("种植土", None),
        ("成品智能闸机", None),
        ("", None),
    ],
)
def test_finds_the_specification_inside_a_name(name: str, specification: str | None) -> None:
    assert specification_in(name) == specification
