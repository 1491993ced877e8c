"""Ratios of 50,000 buildings from the store, their figures alone, and one large building.

``--buildings=2000`` measures fewer of them; times beside it are never of another number. The
buildings are made in a process of its own, so that memory is of calculating and storing alone.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from decimal import Decimal
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import duckdb
import msgspec
import polars as pl
from sqlalchemy import text, update

from benchmarks import stores
from benchmarks.calculating_data import fill
from benchmarks.pages import option
from benchmarks.report import show
from catalog import audit
from catalog.db import Database
from catalog.models.project import Building
from catalog.repositories import stale
from catalog.repositories.calculating import Reader
from catalog.repositories.line_frames import frames_of
from catalog.rules.greenness import accepted_by
from catalog.rules.packs import RatioPack
from catalog.rules.ratio import kept
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.figures import LINES_SCHEMA, ratio_figures
from catalog.rules.ratio.lines import RatioLine, Role, line_id
from catalog.rules.ratio.placing import Situation
from catalog.rules.terms import Stage
from catalog.services import results
from catalog.services.batches import counted_at
from catalog.services.calculation import Basis, calculate_building
from catalog.services.workers import Workers, how_many
from importers.run import collecting_rarely
from seed_data import demo

BUILDINGS = 50_000
SAMPLE = 200
LARGE = 2_000
_BATCH = 1_000
_BY_WORKERS = 4_000
_METHOD = "B"
T = TypeVar("T")
_SUM = """
    SELECT building, category, place, unit, is_delivered, sum(quantity_micro),
           sum(quantity_micro) FILTER (WHERE green)
    FROM read_parquet('{path}') GROUP BY ALL
"""


class Measured(Generic[T]):
    """Seconds on the clock and of the processors, those of ended children among them."""

    def __init__(self, work: Callable[[], T]) -> None:
        wall, processor = time.perf_counter(), _processor()
        self.value = work()
        self.wall = time.perf_counter() - wall
        self.processor = _processor() - processor


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class Stored(NamedTuple):
    """How many buildings were calculated, and the most memory in MB: storing, and a worker."""

    buildings: int
    storing: float
    worker: float


def store_all(database: Database, basis: Basis) -> Stored:
    """Calculate every building by one method, at each stage that it has, and keep its traces."""
    done = 0
    with closing(Workers(database, basis, how_many())) as workers:
        while True:
            with database.transaction() as session:
                ids = stale.stale_buildings(session.connection(), limit=_BY_WORKERS)
                if not ids:
                    peaks = [_peak(process.pid) for process in active_children()]
                    return Stored(done, _peak(os.getpid()), max(peaks))
                results.calculate_buildings(
                    session, ids, basis, actor=stores.OPERATOR, now=stores.clock(),
                    methods=[_METHOD], workers=workers,
                )  # fmt: skip
            done += len(ids)


def _peak(pid: int | None) -> float:
    """Return the most memory in MB that a process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def leave_completion(database: Database) -> None:
    """Take the design bills and every result away, so that all wait with one stage left."""
    with database.transaction() as session:
        audit.waive(session.connection())  # Rows made up for measuring.
        for table in ("result_trace", "result", "result_cube", "project_count"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("DELETE FROM bill_line WHERE stage = 'design'"))
        session.execute(update(Building).values(stale_since=stores.clock()))


def write_lines(database: Database, basis: Basis, pack: RatioPack, path: Path) -> int:
    """Write the lines that count at completion as a file, and return how many there are."""
    frames = []
    with database.reading() as connection:
        ids = list(connection.scalars(text("SELECT id FROM building ORDER BY id")))
        for start in range(0, len(ids), _BATCH):
            found = frames_of(connection, Reader(connection), ids[start : start + _BATCH])
            proving = basis.proving(accepted_by(pack.policies))
            counted = counted_at(found, Stage.COMPLETION, proving)
            situations = _situations(found.situations)
            lines = counted.lines.join(situations, on="situation")
            frames.append(lines.select(list(LINES_SCHEMA)))
    lines = pl.concat(frames)
    lines.write_parquet(path, compression="lz4")
    return lines.height


def _situations(found: Sequence[Situation]) -> pl.DataFrame:
    """Return what decides where lines count as columns, beside the number of each."""
    rows = [
        (n, *each[:-1], msgspec.json.encode(each.declared).decode() if each.declared else None)
        for n, each in enumerate(found)
    ]
    columns = ("is_delivered", "category", "place", "unit", "declared")
    schema = {"situation": pl.Int32(), **{name: LINES_SCHEMA[name] for name in columns}}
    return pl.DataFrame(rows, schema=schema, orient="row")


def one_by_one(database: Database, basis: Basis) -> int:
    """Calculate a sample of buildings as a script would: each with its trace as an object."""
    with database.reading() as connection:
        ids = list(connection.scalars(text(f"SELECT id FROM building ORDER BY id LIMIT {SAMPLE}")))
        for number in ids:
            (facts,) = Reader(connection).facts_of([number])
            for found in calculate_building(
                facts, basis, today=stores.clock().date(), methods=[_METHOD]
            ):
                calculate(found.pack, found.counted.lines, basis.units, found.stage)
    return len(ids)


def large_building() -> list[RatioLine]:
    """Return one building's bill and deliveries, 2,000 lines in all."""
    pool = demo.ProductPool(1, 500)
    records = demo.generate_deliveries(1, LARGE, pool, stores.clock().date())
    bills = demo.generate_lines(1, LARGE, pool, stores.clock().date())
    lines = []
    for number in range(LARGE):
        record = next(bills) if number % 3 == 0 else next(records)
        is_delivered = not hasattr(record, "stage")
        lines.append(
            RatioLine(
                id=line_id(number, is_delivered=is_delivered), category=record.category,
                place=record.place, unit=record.unit, quantity=Decimal(record.quantity),
                role=Role.DELIVERED if is_delivered else Role.TOTAL,
                green=number % 7 != 0 if is_delivered else None,
            )
        )  # fmt: skip
    return lines


def _duckdb(path: Path) -> int:
    with duckdb.connect() as connection:
        return len(connection.execute(_SUM.format(path=path)).fetchall())


def _polars(path: Path) -> int:
    quantity = pl.col("quantity_micro")
    return (
        pl.scan_parquet(path)
        .group_by("building", "category", "place", "unit", "is_delivered")
        .agg(quantity.sum(), quantity.filter(pl.col("green")).sum().alias("green"))
        .collect(engine="streaming")
        .height
    )


def _fill(url: str, buildings: int) -> None:
    database = Database(url)
    with collecting_rarely():
        fill(database, buildings=buildings)
    database.close()


def main() -> None:
    """Measure and print."""
    buildings = option("buildings", BUILDINGS)
    with stores.sqlite() as (database, folder), collecting_rarely():
        url = database.engine.url.render_as_string(hide_password=False)
        filling = get_context("spawn").Process(target=_fill, args=(url, buildings))
        filling.start()
        filling.join()
        with database.reading() as connection:
            basis = results.basis(connection)
        pack = next(
            pack for pack in reversed(basis.packs)
            if isinstance(pack, RatioPack) and pack.key == "ratio-b-2021"
        )  # fmt: skip
        naive = Measured(lambda: one_by_one(database, basis))
        both = Measured(lambda: store_all(database, basis))
        path = folder / "lines.parquet"
        leave_completion(database)
        one = Measured(lambda: store_all(database, basis))
        lines = write_lines(database, basis, pack, path)
        alone = Measured(
            lambda: ratio_figures(pl.scan_parquet(path), pack, basis.units, Stage.COMPLETION)
        )
        near = [
            ("DuckDB", Measured(partial(_duckdb, path))),
            ("Polars", Measured(partial(_polars, path))),
        ]
    stored = both.value
    scale = stored.buildings / naive.value
    by = f"from the store, traces stored (SQLite, {how_many()} workers)"
    show(
        f"Calculating: {stored.buildings:,} buildings by method {_METHOD}, "
        f"{lines:,} lines completed",
        ["", "wall s", "processor s"],
        [
            [f"completion {by}", one.wall, one.processor],
            [f"both stages {by}", both.wall, both.processor],
            [f"both stages one after another with traces ({SAMPLE} of them, scaled up)",
             naive.wall * scale, naive.processor * scale],
            ["figures alone, completion, from Parquet", alone.wall, alone.processor],
            *([f"sums without judging, hand-written {name}", each.wall, each.processor]
              for name, each in near),
            ["peak MB of the process that stores", stored.storing, "—"],
            ["peak MB of a worker", stored.worker, "—"],
        ],
    )  # fmt: skip
    large = large_building()
    traced = min(
        (Measured(lambda: calculate(pack, large, basis.units, Stage.COMPLETION)) for _ in range(5)),
        key=lambda each: each.processor,
    )
    text_of = Measured(lambda: kept.encoded(large))
    show(
        f"Calculating one: a building of {LARGE:,} lines",
        ["best of 5", "wall ms", "processor ms"],
        [
            ["ratio with its trace", traced.wall * 1000, traced.processor * 1000],
            ["its lines as they are kept", text_of.wall * 1000, text_of.processor * 1000],
        ],
    )
