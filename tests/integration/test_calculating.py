"""What is stored for many buildings at once is what each gives by itself, and opens again."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text

from catalog.db import Database
from catalog.errors import TraceOutdatedError
from catalog.records import Record
from catalog.repositories import calculating
from catalog.repositories import results as stored_results
from catalog.rules.ratio.kept import encoded
from catalog.services import calculation, results
from catalog.services.calculation import Basis
from catalog.services.workers import Workers
from seed_data import demo
from tests.builders import NOW, OPERATOR, bring, making_up, recalculated
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


def test_workers_store_what_one_process_stores(
    town: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them, a building at a time; what a worker reads, it reads while it is held."""
    monkeypatch.setattr(results, "AT_ONCE", 1)
    alone = _stored(town)
    _forget(town)
    with town.reading() as connection:
        basis = results.basis(connection)
    with closing(Workers(town, basis, 2)) as workers:
        assert _by(workers, town, basis) == len({row["building_id"] for row in alone})
        assert _stored(town) == alone
        with town.transaction() as session:
            session.execute(text("UPDATE building SET stale_since = recorded_at"))
        # The workers stay, and what they read goes by what is stored now.
        with making_up(town) as session:
            session.execute(text("UPDATE delivery SET quantity = quantity * 2"))
        _by(workers, town, basis)
        assert _stored(town) != alone
    by_workers = _stored(town)
    with town.transaction() as session:
        ids = sorted({row["building_id"] for row in by_workers})
        assert not results.calculate_buildings(session, ids, basis, actor=OPERATOR, now=NOW)
    assert _stored(town) == by_workers


def _by(workers: Workers, town: Database, basis: Basis) -> int:
    with town.transaction() as session:
        return results.calculate_stale(session, basis, actor=OPERATOR, now=NOW, workers=workers)


def _stored(town: Database) -> list[dict[str, Any]]:
    """Return the current results with their traces, without the ids that they happened to get."""
    found = []
    with town.reading() as connection:
        for row in rows_of(town, "result"):
            if row["superseded_at"] is None:
                trace = stored_results.get_trace(connection, row["id"])
                found.append({**row, "id": 0, "computed_at": None, "trace": trace})
    return sorted(found, key=lambda row: (row["building_id"], row["stage"], row["method"]))


def _forget(town: Database) -> None:
    """Close every result, as if nothing had been calculated since."""
    with making_up(town) as session:
        session.execute(text("UPDATE result SET superseded_at = computed_at"))
        session.execute(text("UPDATE building SET stale_since = recorded_at"))


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
