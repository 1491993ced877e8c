"""Factors are read where they are stated, and nowhere else."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from catalog.records import BillLineRecord, DeliveryRecord, Issue, Kind, ProductRecord
from catalog.rules.terms import DatePrecision
from catalog.rules.units import Declared
from importers.declared import of_specification, shown
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from importers.table.columns import columns_of

PRODUCT = {
    "company": "合成建材有限公司",
    "name": "预拌混凝土",
    "category": "预拌混凝土",
    "model": "C30",
}
DELIVERY = {
    "project": "SYN-1", "building": "1#", "note_number": "SH-1", "line_number": "1",
    "delivered_on": "2025-03-12", "name": "岩棉板", "unit": "m2", "quantity": "10",
}  # fmt: skip
BILL_LINE = {
    "project": "SYN-1", "building": "1#", "stage": "设计", "line_number": "1", "name": "岩棉板",
    "unit": "m2", "quantity": "10",
}  # fmt: skip


def table(kind: Kind, stated: dict[str, str]) -> list[object]:
    text = io.StringIO()
    columns = columns_of(kind)
    csv.writer(text).writerows([[columns[field].zh for field in stated], list(stated.values())])
    return list(read(SourceFile("table.csv", text.getvalue().encode()), Lookups.from_seed()))


@pytest.mark.parametrize(
    ("specification", "factors"),
    [
        ("100mm厚 岩棉板", ["100 mm"]),
        ("厚100", ["100 mm"]),
        ("δ=1.5", ["1.5 mm"]),
        ("５ｃｍ厚", ["5 cm"]),
        ("厚度：10厘米", ["10 cm"]),
        ("B06 密度 600kg/m³ 厚200mm", ["200 mm", "600 kg/m3"]),
        ("50mm厚，厚50mm", ["50 mm"]),
        ("厚度 80～100mm", []),
        ("80-100mm厚", []),
        ("厚≥80mm", []),
        ("加厚10", []),
        ("20mm厚砂浆；10mm厚面砖", []),
        ("坍落度180±20", []),
        ("厚度 0mm", []),
    ],
)
def test_a_specification_states_one_figure_or_nothing(
    specification: str, factors: list[str]
) -> None:
    assert [shown(each) for each in of_specification(specification, "m2")] == factors


@pytest.mark.parametrize("unit", ["frame", "t", "no unit"])
def test_a_thickness_says_nothing_of_what_is_counted_or_weighed(unit: str) -> None:
    assert of_specification("50mm厚", unit) == ()


def test_a_product_declares_by_its_maker() -> None:
    (found,) = table(Kind.PRODUCTS, PRODUCT | {"density": "2350", "factors": "25 kg/樘；0.5 m2/块"})
    assert isinstance(found, ProductRecord)
    assert [(each.amount, each.unit, each.per) for each in found.declared] == [
        (Decimal(2350), "kg", "m3"),
        (Decimal(25), "kg", "frame"),
        (Decimal("0.5"), "m2", "block"),
    ]
    assert {each.by for each in found.declared} == {"合成建材有限公司"}


def test_a_line_declares_in_columns_and_in_its_specification() -> None:
    found = table(Kind.BILL_LINES, BILL_LINE | {"specification": "100mm厚", "density": "140"})
    issue, line = found
    assert isinstance(issue, Issue) and issue.code == "factor-of-specification"
    assert isinstance(line, BillLineRecord)
    assert line.declared == (
        Declared(amount=Decimal(140), unit="kg", per="m3", by="清单"),
        Declared(amount=Decimal(100), unit="mm", per=None, by="规格"),
    )


def test_the_same_figure_in_column_and_specification_is_stated_once() -> None:
    (line,) = table(Kind.BILL_LINES, BILL_LINE | {"specification": "100mm厚", "thickness": "100"})
    assert isinstance(line, BillLineRecord) and len(line.declared) == 1


@pytest.mark.parametrize(
    "stated",
    [
        {"thickness": "120", "specification": "100mm厚"},
        {"density": "140", "factors": "0.15 t/m3"},
    ],
    ids=["specification", "factors"],
)
def test_factors_that_contradict_keep_the_row_out_and_are_both_named(
    stated: dict[str, str],
) -> None:
    found = table(Kind.DELIVERIES, DELIVERY | stated)
    (issue,) = [each for each in found if isinstance(each, Issue) and each.severity == "error"]
    assert issue.code == "factors-contradict" and issue.facts["one"] != issue.facts["other"]
    assert not any(isinstance(each, DeliveryRecord) for each in found)


@pytest.mark.parametrize(
    "factors", ["25", "kg/樘", "25 kg/樘/天", "-5 kg/樘", "0 kg/樘", "5 kg/桶箱"]
)
def test_what_is_no_factor_keeps_the_row_out(factors: str) -> None:
    (issue,) = table(Kind.PRODUCTS, PRODUCT | {"factors": factors})
    assert isinstance(issue, Issue) and issue.severity == "error"


@pytest.mark.parametrize(
    ("text", "first", "precision"),
    [
        ("2026", "2026-01-01", DatePrecision.YEAR),
        ("2026年", "2026-01-01", DatePrecision.YEAR),
        ("113年", "2024-01-01", DatePrecision.YEAR),
        ("2026-05", "2026-05-01", DatePrecision.MONTH),
        ("2026/5", "2026-05-01", DatePrecision.MONTH),
        ("2026年5月", "2026-05-01", DatePrecision.MONTH),
        ("２０２６年５月份", "2026-05-01", DatePrecision.MONTH),
        ("113年5月", "2024-05-01", DatePrecision.MONTH),
    ],
)
def test_a_delivery_may_know_its_month_or_year_only(
    text: str, first: str, precision: DatePrecision
) -> None:
    issue, delivery = table(Kind.DELIVERIES, DELIVERY | {"delivered_on": text})
    assert isinstance(issue, Issue) and issue.code == "day-not-stated"
    assert isinstance(delivery, DeliveryRecord)
    assert (str(delivery.delivered_on), delivery.delivered_precision) == (first, precision)


@pytest.mark.parametrize("text", ["2026-13", "2026年0月", "1850", "26", "2026-5-", "五月"])
def test_what_is_no_date_keeps_the_delivery_out(text: str) -> None:
    (issue,) = table(Kind.DELIVERIES, DELIVERY | {"delivered_on": text})
    assert isinstance(issue, Issue) and issue.severity == "error"


def test_a_delivery_says_where_it_was_made_and_how_far_it_came() -> None:
    (found,) = table(Kind.DELIVERIES, DELIVERY | {"factory": "一厂", "transport_km": "35.5"})
    assert isinstance(found, DeliveryRecord)
    assert (found.factory, found.transport_km) == ("一厂", Decimal("35.5"))


def test_a_test_report_comes_with_its_product() -> None:
    stated = {
        "report_number": "SYN-JC-1", "report_laboratory": "合成检测中心",
        "report_standard": "需求标准", "report_issued_on": "2025-05-20",
    }  # fmt: skip
    (found,) = table(Kind.PRODUCTS, PRODUCT | stated)
    assert isinstance(found, ProductRecord) and found.report is not None
    assert (found.report.number, str(found.report.issued_on)) == ("SYN-JC-1", "2025-05-20")


@pytest.mark.parametrize("missing", ["report_number", "report_laboratory", "report_issued_on"])
def test_half_a_test_report_keeps_the_row_out(missing: str) -> None:
    stated = {
        "report_number": "SYN-JC-1", "report_laboratory": "合成检测中心",
        "report_issued_on": "2025-05-20",
    }  # fmt: skip
    (issue,) = table(Kind.PRODUCTS, PRODUCT | {**stated, missing: ""})
    assert isinstance(issue, Issue) and issue.code == "missing-value"
    assert issue.column == columns_of(Kind.PRODUCTS)[missing].zh
