"""Ratios of every division and year: ten million deliveries, and a division's page."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from benchmarks import stores
from benchmarks.report import show
from catalog.db import Database
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.repositories import bulk
from catalog.rules.ratio.shares import FACTS_SCHEMA, green_shares
from catalog.rules.terms import Stage
from catalog.services import divisions
from catalog.services.snapshots import read_snapshot, snapshot_files
from catalog.views.figures import Question

LINES = 10_000_000
PROJECTS = 50_000
TRIES = 5
_QUERY = """
    SELECT division, year,
           sum(amount_fen) AS amount_fen,
           sum(amount_fen) FILTER (WHERE is_green) AS green_amount_fen,
           count(*) AS lines,
           count(*) FILTER (WHERE amount_fen IS NULL) AS lines_without_amount,
           count(*) FILTER (WHERE is_green IS NULL) AS lines_unstated,
           sum(quantity_micro) AS quantity_micro,
           sum(quantity_micro) FILTER (WHERE is_green) AS green_quantity_micro
    FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = false)
    GROUP BY ALL ORDER BY ALL
"""


def write_facts(folder: Path, lines: int) -> None:
    """Write a snapshot of made-up deliveries: 15 divisions, 5 years, 51 categories."""
    step = 1_000_000
    for start in range(0, lines, step):
        n = pl.int_range(start, start + step, eager=True, dtype=pl.UInt64)
        mixed = n.hash(seed=1)
        frame = pl.DataFrame(
            {
                "division": (mixed % 15).cast(pl.String).str.zfill(2),
                "year": (2022 + n.hash(seed=2) % 5).cast(pl.Int32),
                "category": "category-" + (n.hash(seed=3) % 51).cast(pl.String),
                "unit": pl.repeat("m3", step, eager=True),
                "amount_fen": (n.hash(seed=4) % 5_000_000).cast(pl.Int64),
                "quantity_micro": (n.hash(seed=5) % 100_000_000).cast(pl.Int64),
                "is_green": n.hash(seed=6) % 10 < 6,
            },
            schema=FACTS_SCHEMA,
        )
        for key, part in frame.partition_by("division", "year", as_dict=True).items():
            place = folder / f"division={key[0]}" / f"year={key[1]}"
            place.mkdir(parents=True, exist_ok=True)
            part.write_parquet(place / f"part-{start // step:05}.parquet", compression="lz4")


def best(work: Callable[[], object]) -> float:
    """Return the shortest of a few tries, in seconds."""
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def _ours(folder: Path) -> pl.DataFrame:
    return green_shares(read_snapshot(snapshot_files(str(folder)))).collect(engine="streaming")


def _duckdb(folder: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(_QUERY.format(folder=folder)).fetchall()


def _check_equal(folder: Path) -> None:
    ours = [tuple(row) for row in _ours(folder).select(
        "division", "year", "amount_fen", "green_amount_fen").rows()]  # fmt: skip
    theirs = [(row[0], row[1], int(row[2]), int(row[3])) for row in _duckdb(folder)]
    if ours != theirs:
        raise ValueError("the two engines disagree")


def fill_results(database: Database) -> None:
    """Store two results of each method for two buildings of each of 50,000 projects."""
    with database.transaction() as session:
        now = stores.clock()
        base = {"is_synthetic": True, "recorded_at": now, "withdrawn_at": None}
        empty = dict.fromkeys(
            ("owner", "stage", "floor_area_m2", "star_target", "star_award",
             "prefabricated_share", "designed_on", "started_on", "completed_on")
        )  # fmt: skip
        projects = bulk.insert_mappings(
            session,
            bulk.table_of(Project),
            [
                {"key": f"p-{i}", "code": f"p-{i}", "name": f"p-{i}", "division_id": 1 + i % 15,
                 "kinds": frozenset(), **empty, **base}
                for i in range(PROJECTS)
            ],
        )  # fmt: skip
        buildings = bulk.insert_mappings(
            session,
            bulk.table_of(Building),
            [
                {"key": f"b-{i}-{n}", "project_id": project, "code": str(n), "name": str(n),
                 "floor_area_m2": None, "storeys": None, "completed_on": None,
                 "recorded_at": now, "withdrawn_at": None, "stale_since": None}
                for i, project in enumerate(projects) for n in range(2)
            ],
        )  # fmt: skip
        rows = []
        for i, building in enumerate(buildings):
            for method in ("A", "B"):
                rows.append(
                    {"building_id": building, "project_id": projects[i // 2],
                     "division_id": 1 + (i // 2) % 15, "year": 2022 + i % 5,
                     "stage": Stage.COMPLETION, "method": method, "pack": "p@1",
                     "thresholds": "t@1", "ratio": Decimal(i % 1000) / 10,
                     "points": Decimal(4 * (i % 4)), "gate_star": 1,
                     "floor_area_m2": Decimal(1000 + i % 9000),
                     "green_amount": Decimal(i), "total_amount": Decimal(2 * i),
                     "content_hash": str(i), "computed_at": now,
                     "superseded_at": None}
                )  # fmt: skip
        bulk.insert_mappings(session, bulk.table_of(Result), rows)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "facts"
        write_facts(folder, LINES)
        _check_equal(folder)
        theirs = best(lambda: _duckdb(folder))
        ours = best(lambda: _ours(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    show(
        "Ratio: division and year over 10,000,000 deliveries in Parquet",
        ["equal sums, best of 5", "s", "of DuckDB's time"],
        [
            ["DuckDB, hand-written", theirs, 1.0],
            ["green_shares (Polars, streaming)", ours, ours / theirs],
            ["peak MB of both in one process", peak, "—"],
        ],
    )
    with stores.sqlite() as (database, _):
        fill_results(database)

        def page() -> None:
            with database.reading() as connection:
                asked = Question(stage=Stage.COMPLETION, division="08")
                divisions.result_figures(connection, asked, methods=["B"])
                divisions.results_behind(connection, asked, method="B", limit=50, offset=0)

        def table() -> None:
            with database.reading() as connection:
                asked = Question(stage=Stage.COMPLETION)
                divisions.result_figures(connection, asked, methods=["B"])

        one, every = best(page), best(table)
    show(
        "Figures: from the store, 50,000 projects and 100,000 buildings",
        ["best of 5, in process", "ms"],
        [["a division's page", one * 1000], ["the table of all divisions", every * 1000]],
    )
