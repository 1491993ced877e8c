"""Chinese tenders in XML: items, resources, sums, and encodings that are not what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.errors import ImportRefusedError
from importers.bill import is_tender, read_tender
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.lists import DESIGN, bill_lines, codes, found_in

TENDER = """<?xml version="1.0" encoding="{encoding}"?>
<ConstructProject Name="示例中学"><Building Name="教学楼"><JobList Name="装饰">
<BQTable><BQTitle Name="分部分项清单" Amount="{amount}">
 <BQItem Code="020406002001" Name="断热铝合金推拉窗" AttrAndWork="玻璃:6low-e+12A+6&#10;颜色:甲定"
  Unit="m2" Quantity="120.469480" Rate="498.964012" Addup="60109.935017" LaborRate="30.11">
  <NormItem Code="B4-20" Name="推拉窗" Unit="100m2" Quantity="1.2" Rate="498.96"/></BQItem>
 <BQItem Code="补020604001001" Name="拆除及垃圾外运" Unit="项" Quantity="1.000000" Rate="40000"
  Addup="40000.000000" Colour="red"/>
</BQTitle></BQTable>
<MeasureTable><MeasureTitle Name="措施项目清单"><MeasureItem1 Name="环境保护费" Total="553.63"/>
</MeasureTitle></MeasureTable>
<Resource>
 <ResourceItem Code="000010" Name="综合工日" Unit="工日" Quantity="530.2" MarketRate="31"
  Addup="16436.2"/>
 <ResourceItem Code="100099" Name="玻璃胶" Specification="350g" Unit="支" Quantity="51.067013"
  MarketRate="11.54" Addup="589.31"/>
</Resource></JobList></Building></ConstructProject>"""


def tender(encoding: str = "UTF-8", *, amount: str = "100109.94", written: str = "") -> bytes:
    return TENDER.format(encoding=encoding, amount=amount).encode(written or encoding)


def test_reads_the_items_and_says_what_else_there_is(lookups: Lookups) -> None:
    records, issues = found_in(tender(), read_tender, lookups, DESIGN)
    window, demolition = bill_lines(records)
    assert (window.row, window.item_code, window.unit) == (5, "020406002001", "m2")
    assert window.specification == "玻璃:6low-e+12A+6 颜色:甲定"
    assert (window.quantity, window.amount) == (Decimal("120.46948"), Decimal("60109.935017"))
    assert demolition.item_code == "补020604001001"
    assert [(issue.code, issue.column) for issue in issues] == [
        ("unknown-column", "Colour"),
        ("bill-materials-not-taken", None),
        ("bill-table-not-read", None),
        ("line-not-material", "Name"),
    ]


def test_the_resources_come_in_when_they_are_asked_for(lookups: Lookups) -> None:
    wanted = Placement(project="P-1", building="1#", stage=DESIGN.stage, of_materials=True)
    records, issues = found_in(tender(), read_tender, lookups, wanted)
    assert [(line.name, line.unit, line.amount) for line in bill_lines(records)][1] == (
        "玻璃胶", "single", Decimal("589.31")
    )  # fmt: skip
    assert "bill-items-not-taken" in codes(issues)


@pytest.mark.parametrize("amount", ["100109.94", "100109.935017", "100110"])
def test_a_stated_sum_may_be_rounded(amount: str, lookups: Lookups) -> None:
    _, issues = found_in(tender(amount=amount), read_tender, lookups, DESIGN)
    assert "bill-total-differs" not in codes(issues)


def test_a_stated_sum_that_is_wrong_is_remarked(lookups: Lookups) -> None:
    _, issues = found_in(tender(amount="100119.94"), read_tender, lookups, DESIGN)
    (issue,) = [issue for issue in issues if issue.code == "bill-total-differs"]
    assert (issue.facts["stated"], issue.facts["found"]) == ("100119.94", "100109.935017")


@pytest.mark.parametrize("encoding", ["GB18030", "GBK", "gb2312"])
def test_reads_the_same_in_every_chinese_encoding(encoding: str, lookups: Lookups) -> None:
    content = tender(encoding, written="gb18030")
    assert is_tender(SourceFile("x", content))
    expected = found_in(tender(), read_tender, lookups, DESIGN)[0]
    assert found_in(content, read_tender, lookups, DESIGN)[0] == expected


def test_reads_the_same_in_wide_characters(lookups: Lookups) -> None:
    content = tender("UTF-16")
    assert is_tender(SourceFile("x", content))
    expected = found_in(tender(), read_tender, lookups, DESIGN)[0]
    assert found_in(content, read_tender, lookups, DESIGN)[0] == expected


def test_a_sign_that_only_the_larger_encoding_has_is_read(lookups: Lookups) -> None:
    content = tender("gb2312", written="gb18030").replace(
        "断热".encode("gb18030"), "镕㐂".encode("gb18030")
    )
    records, _ = found_in(content, read_tender, lookups, DESIGN)
    assert bill_lines(records)[0].name == "镕㐂铝合金推拉窗"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (tender()[:-30], "xml-broken"),
        (tender("UTF-8", written="gb18030"), "xml-broken"),
        (tender().replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1), "xml-entities"),
        (tender().replace(b"BQItem", b"Item"), "bill-without-lines"),
        (tender("gbk").replace(b"<BQItem", b"\xff\xff<BQItem"), "wrong-encoding"),
    ],
)  # fmt: skip
def test_refuses_a_file_that_cannot_be_trusted(content: bytes, code: str, lookups: Lookups) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        found_in(content, read_tender, lookups, DESIGN)
    assert refused.value.facts["reason_code"] == code


def test_other_xml_is_no_tender() -> None:
    assert not is_tender(SourceFile("x", b"<processDataSet><BQItems/></processDataSet>"))
    assert not is_tender(SourceFile("x", "说 <BQItem 的文字".encode()))
    assert not is_tender(SourceFile("x", b""))
