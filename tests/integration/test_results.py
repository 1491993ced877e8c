"""Ratios of buildings over a real store: figures by hand, what changes them and what does not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import MixedMethodsError, PermissionDeniedError, RulePackNotFoundError
from catalog.permissions import ANYONE
from catalog.records import DeliveryRecord
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import BillStage, CertificateState, Stage
from catalog.services import divisions, results
from catalog.views.figures import Question, ResultFigure
from catalog.views.projects import ResultView
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)
from tests.integration.picture import current, rows_of

LATER = NOW + dt.timedelta(days=1)
MORTAR = "ready-mixed-mortar"


@pytest.fixture
def site(database: Database) -> Database:
    """A building whose bill asks for 100 m³ of concrete; the concrete's certificate is good."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_bill_line(quantity=Decimal(100))])
    return database


def came(quantity: str, on: str = "2025-03-12", **stated: object) -> DeliveryRecord:
    number = f"{on}/{quantity}"
    proven = {"product": by_number()} | stated
    return a_delivery(number, quantity=Decimal(quantity), delivered_on=day(on), **proven)


def shown(database: Database, method: str, stage: Stage = Stage.COMPLETION) -> ResultView:
    recalculated(database)
    with database.reading() as connection:
        views = results.results_of_project(connection, "p-1")
    (view,) = [view for view in views if (view.method, view.stage) == (method, stage)]
    return view


def ratio(database: Database, method: str, stage: Stage = Stage.COMPLETION) -> Decimal:
    return shown(database, method, stage).ratio


def trace(database: Database, method: str = "B") -> RatioResult:
    view = shown(database, method)
    with database.reading() as connection:
        return results.get_trace(connection, view.id)


def reasons(database: Database) -> dict[str, str | None]:
    """Return why deliveries are not green, by line number."""
    lines = {f"delivery-{row['id']}": row["line_number"] for row in rows_of(database, "delivery")}
    return {
        lines[line.line]: line.reason
        for group in trace(database).groups
        for item in group.items
        for measure in item.measures
        for line in measure.not_green_lines
    }


def test_completion_by_both_methods(site: Database) -> None:
    # Concrete: 90 of 100 m³ are green. Mortar: 50 m³ asked for and delivered, none proven.
    # A: 10 + (0.9 - 0.8) / (1 - 0.8) × (20 - 10) = 15; mortar below 0.5 earns nothing.
    # B: two classes of the 45-point group are in use and one passes: 45 × 1/2 = 22.5.
    bring(site, [a_bill_line("2", category=MORTAR, quantity=Decimal(50))])
    bring(
        site,
        [
            came("90", amount=Decimal(900)),
            came("10", product=None, amount=Decimal(80)),
            came("50", product=None, category=MORTAR, amount=Decimal(20)),
        ],
    )
    by_a, by_b = shown(site, "A"), shown(site, "B")
    assert (by_a.ratio, by_a.points, by_a.gate_star) == (Decimal(15), 0, 1)
    assert (by_b.ratio, by_b.points, by_b.gate_star) == (Decimal("22.5"), 0, 2)
    assert (by_a.pack, by_b.pack) == ("ratio-a-2019@2019.2", "ratio-b-2021@2021.2")
    assert by_a.thresholds == by_b.thresholds == "thresholds-2024@2024.1"
    for view in (by_a, by_b):
        assert (view.green_amount, view.total_amount) == (Decimal(900), Decimal(1000))
        assert (view.year, view.floor_area_m2, view.division) == (2025, Decimal(1000), "08")


def test_design_by_both_methods(site: Database) -> None:
    # Concrete: 85 of 100 m³ are planned green. A: 10 + 0.05 / 0.2 × 10 = 12.5. B: 45 × 1/1.
    line = a_bill_line(stage=BillStage.DESIGN, planned_green_quantity=Decimal(85))
    bring(site, [line])
    assert ratio(site, "A", Stage.DESIGN) == Decimal("12.5")
    assert ratio(site, "B", Stage.DESIGN) == Decimal(45)
    assert shown(site, "B", Stage.DESIGN).points == 4
    assert shown(site, "B", Stage.DESIGN).year == 2024
    assert shown(site, "B", Stage.DESIGN).total_amount is None


def test_what_is_billed_and_not_delivered_is_not_proven(site: Database) -> None:
    bring(site, [came("79")])
    assert ratio(site, "B") == 0
    bring(site, [came("1")])
    assert ratio(site, "B") == Decimal(45)


def test_validity_is_judged_on_the_day_of_delivery(site: Database) -> None:
    for state, on in ((CertificateState.SUSPENDED, "2025-04-01"),
                      (CertificateState.VALID, "2025-06-01")):  # fmt: skip
        paper = a_certificate(state=state, state_on=day(on))
        bring(site, [a_product(certificate=paper)])
    bring(
        site,
        [came("45", "2025-03-31"), came("10", "2025-04-01"), came("5", "2025-05-31"),
         came("40", "2025-06-01")],
    )  # fmt: skip
    assert ratio(site, "A") == Decimal("12.5")  # 85 of 100 m³
    assert reasons(site) == {"2025-04-01/10": "suspended", "2025-05-31/5": "suspended"}


def test_the_last_valid_day_still_counts(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate(valid_to=day("2025-03-01")))])
    bring(site, [came("90", "2025-03-01"), came("10", "2025-03-02"), came("1", "2023-12-31")])
    assert reasons(site) == {"2025-03-02/10": "expired", "2023-12-31/1": "not-yet"}


def test_a_return_takes_back_what_came(site: Database) -> None:
    bring(site, [came("100"), came("-10", "2025-03-20")])
    assert ratio(site, "A") == Decimal(15)  # 90 of 100 m³


def test_a_product_whose_category_does_not_count_is_left_out_and_says_why(site: Database) -> None:
    bring(site, [came("100"), came("7", product=None, category="water-reducer", unit="t")])
    assert ratio(site, "B") == Decimal(45)
    excluded = trace(site).excluded
    assert [(line.reason.value, line.facts["category"]) for line in excluded] == [
        ("not-in-method", "water-reducer")
    ]


def test_a_delivery_without_a_category_goes_by_its_product(site: Database) -> None:
    bring(site, [came("100", category=None)])
    assert ratio(site, "B") == Decimal(45)


def test_units_convert_on_the_way(site: Database) -> None:
    bring(site, [a_bill_line("2", category="steel-members", unit="t", quantity=Decimal(2))])
    bring(site, [a_product("钢梁", a_certificate("STEEL"), category="steel-members")])
    beams = came("2000", category="steel-members", unit="kg", product=by_number("STEEL"))
    bring(site, [came("100"), beams])
    assert ratio(site, "B") == Decimal(45)


def test_a_newer_result_supersedes_and_overwrites_nothing(site: Database) -> None:
    bring(site, [came("100")])
    old = shown(site, "B")
    bring(site, [came("100", product=None)], now=LATER)
    assert recalculated(site, now=LATER) == 1
    new = shown(site, "B")
    assert (old.ratio, new.ratio) == (Decimal(45), Decimal(0))
    with site.reading() as connection:
        assert results.get_result(connection, old.id).ratio == Decimal(45)
    (row,) = rows_of(site, "result", id=old.id)
    assert row["superseded_at"] == LATER


def test_the_same_facts_give_the_same_hash_and_no_new_row(site: Database) -> None:
    bring(site, [came("100")])
    before = shown(site, "B")
    rows = rows_of(site, "result")
    with site.transaction() as session:
        changed = results.calculate_project(session, "p-1", actor=OPERATOR, now=LATER)
    assert changed == 0
    assert rows_of(site, "result") == rows
    assert shown(site, "B").content_hash == before.content_hash


def test_a_revocation_learnt_later_changes_only_what_came_after_its_day(site: Database) -> None:
    bring(site, [came("50", "2025-03-12"), came("50", "2025-08-01")])
    assert ratio(site, "A") == Decimal(20)
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2025-05-01"))
    bring(site, [a_product(certificate=paper)], now=LATER)
    with site.reading() as connection:
        assert {view.is_stale for view in results.results_of_project(connection, "p-1")} == {True}
    assert recalculated(site, now=LATER) == 1
    assert reasons(site) == {"2025-08-01/50": "revoked"}
    assert ratio(site, "A") == 0  # 50 of 100 m³ are below the 80 % that the row asks for


def test_a_building_without_lines_has_no_result(database: Database) -> None:
    bring(database, [a_project()])
    with database.transaction() as session:
        results.calculate_project(session, "p-1", actor=OPERATOR, now=NOW)
    assert rows_of(database, "result") == []


def figures(database: Database, *methods: str) -> dict[str | None, ResultFigure]:
    question = Question(stage=Stage.COMPLETION)
    with database.reading() as connection:
        found = divisions.result_figures(connection, question, methods=methods or ["B"])
    return {figure.division: figure for figure in found}


def test_division_figures_add_up_to_their_buildings(site: Database) -> None:
    # Division 08: 45 % on 1,000 m² and 0 % on 3,000 m² make (45 × 1000 + 0) / 4000 = 11.25 %,
    # a third building of unknown area weighs nothing. Amounts: 600 of 800 yuan make 75 %.
    second = a_building("2#", floor_area_m2=Decimal(3000))
    third = a_building("3#", floor_area_m2=None)
    bring(site, [a_project(building=second), a_project(building=third)])
    bring(site, [a_project("P-2", division="07")])
    bring(
        site,
        [
            came("100", amount=Decimal(600)),
            came("100", building="2#", product=None, amount=Decimal(200)),
            came("100", building="3#"),
            came("10", project="P-2"),
        ],
    )
    recalculated(site)
    eighth = figures(site)["08"]
    assert (eighth.year, eighth.buildings, eighth.projects, eighth.without_area) == (2025, 3, 1, 1)
    assert (eighth.area_m2, eighth.ratio_by_area) == (Decimal(4000), Decimal("11.25"))
    assert (eighth.green_amount, eighth.total_amount) == (Decimal(600), Decimal(800))
    assert eighth.ratio_by_amount == Decimal(75)
    assert eighth.passing == {4: 2, 0: 1}
    assert eighth.passing_area_m2 == {4: Decimal(1000), 0: Decimal(3000)}
    seventh = figures(site)["07"]
    assert (seventh.ratio_by_area, seventh.ratio_by_amount) == (Decimal(45), None)


def test_refuses_to_add_results_of_two_methods(site: Database) -> None:
    bring(site, [came("100")])
    recalculated(site)
    assert figures(site, "A")["08"].buildings == figures(site, "B")["08"].buildings == 1
    with pytest.raises(MixedMethodsError, match="A, B"):
        figures(site, "B", "A")


def test_refuses_a_method_that_no_pack_has(site: Database) -> None:
    with pytest.raises(RulePackNotFoundError):
        figures(site, "Z")


def test_refuses_whoever_may_not_calculate(site: Database) -> None:
    with pytest.raises(PermissionDeniedError), site.transaction() as session:
        results.calculate_project(session, "p-1", actor=ANYONE, now=NOW)
    assert current(site, "result") == []
