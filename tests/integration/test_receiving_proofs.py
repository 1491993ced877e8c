"""What a file declares and proves is kept, once, and goes with its import."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from catalog.db import Database
from catalog.records import TestReportRecord
from catalog.rules.terms import DatePrecision
from catalog.rules.units import Declared
from catalog.services import catalogue, proofs, results
from catalog.services.receiving.receipt import Change
from tests.builders import (
    REGISTRY,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
    undo,
)
from tests.integration.picture import current, picture, rows_of

DENSITY = Declared(amount=Decimal(2350), unit="kg", per="m3", by="绿洲混凝土有限公司")
JANUARY = day("2025-01-10")
THICKNESS = Declared(amount=Decimal(100), unit="mm", per=None, by="规格")


def a_report(number: str = "JC-1", **stated: Any) -> TestReportRecord:
    defaults: dict[str, Any] = {"laboratory": "示例检测中心", "issued_on": JANUARY}
    return TestReportRecord(number=number, **(defaults | stated))


@pytest.fixture
def site(database: Database) -> Database:
    bring(database, [a_product(certificate=a_certificate(factory="一厂"), scope="C20–C50")])
    bring(database, [a_project()])
    return database


def test_a_report_comes_in_once_and_goes_with_its_import(database: Database) -> None:
    product = a_product(report=a_report(standard="需求标准"))
    receipt = bring(database, [product])
    (kept,) = current(database, "test_report")
    assert (kept["number"], kept["issued_on"], kept["source"]) == ("JC-1", JANUARY, "template")
    again = bring(database, [product])
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    assert len(rows_of(database, "test_report")) == 1
    undo(database, again.run_id)
    undo(database, receipt.run_id)
    assert current(database, "test_report") == []


def test_a_corrected_report_keeps_both_states_and_an_undo_brings_the_first_back(
    database: Database,
) -> None:
    bring(database, [a_product(report=a_report())])
    before = picture(database)
    changes: list[Change] = []
    receipt = bring(
        database, [a_product(report=a_report(issued_on=day("2025-02-10")))], changes=changes
    )
    assert (receipt.changed, len(rows_of(database, "test_report"))) == (1, 2)
    assert [set(change.fields) for change in changes] == [{"issued_on"}]
    undo(database, receipt.run_id)
    assert picture(database) == before


def test_another_sources_word_on_a_report_fills_blanks_and_is_told_where_it_differs(
    database: Database,
) -> None:
    bring(database, [a_product(report=a_report())])
    other = a_report(issued_on=day("2025-03-10"), standard="需求标准")
    receipt = bring(database, [a_product(report=other)], source=REGISTRY)
    (kept,) = current(database, "test_report")
    assert (kept["issued_on"], kept["standard"]) == (JANUARY, "需求标准")
    assert [issue.code for issue in receipt.issues] == ["report-known-otherwise"]


def test_factors_are_kept_in_one_writing_whatever_their_order(site: Database) -> None:
    line = a_bill_line(declared=(DENSITY, THICKNESS))
    bring(site, [line])
    rewritten = msgspec.structs.replace(DENSITY, amount=Decimal("2350.00"))
    receipt = bring(site, [msgspec.structs.replace(line, declared=(THICKNESS, rewritten))])
    assert (receipt.changed, receipt.unchanged) == (0, 1)
    receipt = bring(site, [msgspec.structs.replace(line, declared=(THICKNESS,))])
    assert receipt.changed == 1


def test_a_product_keeps_its_factors_where_a_later_file_states_none(database: Database) -> None:
    bring(database, [a_product(declared=(DENSITY,))])
    receipt = bring(database, [a_product()])
    assert receipt.unchanged == 1
    with database.reading() as connection:
        (product,) = current(database, "product")
        found = catalogue.get_product(connection, product["key"])
        assert proofs.proofs_of_product(connection, found).declared == [DENSITY]


@pytest.mark.parametrize(
    "stated",
    [
        {"delivered_precision": DatePrecision.MONTH, "delivered_on": day("2025-03-01")},
        {"factory": "二厂"},
        {"transport_km": Decimal("35.5")},
        {"declared": (THICKNESS,)},
    ],
    ids=["month", "factory", "distance", "factors"],
)
def test_a_delivery_states_more_and_an_undo_takes_it_back(
    site: Database, stated: dict[str, Any]
) -> None:
    bring(site, [a_delivery(product=by_number())])
    before = picture(site)
    richer = a_delivery(product=by_number(), **stated)
    receipt = bring(site, [richer])
    assert receipt.changed == 1
    assert bring(site, [richer]).unchanged == 1
    undo(site, receipt.run_id + 1)
    undo(site, receipt.run_id)
    assert picture(site) == before


def completion_b(database: Database) -> Any:
    recalculated(database)
    with database.reading() as connection:
        project = results.results_of_project(connection, "p-1")
        (found,) = [r for r in project if (r.method, r.stage) == ("B", "completion")]
        return results.get_trace(connection, found.id)


def proof_of(database: Database) -> Any:
    (proof,) = [
        proof
        for group in completion_b(database).groups
        for item in group.items
        for measure in item.measures
        for proof in measure.proofs.values()
    ]
    return proof


@pytest.mark.parametrize(
    ("stated", "green", "reason"),
    [
        ({"specification": "C30", "factory": "一厂"}, True, "valid"),
        ({"specification": "C60"}, False, "outside-scope"),
        ({"factory": "二厂"}, False, "other-site"),
        (
            {"delivered_precision": DatePrecision.YEAR, "delivered_on": day("2024-01-01")},
            True,
            "valid",
        ),
    ],
    ids=["proven", "scope", "site", "year"],
)
def test_a_result_says_which_version_proves_a_delivery_or_why_none_does(
    site: Database, stated: dict[str, Any], green: bool, reason: str
) -> None:
    bring(site, [a_bill_line()])
    bring(site, [a_delivery(product=by_number(), **stated)])
    proof = proof_of(site)
    assert (proof.green, proof.reason, proof.effective_on) == (green, reason, dt.date(2024, 1, 1))
    with site.reading() as connection:
        papers = proofs.papers_behind(connection, completion_b(site))
    assert papers.certificates[proof.certificate_id].number == "CTC-2024-001"


def test_a_month_in_which_a_certificate_ends_leaves_the_line_unstated(site: Database) -> None:
    paper = a_certificate("CTC-2", valid_from=day("2020-03-10"), valid_to=day("2025-03-09"))
    bring(site, [a_product("砂浆", paper, category="ready-mixed-mortar", model=None)])
    bring(site, [a_bill_line(category="ready-mixed-mortar")])
    came = a_delivery(
        product=by_number("CTC-2"), category="ready-mixed-mortar",
        delivered_on=day("2025-03-01"), delivered_precision=DatePrecision.MONTH,
    )  # fmt: skip
    bring(site, [came])
    proof = proof_of(site)
    assert (proof.green, proof.reason) == (None, "day-unsure")
    assert completion_b(site).unstated_lines == 1


def test_a_declared_density_carries_a_line_to_the_packs_unit(site: Database) -> None:
    bring(site, [a_bill_line(unit="t", quantity=Decimal("23.5"), declared=(DENSITY,))])
    bring(site, [a_delivery(product=by_number(), quantity=Decimal(10))])
    (measure,) = [
        measure for group in completion_b(site).groups for item in group.items
        for measure in item.measures
    ]  # fmt: skip
    assert (measure.unit, measure.billed, measure.ratio) == ("m3", Decimal(10), Decimal(1))
    assert "2350 kg/m³ (绿洲混凝土有限公司)" in next(iter(measure.conversions.values()))


def test_factors_that_contradict_leave_a_line_out(site: Database) -> None:
    other = msgspec.structs.replace(DENSITY, amount=Decimal(2400), by="样本")
    bring(site, [a_bill_line(unit="t", quantity=Decimal("23.5"), declared=(DENSITY, other))])
    (excluded,) = completion_b(site).excluded
    assert excluded.reason == "unit-mismatch"
