"""Score a million products in memory, and explain one product from a store."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

import seed_data
from benchmarks.report import show
from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.rules.pack_score import ScorePack
from catalog.rules.packs import parse_pack
from catalog.rules.score.frames import EVIDENCE_SCHEMA, STATEMENTS, Kind
from catalog.rules.score.scoring import ranked, scored
from catalog.services import reference as publishing
from catalog.services.migrating import migrate
from catalog.services.ranking import ranking
from catalog.services.scoring import Asked, score_of_product
from seed_data.reference import reference

PRODUCTS = 1_000_000
STORED = 2_000
ON = dt.date(2026, 6, 1)
_FIRST = dt.date(2019, 6, 1)
_SPAN = (ON - _FIRST).days
# How many rows of each kind there are for one product, on average.
_ROWS = {Kind.CERTIFICATE: 3.0, Kind.REPORT: 0.2, Kind.EPD: 0.2, Kind.VISIT: 1.0, Kind.CHECK: 0.5,
         Kind.USE: 1.0}  # fmt: skip
RUNS = 5
_VALID_DAYS = 1825


def made_up(count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return so many products, and the evidence on them; the same every time."""
    number = pl.int_range(count, eager=True)
    products = pl.DataFrame({"product": number}).with_columns(
        key="p" + pl.col("product").cast(pl.String).str.zfill(8),
        category=pl.lit("ready-mixed-concrete"),
        company="c" + (pl.col("product") // 20).cast(pl.String),
        distance_km=pl.lit(None, dtype=pl.Int64),
        **{
            f"has_{each}": pl.col("product").hash(seed) % 10 < 7
            for seed, each in enumerate(STATEMENTS)
        },
    )
    parts = [_rows(kind, int(count * each), count) for kind, each in _ROWS.items()]
    return products, pl.concat(parts)


def _rows(kind: Kind, rows: int, products: int) -> pl.DataFrame:
    number, seed = pl.col("number"), list(Kind).index(kind) * 10
    days = (number.hash(seed + 1) % _SPAN).cast(pl.Int32)
    first = pl.lit((_FIRST - dt.date(1970, 1, 1)).days, dtype=pl.Int32) + days
    is_certificate, has_end = kind is Kind.CERTIFICATE, kind in (Kind.CERTIFICATE, Kind.EPD)
    nothing = pl.lit(None)
    last = first + _VALID_DAYS if has_end else nothing
    said = {
        "product": number.hash(seed) % products,
        "kind": pl.lit(kind.value),
        "since": first if is_certificate else nothing,
        "first": first,
        "last": last,
        "latest": last,
        "star": number.hash(seed + 2) % 3 + 1 if is_certificate else nothing,
        "is_good": number.hash(seed + 3) % 10 > 0,
    }
    return pl.DataFrame({"number": pl.int_range(rows, eager=True)}).select(
        told.cast(EVIDENCE_SCHEMA[name]).alias(name) for name, told in said.items()
    )


def main() -> None:
    """Measure and print."""
    pack = parse_pack(seed_data.read_toml("rules/score-2026.toml"))
    assert isinstance(pack, ScorePack)
    rows: list[list[object]] = []
    products, evidence = made_up(PRODUCTS)
    plan = scored(pack, products.lazy(), evidence.lazy(), on=ON)
    rows.append([f"{PRODUCTS:,} products scored", *_timed(plan.collect)])
    rows.append([f"{PRODUCTS:,} products ranked", *_timed(lambda: ranked(plan).collect())])
    rows.append(["of them, by hand in DuckDB: stars only", *_timed(lambda: _by_hand(evidence))])
    one = (products.head(1).lazy(), evidence.filter(pl.col("product") == 0).lazy())
    rows.append(
        ["one product scored, in memory", *_timed(lambda: scored(pack, *one, on=ON).collect())]
    )
    with TemporaryDirectory() as folder:
        rows += _in_a_store(Path(folder))
    show(
        "Score: a million products, and one explained",
        [f"CPU and wall time, {evidence.height:,} pieces of evidence", "CPU ms", "wall ms"],
        rows,
    )


def _by_hand(evidence: pl.DataFrame) -> object:
    """Return the highest star in force of each product: the nearest limit to compare with."""
    return duckdb.sql(  # type: ignore[union-attr]  # A query always answers.
        "SELECT product, max(star) FROM evidence WHERE kind = 'certificate' "
        f"AND first <= DATE '{ON}' AND last >= DATE '{ON}' GROUP BY product"
    ).pl()


def _in_a_store(folder: Path) -> list[list[object]]:
    from cli.demo import load  # noqa: PLC0415  It fills a store as `lucai demo` does.

    database = Database(f"sqlite:///{folder / 'score.db'}")
    migrate(database)
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        operator = Actor(name="benchmark", role=Role.OPERATOR)
        publishing.publish(session, reference(), actor=operator, now=now)
    load(database, products=STORED, projects=20, seed=1)
    asked = Asked(on=ON)
    with database.reading() as connection:
        everything = ranking(connection, asked, category=None, limit=STORED, offset=0)
        keys = random.Random(1).sample([r.product for r in everything.items], 200)  # noqa: S311
        for key in keys[:20]:
            score_of_product(connection, key, asked)
        spent = [_once(lambda k=key: score_of_product(connection, k, asked)) for key in keys]  # type: ignore[misc]
        whole = _timed(lambda: ranking(connection, asked, category=None, limit=20, offset=0))
    database.close()
    return [
        ["one product explained from a store, median",
         *(statistics.median(part) for part in zip(*spent, strict=True))],
        [f"{STORED:,} products of a store read and ranked", *whole],
    ]  # fmt: skip


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the best of some runs: CPU and wall time in milliseconds."""
    spent = [_once(work) for _ in range(RUNS)]
    return min(cpu for cpu, _ in spent), min(wall for _, wall in spent)


def _once(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
