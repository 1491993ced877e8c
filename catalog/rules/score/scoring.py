"""The one definition of the score, for one product and for a million: frames in, frames out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import polars as pl

from catalog.rules.pack_score import PLACES, Condition, Criterion, ScorePack
from catalog.rules.score.facts import facts_on

HUNDRED = 100
"""A weight of a hundred percent: the shared score's own."""


def hundredths(points: Decimal) -> int:
    """Return points as whole hundredths, as frames hold them."""
    return int(points.scaleb(PLACES))


def points_column(criterion: str) -> str:
    """Return the column of a criterion's points, in hundredths; null is not known."""
    return f"points:{criterion}"


def gate_column(gate: str) -> str:
    """Return the column that says whether a gate is passed; null is not known."""
    return f"gate:{gate}"


def scored(
    pack: ScorePack,
    products: pl.LazyFrame,
    evidence: pl.LazyFrame,
    *,
    on: dt.date,
    has_site: bool = False,
) -> pl.LazyFrame:
    """Return the products with their facts, points and gates on a day, in the order given.

    ``lowest`` are the points if all that is missing turns out worst, ``highest`` if it turns out
    best; ``points`` are those of what is known, ``missing`` the most that the rest can earn.
    """
    judged, summed = _plan(pack, has_site)
    return facts_on(pack, products, evidence, on=on).with_columns(*judged).with_columns(*summed)


@lru_cache(maxsize=16)
def _plan(pack: ScorePack, has_site: bool) -> tuple[tuple[pl.Expr, ...], tuple[pl.Expr, ...]]:
    """Return the points and gates of a pack, and the sums over them."""
    criteria = pack.criteria_for(has_site=has_site)
    failed = (pl.col(gate_column(gate.key)).not_().fill_null(value=False) for gate in pack.gates)
    return (
        (
            *(points_of(criterion).alias(points_column(criterion.key)) for criterion in criteria),
            *(holds(gate).alias(gate_column(gate.key)) for gate in pack.gates),
        ),
        (
            *totals(criteria, {}),
            pl.any_horizontal(pl.lit(value=False), *failed).alias("has_failed"),
        ),
    )


def points_of(criterion: Criterion) -> pl.Expr:
    """Return the points that a criterion gives, in hundredths; null where its fact is unknown."""
    fact = pl.col(criterion.fact.value)
    if criterion.line is not None:
        line = criterion.line
        at = fact.clip(line.low, line.high)
        # Both parts are positive, so that the whole division cuts and never rounds.
        risen = (line.high - at) * hundredths(line.low_points)
        return (risen + (at - line.low) * hundredths(line.high_points)) // (line.high - line.low)
    known = pl.when(fact.is_not_null())
    points = pl.lit(0, dtype=pl.Int64)
    if criterion.steps:
        for step in criterion.steps:
            reached = pl.lit(hundredths(step.points), dtype=pl.Int64)
            points = pl.when(fact >= step.at_least).then(reached).otherwise(points)
    for word, worth in criterion.words.items():
        given = pl.lit(hundredths(worth), dtype=pl.Int64)
        points = pl.when(fact == word).then(given).otherwise(points)
    return known.then(points)


def holds(condition: Condition) -> pl.Expr:
    """Return whether a condition holds; null where its fact is unknown."""
    fact = pl.col(condition.fact.value)
    if condition.one_of:
        return pl.when(fact.is_not_null()).then(fact.is_in(condition.one_of))
    kept = [
        *([fact >= condition.at_least] if condition.at_least is not None else []),
        *([fact <= condition.at_most] if condition.at_most is not None else []),
    ]
    return pl.all_horizontal(kept)


def totals(
    criteria: tuple[Criterion, ...], weights: Mapping[str, int], prefix: str = ""
) -> list[pl.Expr]:
    """Return the sums over criteria, each weighed in percent (a hundred if it has no weight)."""
    earned, worst, best = [pl.lit(0)], [pl.lit(0)], [pl.lit(0)]
    for criterion in criteria:
        percent = weights.get(criterion.key, HUNDRED)
        points = pl.col(points_column(criterion.key))
        own = points if percent == HUNDRED else points * percent // HUNDRED
        earned.append(own.fill_null(0))
        worst.append(own.fill_null(weighed(criterion.least, percent)))
        best.append(own.fill_null(weighed(criterion.most, percent)))
    points, lowest, highest = map(pl.sum_horizontal, (earned, worst, best))
    return [
        points.alias(f"{prefix}points"),
        lowest.alias(f"{prefix}lowest"),
        highest.alias(f"{prefix}highest"),
        (highest - points).alias(f"{prefix}missing"),
    ]


def weighed(points: Decimal, percent: int) -> int:
    """Return points in hundredths under a weight in percent, cut to hundredths."""
    return hundredths(points) * percent // HUNDRED


def possible(pack: ScorePack, *, has_site: bool, weights: Mapping[str, int] | None = None) -> int:
    """Return the points, in hundredths, of a product that does all it can."""
    own = weights or {}
    return sum(
        weighed(criterion.most, own.get(criterion.key, HUNDRED))
        for criterion in pack.criteria_for(has_site=has_site)
    )


def ranked(products: pl.LazyFrame, prefix: str = "") -> pl.LazyFrame:
    """Return scored products, the best first, and their places; equal ones share a place.

    A product that fails a gate stands behind all that fail none. Then what is sure to be earned
    counts, then what may still be, then the key, so that the order is always the same.
    """
    order = ("has_failed", f"{prefix}lowest", f"{prefix}highest")
    descending = (False, True, True)
    return products.sort(*order, "key", descending=[*descending, False]).with_columns(
        place=_place(order)
    )


def _place(order: tuple[str, ...]) -> pl.Expr:
    """Return the place of each row of a sorted frame: that of the first row equal to it."""
    row = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    is_new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in order)
    return pl.when(is_new).then(row).forward_fill()
