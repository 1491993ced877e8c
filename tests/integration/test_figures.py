"""Figures say what they are of, what they were divided by, and lead to the lines behind them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

import polars as pl
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.models.base import decimal_of_millionths
from catalog.rules.periods import Basis, Close, report_span, report_year, years_of
from catalog.rules.ratio.rollup import RESULTS_SCHEMA, division_ratios
from catalog.rules.terms import BillStage, DatePrecision, ProjectKind, Stage
from catalog.services import divisions
from catalog.views.figures import CATEGORY, KIND, YEAR, KindName, Question, ResultFigure
from tests.builders import (
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
from tests.integration.picture import current

GREEN, KEY = ProjectKind.GREEN, ProjectKind.KEY
CONCRETE, MORTAR = "ready-mixed-concrete", "ready-mixed-mortar"
CLOSES = [Close(2021, 11, 15)]


@pytest.fixture
def filled(database: Database) -> Database:
    """Two projects of three buildings in two divisions, with bills and deliveries."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(
        database,
        [
            a_project(kinds=frozenset({KEY, GREEN}), completed_on=day("2025-12-01")),
            a_project(
                kinds=frozenset({KEY, GREEN}),
                completed_on=day("2025-12-01"),
                building=a_building(
                    "2#", floor_area_m2=Decimal(3000), completed_on=day("2024-05-01")
                ),
            ),
            a_project("P-2", division="07", completed_on=None),
        ],
    )
    bring(database, [a_bill_line("1", stage=BillStage.DESIGN, planned_green_quantity=Decimal(80))])
    proven: dict[str, Any] = {"product": by_number(), "amount": Decimal(600)}
    bring(
        database,
        [
            a_delivery("1", **proven),
            a_delivery("2", unit="L", quantity=Decimal(500), **proven),
            a_delivery("3", category=None, amount=Decimal(200)),
            a_delivery("1", building="2#", amount=None),
            a_delivery(
                "1", project="P-2", category=MORTAR, unit="t", delivered_on=day("2025-11-16")
            ),
        ],
    )
    recalculated(database)
    return database


def results_of(database: Database, **asked: Any) -> list[ResultFigure]:
    question = Question(**({"stage": Stage.COMPLETION} | asked))
    with database.reading() as connection:
        return divisions.result_figures(connection, question, methods=["B"])


def usage_of(database: Database, **asked: Any) -> dict[Any, Any]:
    question = Question(**({"stage": Stage.COMPLETION, "by": (CATEGORY,)} | asked))
    with database.reading() as connection:
        found = divisions.usage_figures(connection, question)
    return {getattr(figure, question.by[0]) if question.by else None: figure for figure in found}


def test_a_ratio_by_area_is_told_with_what_was_divided(filled: Database) -> None:
    for figure in results_of(filled):
        if figure.ratio_by_area is not None:
            share = 100 * figure.green_area_m2 / figure.weighed_area_m2
            assert abs(share - figure.ratio_by_area) <= Decimal("0.0000005")
        assert sum(figure.passing.values()) == figure.buildings


def test_the_cube_says_the_same_as_the_definition_for_many(filled: Database) -> None:
    rows = [
        (
            str(row["division_id"]), row["year"], row["method"], str(row["stage"]),
            int(row["ratio"] * 10**6),
            None if row["floor_area_m2"] is None else int(row["floor_area_m2"] * 10**6),
            row["points"] > 0,
        )
        for row in current(filled, "result", method="B", stage=Stage.COMPLETION)
    ]  # fmt: skip
    defined = division_ratios(pl.LazyFrame(rows, schema=RESULTS_SCHEMA, orient="row")).collect()
    expected = sorted(
        (row["year"] or 0, row["buildings"], row["buildings_passing"],
         decimal_of_millionths(row["floor_area_micro_m2"]),
         decimal_of_millionths(row["p_micro_percent"]))
        for row in defined.iter_rows(named=True)
    )  # fmt: skip
    found = sorted(
        (f.year or 0, f.buildings, f.buildings_passing, f.area_m2, f.ratio_by_area)
        for f in results_of(filled)
    )  # fmt: skip
    assert len(found) == 3 and found == expected


def test_a_project_counts_once_however_its_years_are_put_together(filled: Database) -> None:
    by_year = {f.year: f.projects for f in results_of(filled, by=(YEAR,))}
    assert by_year == {2024: 1, 2025: 1, None: 1}
    assert [f.projects for f in results_of(filled, by=())] == [2]
    assert [f.projects for f in results_of(filled, by=("division",))] == [1, 1]


def test_a_kind_takes_in_all_its_projects(filled: Database) -> None:
    found = {f.kind: f.buildings for f in results_of(filled, by=(KIND,))}
    assert found == {"key": 2, "green": 2, "none": 1}
    assert [f.buildings for f in results_of(filled, by=(), kind="key")] == [2]
    assert [f.buildings for f in results_of(filled, by=())] == [3]


def test_what_is_finished_after_the_report_closes_is_in_the_next(filled: Database) -> None:
    found = {f.year: f.buildings for f in results_of(filled, by=(YEAR,), basis=Basis.REPORT)}
    assert found == {2024: 1, 2026: 1, None: 1}
    question = Question(stage=Stage.COMPLETION, basis=Basis.REPORT, division="08", year=2026)
    with filled.reading() as connection:
        behind = divisions.results_behind(connection, question, method="B", limit=9, offset=0)
    assert [view.year for view in behind] == [2025]


def test_every_figure_leads_to_as_many_results_as_it_counts(filled: Database) -> None:
    for basis in Basis:
        for figure in results_of(filled, basis=basis, by=("division", YEAR, KIND)):
            question = Question(
                stage=Stage.COMPLETION,
                basis=basis,
                division=figure.division,
                year=figure.year or 0,
                kind=figure.kind,
            )
            with filled.reading() as connection:
                behind = divisions.results_behind(
                    connection, question, method="B", limit=99, offset=0
                )
            assert len(behind) == figure.buildings


def test_quantities_are_added_in_one_unit_within_one_category(filled: Database) -> None:
    found = usage_of(filled)
    assert set(found) == {CONCRETE, MORTAR, None}
    (litres_and_cubes,) = found[CONCRETE].quantities
    assert (litres_and_cubes.unit, litres_and_cubes.total) == ("m3", Decimal("200.5"))
    assert litres_and_cubes.green == Decimal("100.5")
    assert [q.unit for q in found[MORTAR].quantities] == ["kg"]
    assert usage_of(filled, by=(YEAR,))[2025].quantities == []


def test_every_figure_leads_to_as_many_lines_as_it_counts(filled: Database) -> None:
    for stage in Stage:
        for basis in Basis:
            figures = usage_of(filled, stage=stage, basis=basis, by=(CATEGORY, YEAR, KIND)).values()
            assert figures
            for figure in figures:
                question = Question(
                    stage=stage,
                    basis=basis,
                    year=figure.year or 0,
                    kind=figure.kind,
                    category=figure.category or "none",
                )
                with filled.reading() as connection:
                    lines, count = divisions.lines_behind(connection, question, limit=99, offset=0)
                assert len(lines) == count
                assert count >= figure.lines > 0


def test_the_lines_behind_add_up_to_the_figure(filled: Database) -> None:
    question = Question(stage=Stage.COMPLETION, category=CONCRETE, division="08")
    with filled.reading() as connection:
        lines, count = divisions.lines_behind(connection, question, limit=99, offset=0)
        first, _ = divisions.lines_behind(connection, question, limit=1, offset=1)
    assert count == 3 and first == lines[1:2]
    figure = usage_of(filled, division="08")[CONCRETE]
    assert sum(line.amount or 0 for line in lines) == figure.amount
    assert sum((line.amount or 0) * bool(line.is_green) for line in lines) == figure.green_amount


def test_kinds_that_can_be_asked_for_are_those_that_projects_have() -> None:
    assert get_args(KindName) == (*(kind.value for kind in ProjectKind), "none")


def get(client: TestClient[Litestar], path: str) -> Mapping[str, Any]:
    answer = client.get(f"/api/v1/ratios{path}")
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def test_the_api_answers_in_pages(filled: Database, client: TestClient[Litestar]) -> None:
    found = get(client, "?method=B&by=kind&basis=report&limit=2")
    assert (found["total"], len(found["items"]), found["kinds_overlap"]) == (3, 2, True)
    found = get(client, "/usage?by=category&kind=green&basis=report")
    assert {item["category"] for item in found["items"]} == {CONCRETE, None}
    found = get(client, "/usage/lines?category=none&limit=1")
    assert found["total"] == 1 and found["items"][0]["category"] is None


@pytest.mark.parametrize(
    "path",
    [
        "?method=A&method=B",
        "?method=B&stage=design&stage=completion",
        "/usage?stage=design&stage=completion",
    ],
)
def test_the_api_refuses_to_mix_and_says_why(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(f"/api/v1/ratios{path}")
    assert answer.status_code == 400
    assert "never aggregated or compared" in answer.text


@pytest.mark.parametrize(
    ("on", "year"),
    [("2025-11-15", 2025), ("2025-11-16", 2026), ("2024-12-31", 2025), ("2019-01-01", 2019)],
)
def test_a_day_is_in_one_report(on: str, year: int) -> None:
    assert report_year(day(on), CLOSES) == year
    first, last = report_span(year, CLOSES)
    assert first <= day(on) <= last
    assert report_year(first, CLOSES) == report_year(last, CLOSES) == year


def test_an_unsure_day_has_a_report_only_where_every_possible_day_agrees() -> None:
    assert years_of(day("2025-10-01"), DatePrecision.MONTH, CLOSES) == (2025, 2025)
    assert years_of(day("2025-11-01"), DatePrecision.MONTH, CLOSES) == (2025, None)
    assert years_of(day("2025-01-01"), DatePrecision.YEAR, CLOSES) == (2025, None)
    with pytest.raises(ValueError, match="no day"):
        report_year(day("2025-01-01"), [])


def test_a_later_close_holds_from_its_year_on() -> None:
    closes = [Close(2026, 6, 30), *CLOSES]
    assert report_year(day("2025-11-15"), closes) == 2025
    assert report_year(day("2026-06-30"), closes) == 2026
    assert report_year(day("2026-07-01"), closes) == 2027
