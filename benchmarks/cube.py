"""Roll-ups over ten million lines: reads, one certificate's change, an import of 100,000 lines.

Real lines come in by the demo's records; beside them facts of lines that nobody imported are
written until there are ten million, so that every index is as deep as it would be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from benchmarks import stores
from benchmarks.report import show
from catalog.db import Database
from catalog.models.certificate import CertificateStatus
from catalog.models.cube import UsageCube
from catalog.models.usage import Delivery
from catalog.records import Kind, Record
from catalog.repositories import bulk, cube, cube_cells
from catalog.rules.periods import Basis
from catalog.rules.ratio.cube import Cells
from catalog.rules.terms import CertificateState, Stage
from catalog.services import divisions
from catalog.services.receiving import runs
from catalog.views.figures import CATEGORY, DIVISION, YEAR, Question
from importers.run import collecting_rarely
from seed_data import demo

LINES = 10_000_000
IMPORTED = 100_000
PRODUCTS = 3_000
PROJECTS = 900
SEED = 20260601
BATCH = 5_000
TRIES = 9
_FIRST = 1_000_000_000
_KINDS = (",", ",key,", ",green,key,", ",government,", ",municipal,prefabricated,")
# Multiplied by a large odd number, the counter is scattered over all the columns.
_FILL = """
    WITH RECURSIVE counter(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM counter WHERE n < :last)
    INSERT INTO usage_fact
    SELECT 'completion', :base + n, 1, 1, 1 + (n * 7919) % 15,
           CASE (n * 104729) % 5 {kinds} END,
           2022 + (n * 31) % 5, 2022 + (n * 31) % 5 + ((n * 31) % 5 < 4 AND (n * 37) % 8 = 0),
           1 + (n * 15485863) % 51, NULL, NULL, CASE (n * 15485863) % 51 % 2 WHEN 0 THEN 'm3'
           ELSE 't' END, 1000000 * ((n * 32452843) % 1000), 1000000 * ((n * 49979687) % 50000),
           (n * 67867967) % 10 < 6,
           ((n * 67867967) % 10 < 6) * 1000000 * ((n * 32452843) % 1000),
           ((n * 67867967) % 10 < 6) * 1000000 * ((n * 49979687) % 50000)
    FROM counter
"""
_BY_SQL = """
    SELECT division_id, {year}, category_id, unit, kinds, count(*), sum(is_green IS NULL),
           sum(amount IS NULL), sum(quantity), sum(green_quantity), sum(amount), sum(green_amount)
    FROM usage_fact WHERE stage = 'completion' GROUP BY 1, 2, 3, 4, 5
"""


def receive(database: Database, kind: Kind, records: Iterator[Record]) -> dict[str, float]:
    """Take records in as one import; return the seconds of all, and of facts and cubes."""
    new = runs.NewRun(kind=kind, source="benchmark", file_name="-", file_hash=kind.value)
    taken = dict.fromkeys(("wall", "processor", "settling", "settling processor"), 0.0)
    with timed(taken, "wall", "processor"), collecting_rarely():
        with database.transaction() as session:
            run = runs.open_run(session, new, actor=stores.OPERATOR, now=stores.clock())
        batch = 0
        while part := list(islice(records, BATCH)):
            with database.transaction() as session:
                runs.receive_batch(
                    session,
                    run.id,
                    part,
                    [],
                    actor=stores.OPERATOR,
                    batch=batch,
                    is_synthetic=True,
                    now=stores.clock(),
                )
                with timed(taken, "settling", "settling processor"):
                    cube.settle(session)
            batch += 1
        with database.transaction() as session:
            runs.finish_run(session, run.id, actor=stores.OPERATOR, now=stores.clock())
    return taken


@contextmanager
def timed(taken: dict[str, float], wall: str, processor: str) -> Iterator[None]:
    """Add how long a block takes, by the clock and of the processor, in seconds."""
    started, used = time.perf_counter(), time.process_time()
    yield
    taken[wall] += time.perf_counter() - started
    taken[processor] += time.process_time() - used


def fill(database: Database) -> None:
    """Write facts until there are ten million, and add them to the cube."""
    kinds = " ".join(f"WHEN {n} THEN '{kinds}'" for n, kinds in enumerate(_KINDS))
    statement = text(_FILL.format(kinds=kinds))
    step = 1_000_000
    for first in range(0, LINES, step):
        with database.transaction() as session:
            span = {"first": first, "last": first + step - 1, "base": _FIRST}
            session.execute(statement, span)
    with database.transaction() as session:
        connection = session.connection()
        connection.execute(bulk.table_of(UsageCube).delete())
        cube_cells.add(connection, bulk.table_of(UsageCube), by_sql(connection))


def by_sql(connection: Connection) -> Cells:
    """Return what the cube must hold, by GROUP BY over every fact, each basis by itself."""
    cells: Cells = {}
    for basis, year in ((Basis.CALENDAR, "year"), (Basis.REPORT, "report_year")):
        sums: dict[tuple[Any, ...], list[int]] = {}
        for row in connection.execute(text(_BY_SQL.format(year=year))):
            for kind in ("every", *([k for k in row[4].split(",") if k] or ["none"])):
                key = (basis.value, "completion", kind, row[0], row[1] or 0, row[2] or 0, row[3])
                held = sums.setdefault(key, [0] * 7)
                sums[key] = [a + (b or 0) for a, b in zip(held, row[5:], strict=True)]
        cells |= sums
    return cells


def median_ms(work: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of some tries in milliseconds, by the clock and of the processor."""
    times = []
    for _ in range(TRIES):
        started, used = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - started, time.process_time() - used))
    walls, processors = zip(*times, strict=True)
    return 1000 * sorted(walls)[TRIES // 2], 1000 * sorted(processors)[TRIES // 2]


def change_a_certificate(session: Session, certificate_id: int) -> tuple[float, float]:
    """Suspend a certificate; return the milliseconds that facts and cube take, and of CPU."""
    now = stores.clock()
    row = {"certificate_id": certificate_id, "state": CertificateState.SUSPENDED,
           "from_on": now.date().replace(year=2022), "reason": None, "source": "benchmark",
           "recorded_at": now, "run_id": None, "superseded_at": None,
           "superseded_run_id": None}  # fmt: skip
    bulk.insert_mappings(session, bulk.table_of(CertificateStatus), [row])
    wall, used = time.perf_counter(), time.process_time()
    cube.settle(session)
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - used)


def certificates_in_use(connection: Connection) -> list[tuple[int, int]]:
    """Return certificates that typically many deliveries name, each with how many."""
    count = func.count()
    named = Delivery.certificate_id
    statement = select(named, count).where(named.is_not(None)).group_by(named)
    rows = connection.execute(statement.having(count.between(10, 100)).order_by(count.desc()))
    return [(int(row[0] or 0), int(row[1])) for row in rows]


def main() -> None:
    """Measure and print."""
    questions = {
        "division and year": Question(stage=Stage.COMPLETION, by=(DIVISION, YEAR)),
        "category, report years, green buildings": Question(
            stage=Stage.COMPLETION, by=(CATEGORY,), basis=Basis.REPORT, kind="green"
        ),
        "one division by year and category": Question(
            stage=Stage.COMPLETION, by=(YEAR, CATEGORY), division="08"
        ),
    }
    today = stores.clock().date()
    pool = demo.ProductPool(SEED, PRODUCTS)
    with stores.sqlite() as (database, _):
        receive(database, Kind.PRODUCTS, iter(demo.generate_products(SEED, PRODUCTS)))
        receive(database, Kind.PROJECTS, iter(demo.generate_projects(SEED, PROJECTS, today)))
        filling = time.perf_counter()
        fill(database)
        filling = time.perf_counter() - filling
        records = demo.generate_deliveries(SEED, PROJECTS, pool, today)
        taken = receive(database, Kind.DELIVERIES, islice(records, IMPORTED))
        with database.transaction() as session:
            used = certificates_in_use(session.connection())[:TRIES]
        changes = []
        for certificate_id, lines in used:
            with database.transaction() as session:
                changes.append((*change_a_certificate(session, certificate_id), lines))
        reads = {}
        with database.reading() as connection:
            for name, question in questions.items():
                reads[name] = median_ms(partial(divisions.usage_figures, connection, question))
            started = time.perf_counter()
            expected = by_sql(connection)
            grouping = 1000 * (time.perf_counter() - started)
            kept = cube_cells.read(connection, bulk.table_of(UsageCube))
            lines = connection.scalar(select(func.count()).select_from(text("usage_fact"))) or 0
    if kept != expected:
        raise ValueError("the cube and a GROUP BY over every fact disagree")
    changes.sort()
    wall, used_ms, reached = changes[len(changes) // 2]
    show(
        f"Cube: {lines:,} lines on SQLite, equal to GROUP BY over all of them afterwards",
        ["median", "ms", "of the processor, ms", "of GROUP BY's time"],
        [
            ["GROUP BY over every fact, both kinds of year", grouping, "—", 1.0],
            *([f"read: {name}", *ms, ms[0] / grouping] for name, ms in reads.items()),
            [f"a certificate's change ({reached} deliveries): facts and cube", wall, used_ms,
             wall / grouping],
            [f"cells of the cube: {len(kept):,}", "—", "—", "—"],
        ],
    )  # fmt: skip
    show(
        f"Cube import: {IMPORTED:,} deliveries beside {lines - IMPORTED:,} lines",
        ["one run", "s", "rows/s", "of the processor, s", "rows/s"],
        [
            [name, taken[wall], IMPORTED / taken[wall], taken[used], IMPORTED / taken[used]]
            for name, wall, used in (
                ("the whole import", "wall", "processor"),
                ("facts and cube of it", "settling", "settling processor"),
            )
        ],
    )
