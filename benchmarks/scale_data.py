"""Made-up deliveries of a country, and when the certificates of their products are valid."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl

DIVISIONS, FIRST_YEAR, YEARS, CATEGORIES = 15, 2022, 5, 51
PRODUCTS, CERTIFIED = 1_000_000, 60_000
WINDOWS_SCHEMA = pl.Schema(
    {
        "product": pl.Int32(),
        **{f"{end}_{n}": pl.Date() for n in (1, 2) for end in ("first", "last")},
    }
)
_STEP = 5_000_000
_NEVER = (dt.date(1900, 1, 2), dt.date(1900, 1, 1))


def write_lines(folder: Path, lines: int) -> None:
    """Write a snapshot whose lines also name a product and a day, some millions at a time."""
    for part, start in enumerate(range(0, lines, _STEP)):
        frame = _lines(start, min(lines, start + _STEP))
        for (division, year), rows in frame.partition_by(
            "division", "year", as_dict=True, include_key=True
        ).items():
            place = folder / f"division={division}" / f"year={year}"
            place.mkdir(parents=True, exist_ok=True)
            rows.write_parquet(place / f"part-{part:05}.parquet", compression="lz4")


def _lines(start: int, end: int) -> pl.DataFrame:
    n = pl.int_range(start, end, eager=True, dtype=pl.UInt64)
    frame = pl.DataFrame(
        {
            "division": (n.hash(1) % DIVISIONS).cast(pl.String).str.zfill(2),
            "year": (FIRST_YEAR + n.hash(2) % YEARS).cast(pl.Int32),
            "category": "category-" + (n.hash(3) % CATEGORIES).cast(pl.String).str.zfill(2),
            "unit": pl.repeat("m3", end - start, eager=True),
            "amount_fen": (n.hash(4) % 5_000_000).cast(pl.Int64),
            "quantity_micro": (n.hash(5) % 100_000_000).cast(pl.Int64),
            "is_green": n.hash(6) % 10 < 6,
            "product": (n.hash(7) % PRODUCTS).cast(pl.Int32),
            "day": (n.hash(8) % 365).cast(pl.Int32),
        }
    )
    day = pl.date("year", 1, 1) + pl.duration(days="day")
    return frame.with_columns(delivered_on=day).drop("day")


def windows() -> pl.DataFrame:
    """Return when the products that ever were certified were: once, or twice with a gap."""
    drawn = random.Random(5)  # noqa: S311  The same every time; nothing is secret.
    rows = []
    for product in sorted(drawn.sample(range(PRODUCTS), CERTIFIED)):
        found, free = [], dt.date(2020, 1, 1)
        for _ in range(drawn.choice([1, 1, 1, 2, 2])):
            first = free + dt.timedelta(days=drawn.randrange(900))
            last = first + dt.timedelta(days=drawn.randrange(300, 1095))
            found.append((first, last))
            free = last + dt.timedelta(days=2)
        one, two = [*found, _NEVER, _NEVER][:2]
        rows.append((product, *one, *two))
    return pl.DataFrame(rows, schema=WINDOWS_SCHEMA, orient="row")
