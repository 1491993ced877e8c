"""Projects come in with their buildings; what their results stand on is marked when it changes."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.records import ProjectRecord
from catalog.rules.terms import ProjectKind
from tests.builders import a_building, a_project, bring, day, undo
from tests.integration.picture import LEDGER, current, picture, row_counts, rows_of


def stale(database: Database) -> set[str]:
    return {row["code"] for row in rows_of(database, "building") if row["stale_since"]}


def test_rows_of_one_project_add_its_buildings(database: Database) -> None:
    kinds = frozenset({ProjectKind.GOVERNMENT, ProjectKind.GREEN})
    receipt = bring(
        database,
        [a_project(kinds=kinds), a_project(kinds=kinds, row=3, building=a_building("2#"))],
    )
    assert receipt.created == 2
    (project,) = current(database, "project")
    assert project["kinds"] == kinds
    buildings = current(database, "building")
    assert [(row["code"], row["project_id"]) for row in buildings] == [
        ("1#", project["id"]), ("2#", project["id"]),
    ]  # fmt: skip


def test_the_same_again_changes_nothing_but_the_ledger(database: Database) -> None:
    records = [a_project(prefabricated_share=Decimal("0.355")), a_project("P-2", building=None)]
    bring(database, records)
    before, counts = picture(database), row_counts(database, but=LEDGER)
    receipt = bring(database, records)
    assert (receipt.created, receipt.changed, receipt.unchanged) == (0, 0, 2)
    assert picture(database) == before
    assert row_counts(database, but=LEDGER) == counts


def test_a_second_row_with_blanks_keeps_what_the_first_said(database: Database) -> None:
    first = a_project(owner="示例中心", floor_area_m2=Decimal("12500.5"))
    bring(database, [first, a_project(row=3, building=a_building("2#", floor_area_m2=None))])
    (project,) = current(database, "project")
    assert (project["owner"], project["floor_area_m2"]) == ("示例中心", Decimal("12500.5"))


@pytest.mark.parametrize(
    ("record", "marked"),
    [
        (a_project(division="07", building=None), {"1#", "2#"}),
        (a_project(completed_on=day("2024-11-30"), building=None), {"1#", "2#"}),
        (a_project(building=a_building(floor_area_m2=Decimal(2000))), {"1#"}),
        (a_project(building=a_building("3#")), set()),
        (a_project(), set()),
    ],
)
def test_marks_the_buildings_whose_results_no_longer_follow(
    database: Database, record: ProjectRecord, marked: set[str]
) -> None:
    bring(database, [a_project(), a_project(row=3, building=a_building("2#"))])
    assert stale(database) == set()
    bring(database, [record])
    assert stale(database) == marked


def test_a_change_keeps_both_states_of_the_project(database: Database) -> None:
    bring(database, [a_project(star_target=1)])
    bring(database, [a_project(star_target=2)])
    states = [json.loads(row["data"]) for row in rows_of(database, "revision", entity="project")]
    assert [state["star_target"] for state in states] == [1, 2]


def test_codes_in_another_width_are_the_same_project(database: Database) -> None:
    bring(database, [a_project("P-1", building=a_building("1#"))])
    bring(database, [a_project("Ｐ-1", building=a_building("１#"))])
    assert len(current(database, "project")) == 1 and len(current(database, "building")) == 1


def test_buildings_of_two_projects_may_have_one_code(database: Database) -> None:
    bring(database, [a_project("P-1"), a_project("P-2")])
    assert len(current(database, "building")) == 2


def test_an_unknown_figure_stays_unknown(database: Database) -> None:
    bring(database, [a_project(building=a_building(floor_area_m2=None))])
    (building,) = current(database, "building")
    assert building["floor_area_m2"] is None and building["storeys"] is None


def test_a_project_that_comes_back_is_as_if_it_were_new(database: Database) -> None:
    rich = a_project(owner="旧主", kinds=frozenset({ProjectKind.KEY}), star_target=3)
    undo(database, bring(database, [rich], is_synthetic=True).run_id)
    bring(database, [a_project(building=a_building(floor_area_m2=None))])
    (project,) = current(database, "project")
    assert (project["owner"], project["star_target"], project["kinds"]) == (None, None, frozenset())
    assert not project["is_synthetic"]
    (building,) = current(database, "building")
    assert building["floor_area_m2"] is None


def test_refuses_a_building_code_that_the_store_cannot_keep_whole(database: Database) -> None:
    receipt = bring(database, [a_project(building=a_building("号" * 41))])
    assert [issue.code for issue in receipt.issues] == ["text-too-long"]
    assert current(database, "project") == []
