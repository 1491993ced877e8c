"""Bill lines and deliveries come in: what they name, what replaces them, what they leave stale."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from catalog.db import Database
from catalog.records import ProductReference
from catalog.rules.terms import BillStage, EvidenceKind
from catalog.services.receiving.receipt import Change
from importers.issues import explain
from tests.builders import (
    NOW,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
    recalculated,
)
from tests.integration.picture import LEDGER, current, picture, row_counts, rows_of

LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def site(database: Database) -> Database:
    """Two buildings, and products under certificates that are easy or hard to tell apart."""
    bring(database, [a_project(), a_project(building=a_building("2#"))])
    bring(
        database,
        [
            a_product(certificate=a_certificate("ONE")),
            a_product("砂浆", certificate=a_certificate("ANY"), model=None),
            a_product(model="C40", certificate=a_certificate("TWO")),
            a_product(model="C50", certificate=a_certificate("TWO")),
            a_product(model="C60", certificate=a_certificate("SAME", body="甲")),
            a_product(model="C60", certificate=a_certificate("SAME", body="乙")),
        ],
    )
    return database


def product_key(database: Database, model: str) -> str:
    (row,) = current(database, "product", model=model)
    key: str = row["key"]
    return key


def named(database: Database) -> tuple[str | None, str | None]:
    """Return the model and the certificate's number that the only delivery names."""
    (line,) = current(database, "delivery")
    models = {row["id"]: row["model"] for row in rows_of(database, "product")}
    numbers = {row["id"]: row["number"] for row in rows_of(database, "certificate")}
    return models.get(line["product_id"]), numbers.get(line["certificate_id"])


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (by_number("ONE"), ("C30 P6", "ONE")),
        (by_number("ONE", model="ｃ30  P6"), ("C30 P6", "ONE")),
        (by_number("ANY", model="M10"), (None, "ANY")),
        (by_number("ｏｎｅ"), ("C30 P6", "ONE")),
        (by_number("TWO", model="C50"), ("C50", "TWO")),
        (by_number("TWO", model="ｃ50"), ("C50", "TWO")),
        (by_number("SAME", body="乙"), ("C60", "SAME")),
        (None, (None, None)),
    ],
)
def test_finds_the_product_that_a_delivery_names(
    site: Database, reference: ProductReference | None, found: tuple[str | None, str | None]
) -> None:
    receipt = bring(site, [a_delivery(product=reference)])
    assert receipt.created == 1 and receipt.issues == []
    assert named(site) == found


def test_finds_a_product_by_its_key(site: Database) -> None:
    bring(site, [a_delivery(product=ProductReference(key=product_key(site, "C40")))])
    assert named(site) == ("C40", None)
    both = ProductReference(key=product_key(site, "C40"), certificate_number="TWO")
    bring(site, [a_delivery(product=both)])
    assert named(site) == ("C40", "TWO")


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        (by_number("TWO"), "ambiguous-product"),
        (by_number("SAME"), "ambiguous-certificate"),
        (by_number("NONE"), "unknown-certificate"),
        (by_number("ONE", body="丙"), "unknown-certificate"),
        (by_number("TWO", model="C99"), "unknown-product"),
        (by_number("ONE", model="C99"), "unknown-product"),
        (ProductReference(key="nobody"), "unknown-product"),
    ],
)
def test_refuses_a_product_that_it_would_have_to_guess(
    site: Database, reference: ProductReference, code: str
) -> None:
    receipt = bring(site, [a_delivery(product=reference, row=7)])
    assert [(issue.code, issue.row) for issue in receipt.issues] == [(code, 7)]
    assert receipt.refused == 1 and current(site, "delivery") == []


@pytest.mark.parametrize("stated", [{"building": "9#"}, {"project": "P-9"}])
def test_refuses_a_building_that_is_not_known(site: Database, stated: dict[str, str]) -> None:
    receipt = bring(site, [a_delivery(**stated), a_delivery("2")])
    assert [issue.code for issue in receipt.issues] == ["unknown-building"]
    assert (receipt.created, receipt.refused) == (1, 1)
    assert bring(site, [a_bill_line(**stated)]).issues[0].code == "unknown-building"


def test_the_same_again_changes_nothing_but_the_ledger(site: Database) -> None:
    papers = (evidence("YS-1"), evidence("YS-2"))
    deliveries = [a_delivery(product=by_number("ONE"), evidence=papers), a_delivery("2")]
    lines = [a_bill_line(unit_price=Decimal("420.5")), a_bill_line(stage=BillStage.DESIGN)]
    bring(site, deliveries)
    bring(site, lines)
    recalculated(site)
    before, counts = picture(site), row_counts(site, but=LEDGER)
    assert bring(site, deliveries).unchanged == 2
    assert bring(site, lines).unchanged == 2
    assert picture(site) == before
    assert row_counts(site, but=LEDGER) == counts
    assert recalculated(site) == 0


def test_a_changed_quantity_supersedes_and_both_stay_readable(site: Database) -> None:
    bring(site, [a_bill_line(quantity=Decimal(100))])
    receipt = bring(site, [a_bill_line(quantity=Decimal("100.5"))], now=LATER)
    assert receipt.changed == 1
    old, new = rows_of(site, "bill_line")
    assert (old["quantity"], old["superseded_at"]) == (Decimal(100), LATER)
    assert old["superseded_run_id"] == receipt.run_id
    assert (new["quantity"], new["recorded_at"], new["superseded_at"]) == (
        Decimal("100.5"), LATER, None,
    )  # fmt: skip


def test_unknown_and_zero_are_two_things(site: Database) -> None:
    unknown, none = a_bill_line("1"), a_bill_line("2", planned_green_quantity=Decimal(0))
    bring(site, [unknown, none])
    lines = current(site, "bill_line")
    assert [row["planned_green_quantity"] for row in lines] == [None, Decimal(0)]


def test_stages_have_their_own_line_numbers(site: Database) -> None:
    receipt = bring(site, [a_bill_line(stage=stage) for stage in BillStage])
    assert receipt.created == 2


def test_evidence_is_kept_and_a_new_paper_is_a_change(site: Database) -> None:
    first = evidence("YS-1")
    second = evidence("CTC-1", EvidenceKind.CERTIFICATE)
    bring(site, [a_delivery(evidence=(first,))])
    assert bring(site, [a_delivery(evidence=(first, second))]).changed == 1
    (line,) = current(site, "delivery")
    papers = rows_of(site, "delivery_evidence", delivery_id=line["id"])
    assert {(row["kind"], row["reference"]) for row in papers} == {
        ("entry-acceptance", "YS-1"), ("certificate", "CTC-1"),
    }  # fmt: skip
    assert len(rows_of(site, "delivery_evidence")) == 3
    again = bring(site, [a_delivery(evidence=(second, first))])
    assert again.unchanged == 1


def test_a_return_is_negative(site: Database) -> None:
    bring(site, [a_delivery(quantity=Decimal("-12.345678"))])
    (line,) = current(site, "delivery")
    assert line["quantity"] == Decimal("-12.345678")


def test_a_line_that_comes_twice_in_a_batch_is_refused_once(site: Database) -> None:
    receipt = bring(site, [a_delivery(), a_delivery(row=3, quantity=Decimal(5))])
    assert (receipt.created, receipt.refused) == (1, 1)
    assert [(issue.code, issue.row) for issue in receipt.issues] == [("row-changed-twice", 3)]


def test_marks_the_buildings_that_the_lines_belong_to(site: Database) -> None:
    bring(site, [a_delivery()])
    assert {row["code"] for row in rows_of(site, "building") if row["stale_since"]} == {"1#"}
    assert recalculated(site) == 1
    bring(site, [a_bill_line(building="2#")])
    assert {row["code"] for row in rows_of(site, "building") if row["stale_since"]} == {"2#"}


def test_a_changed_certificate_marks_the_buildings_that_its_products_went_to(
    site: Database,
) -> None:
    bring(site, [a_delivery(product=by_number("ONE")), a_delivery(building="2#")])
    recalculated(site)
    bring(site, [a_product(certificate=a_certificate("ONE", valid_to=a_certificate().valid_from))])
    assert {row["code"] for row in rows_of(site, "building") if row["stale_since"]} == {"1#"}


def test_names_the_model_that_the_certificate_does_not_cover(site: Database) -> None:
    both = ProductReference(key=product_key(site, "C40"), certificate_number="TWO", model="C50")
    for reference in (by_number("ONE", model="C50"), both):
        (issue,) = bring(site, [a_bill_line(product=reference)]).issues
        assert (issue.code, issue.value) == ("unknown-product", "C50")


def test_refuses_a_line_whose_product_is_of_another_category(site: Database) -> None:
    mortar: dict[str, Any] = {
        "category": "ready-mixed-mortar",
        "product": by_number("ONE"),
        "row": 5,
    }
    for line in (a_delivery(**mortar), a_bill_line(**mortar)):
        receipt = bring(site, [line])
        (issue,) = receipt.issues
        assert (issue.code, issue.row, receipt.refused) == ("category-mismatch", 5, 1)
        assert issue.facts["category"] == "ready-mixed-mortar"
        assert issue.facts["product_category"] == "ready-mixed-concrete"
        assert "预拌砂浆" in explain(issue, "zh")[0] and "预拌混凝土" in explain(issue, "zh")[0]
    assert current(site, "delivery") == [] and current(site, "bill_line") == []


def test_does_not_compare_categories_of_different_catalogues(site: Database) -> None:
    label = a_product(model="L", category="tabc-healthy", certificate=a_certificate("LABEL"))
    bring(site, [label])
    receipt = bring(site, [a_delivery(product=by_number("LABEL"))])
    assert receipt.created == 1 and receipt.issues == []
    assert bring(site, [a_delivery("2", category=None, product=by_number("ONE"))]).created == 1


def test_refuses_a_delivery_after_today(site: Database) -> None:
    evening = dt.datetime(2026, 6, 1, 16, 30, tzinfo=dt.UTC)  # The 2nd has begun in Shanghai.
    days = [day("2026-06-01"), day("2026-06-02"), day("2026-06-03")]
    lines = [a_delivery(str(n), delivered_on=on, row=n) for n, on in enumerate(days, start=2)]
    receipt = bring(site, lines, now=evening)
    assert (receipt.created, receipt.refused) == (2, 1)
    (issue,) = receipt.issues
    assert (issue.code, issue.row, issue.value) == ("delivered-in-future", 4, "2026-06-03")
    assert issue.facts == {"today": "2026-06-02"}


def test_a_change_list_names_what_a_line_refers_to(site: Database) -> None:
    bring(site, [a_delivery(category=None)])
    changes: list[Change] = []
    bring(site, [a_delivery(category="ready-mixed-mortar")], changes=changes)
    assert [dict(change.fields) for change in changes] == [
        {"category": ("—", "ready-mixed-mortar")}
    ]
    changes.clear()
    bring(site, [a_delivery(product=by_number("ONE"), category=None)], changes=changes)
    (change,) = changes
    assert change.fields["product"] == ("—", a_product().name)
    assert change.fields["certificate"] == ("—", "ONE")
