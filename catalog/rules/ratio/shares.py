"""Green shares of the lines of a country, summed on whatever engine holds the lines.

The definition is written once, in narwhals: Polars here and a distributed engine elsewhere carry
it out as it stands. Every quantity comes as a whole number of a small unit (millionths, fen), is
summed without a limit that a country could reach and divided once, a half upwards: the digits are
the same on every engine and however the lines are cut into files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoLazyFrame

FACTS_SCHEMA = pl.Schema(
    {
        "division": pl.String(),
        "year": pl.Int32(),
        "category": pl.String(),
        "unit": pl.String(),
        "amount_fen": pl.Int64(),
        "quantity_micro": pl.Int64(),
        "is_green": pl.Boolean(),
    }
)
_SHARES = {
    "lines": pl.Int64(),
    "lines_without_amount": pl.Int64(),
    "lines_unstated": pl.Int64(),
    "amount_fen": pl.Int128(),
    "green_amount_fen": pl.Int128(),
    "share_micro_percent": pl.Int64(),
    "quantity_micro": pl.Int128(),
    "green_quantity_micro": pl.Int128(),
}
GREEN_SHARES_SCHEMA = pl.Schema({"division": pl.String(), "year": pl.Int32(), **_SHARES})
CATEGORY_SHARES_SCHEMA = pl.Schema(
    {"division": pl.String(), "year": pl.Int32(), "category": pl.String(), **_SHARES}
)

_FULL_MICRO_PERCENT = 100_000_000
_HALF = 2**31
_SUMMED = ("amount_fen", "quantity_micro")
_COUNTS_IN_128_BITS = (nw.Implementation.POLARS, nw.Implementation.DUCKDB)


def green_shares(facts: IntoLazyFrame, *, by: Sequence[str] = ("division", "year")) -> pl.LazyFrame:
    """Return the green share of the amount delivered, by division and year or by category too.

    The facts may be a lazy frame of any engine that narwhals knows. On Polars the answer stays
    lazy; another engine sums the lines now, and the sums of each group come back.

    A line without an amount is counted and adds to no amount; a line not known to be green adds
    to the total only. Where the total is zero there is no share: it is null, not zero. Summed
    quantities mean something only by a category that is measured in one unit.
    """
    frame = nw.from_native(facts)
    is_wide = frame.implementation in _COUNTS_IN_128_BITS
    sums = _sums(frame, by, is_wide=is_wide)
    is_here = sums.implementation is nw.Implementation.POLARS
    here: pl.LazyFrame = nw.to_native(sums if is_here else sums.collect("polars").lazy())
    return _shares(here, by, is_wide=is_wide)


def _sums(facts: nw.LazyFrame[Any], by: Sequence[str], *, is_wide: bool) -> nw.LazyFrame[Any]:
    # Summed by green, not green and unknown first: a sum over a filter would read the rows twice.
    return facts.group_by(*by, "is_green").agg(
        nw.len().alias("lines"),
        nw.col("amount_fen").is_null().cast(nw.Int64).sum().alias("lines_without_amount"),
        *(part for name in _SUMMED for part in _sum_of(name, is_wide=is_wide)),
    )


def _sum_of(name: str, *, is_wide: bool) -> list[nw.Expr]:
    """Sum whole numbers of 64 bits beyond 64 bits: at once, or in a low and a high half.

    Where an engine does not count in 128 bits the halves of each number are summed apart, which is
    exact up to two thousand million lines: a low half has 31 bits, a high half 33. What is divided
    is a multiple of the divisor, which an engine does exactly even by way of floating point.
    """
    whole = nw.col(name)
    if is_wide:
        return [whole.cast(nw.Int128).sum()]
    low = whole % _HALF
    high = ((whole - low) // _HALF).cast(nw.Int64)
    return [low.sum().alias(name), high.sum().alias(f"{name}_high")]


def _shares(sums: pl.LazyFrame, by: Sequence[str], *, is_wide: bool) -> pl.LazyFrame:
    totals = pl.col(*_SUMMED).cast(pl.Int128)
    if not is_wide:
        totals += pl.col(*(f"{name}_high" for name in _SUMMED)).cast(pl.Int128) * _HALF
    green = pl.col("is_green").fill_null(value=False)
    return (
        sums.with_columns(totals, pl.col("lines", "lines_without_amount").cast(pl.Int64))
        .group_by(*by)
        .agg(
            pl.col("lines", "lines_without_amount").sum(),
            pl.col("lines").filter(pl.col("is_green").is_null()).sum().alias("lines_unstated"),
            pl.col(*_SUMMED).sum(),
            pl.col(*_SUMMED).filter(green).sum().name.prefix("green_"),
        )
        .with_columns(share_micro_percent=_share_of("green_amount_fen", "amount_fen"))
        .select(*by, *_SHARES)
        .sort(*by)
    )


def _share_of(part: str, whole: str) -> pl.Expr:
    """Divide whole numbers, a half upwards; a whole that is not positive gives null."""
    twice = 2 * pl.col(whole)
    rounded = (2 * _FULL_MICRO_PERCENT * pl.col(part) + pl.col(whole)) // twice
    return pl.when(pl.col(whole) > 0).then(rounded).cast(pl.Int64)
