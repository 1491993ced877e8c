"""Measures of a building beside its ratio, over a real store."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.rules.keys import building_key, project_key
from catalog.rules.ratio.demands import Answer
from catalog.rules.terms import BillStage, Stage
from catalog.services import measures
from catalog.views.measures import MeasuresView
from tests.builders import (
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
)

BUILDING = building_key(project_key("P-1"), "1#")


@pytest.fixture
def site(database: Database) -> Database:
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    return database


def measured(database: Database) -> MeasuresView:
    with database.reading() as connection:
        return measures.measures_of_building(connection, BUILDING, on=dt.date(2025, 6, 1))


def test_a_building_without_lines_has_nothing_to_measure(site: Database) -> None:
    found = measured(site)
    assert (found.procurement, found.local_materials) == ([], None)


def test_measures_kinds_at_each_stage_that_has_lines(site: Database) -> None:
    bring(site, [a_project(designed_on=day("2025-02-01"))])
    bring(site, [a_bill_line(stage=BillStage.DESIGN, planned_green_quantity=Decimal(100)),
                 a_bill_line(quantity=Decimal(100))])  # fmt: skip
    bring(site, [a_delivery("1", product=by_number(), delivered_on=day("2025-03-12"))])
    design, completion = measured(site).procurement
    assert (design.stage, completion.stage) == (Stage.DESIGN, Stage.COMPLETION)
    assert (design.verdict, completion.verdict) == (Answer.YES, Answer.YES)
    (concrete,) = completion.classes
    assert (concrete.key, len(concrete.green_lines)) == ("concrete", 1)
    assert measured(site).lines[concrete.green_lines[0]] == "预拌混凝土 C30"


def test_goods_that_nobody_proved_leave_the_answer_open_where_choices_are_unknown(
    site: Database,
) -> None:
    bring(site, [
        a_delivery("1", product=by_number()),
        a_delivery("2", category="masonry", name="砌块"),
    ])  # fmt: skip
    (completion,) = measured(site).procurement
    assert (completion.verdict, completion.kinds, completion.green_kinds) == (Answer.OPEN, 2, 1)


def test_before_the_rule_there_is_no_measure_of_procurement(site: Database) -> None:
    bring(site, [a_project(completed_on=day("2024-12-31"))])
    bring(site, [a_delivery("1", product=by_number())])
    assert measured(site).procurement == []
    assert measured(site).local_materials is not None


def test_weighs_what_came_by_where_it_was_made(site: Database) -> None:
    bring(site, [
        a_delivery("1", quantity=Decimal(70), unit="t", transport_km=Decimal(500)),
        a_delivery("2", quantity=Decimal(30), unit="t", transport_km=Decimal(501)),
    ])  # fmt: skip
    found = measured(site).local_materials
    assert found is not None
    assert (found.least, found.share, found.ready_mixed) == (
        Decimal("0.7"),
        Answer.YES,
        Answer.YES,
    )


def test_a_distance_that_nobody_stated_gives_bounds(site: Database) -> None:
    bring(site, [
        a_delivery("1", quantity=Decimal(60), unit="t", transport_km=Decimal(5)),
        a_delivery("2", quantity=Decimal(40), unit="t"),
    ])  # fmt: skip
    found = measured(site).local_materials
    assert found is not None
    assert (found.least, found.most, found.share) == (Decimal("0.6"), Decimal(1), Answer.OPEN)


def test_refuses_a_building_that_is_not_there(database: Database) -> None:
    with pytest.raises(ProjectNotFoundError), database.reading() as connection:
        measures.measures_of_building(connection, "none", on=dt.date(2025, 6, 1))
