"""What is stored for many buildings at once is what each gives by itself, and opens again."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from catalog.db import Database
from catalog.errors import TraceOutdatedError
from catalog.records import Record
from catalog.repositories import calculating
from catalog.repositories import results as stored_results
from catalog.rules.ratio.kept import encoded
from catalog.services import calculation, results
from seed_data import demo
from tests.builders import NOW, bring, recalculated
from tests.integration.picture import rows_of

SEED, PRODUCTS, PROJECTS = 11, 300, 5
TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def town(database: Database) -> Database:
    """A few demo projects with their bills and deliveries, calculated by every method."""
    pool = demo.ProductPool(SEED, PRODUCTS)
    files: list[list[Record]] = [
        list(demo.generate_products(SEED, PRODUCTS)),
        list(demo.generate_projects(SEED, PROJECTS, TODAY)),
        list(demo.generate_lines(SEED, PROJECTS, pool, TODAY)),
        list(demo.generate_deliveries(SEED, PROJECTS, pool, TODAY)),
    ]
    for records in files:
        bring(database, records, is_synthetic=True)
    recalculated(database)
    return database


def test_many_at_once_give_what_each_gives_by_itself(town: Database) -> None:
    stored = {
        (row["building_id"], row["stage"], row["method"]): row for row in rows_of(town, "result")
    }
    compared = 0
    with town.reading() as connection:
        basis = results.basis(connection)
        ids = sorted({building for building, _, _ in stored})
        for facts in calculating.facts_of(connection, ids):
            for found in calculation.calculate_building(facts, basis, today=NOW.date()):
                row = stored[facts.id, found.stage, found.pack.method]
                assert row["ratio"] == found.percent
                assert (row["points"], row["gate_star"]) == (found.points, found.gate_star)
                assert row["green_amount"] == found.green_amount
                assert row["total_amount"] == found.total_amount
                assert stored_results.get_trace(connection, row["id"]) == encoded(
                    found.counted.lines
                )
                compared += 1
    assert compared == len(stored) > 10


def test_every_stored_result_opens_to_its_own_figure(town: Database) -> None:
    for row in rows_of(town, "result"):
        with town.reading() as connection:
            trace = results.get_trace(connection, row["id"])
            lines = results.lines_of(connection, row["id"])
        assert (trace.percent, trace.stage, trace.method) == (
            row["ratio"], row["stage"], row["method"],
        )  # fmt: skip
        counted = [
            line
            for group in trace.groups
            for item in group.items
            for measure in item.measures
            for line in measure.denominator_lines
        ]
        assert len(counted) + len(trace.excluded) == len(lines)


def test_a_delivery_in_the_trace_names_the_paper_that_proves_it(town: Database) -> None:
    known = {row["id"] for row in rows_of(town, "certificate")}
    with town.reading() as connection:
        traces = [
            results.get_trace(connection, row["id"])
            for row in rows_of(town, "result")
            if row["stage"] == "completion"
        ]
    proofs = [
        measure.proofs[line]
        for trace in traces
        for group in trace.groups
        for item in group.items
        for measure in item.measures
        for line in measure.numerator_lines
    ]
    assert proofs
    assert all(proof.certificate_id in known or proof.report_id for proof in proofs)


@pytest.mark.parametrize("told", ['{"pack":"ratio-b-2021"}', "[]"], ids=["an object", "no lines"])
def test_a_trace_that_no_longer_leads_to_its_figure_says_so(town: Database, told: str) -> None:
    row = next(row for row in rows_of(town, "result") if row["ratio"] > 0)
    with town.transaction() as session:
        session.execute(
            text("UPDATE result_trace SET trace = :told WHERE result_id = :id"),
            {"told": told, "id": row["id"]},
        )
    with town.reading() as connection, pytest.raises(TraceOutdatedError):
        results.get_trace(connection, row["id"])
