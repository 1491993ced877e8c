"""Results of buildings, summed to divisions and years.

Every quantity comes as a whole number of a small unit (millionths), is summed in 128 bits
and divided once, a half upwards: sums are exact however the rows are cut into batches.
"""

from __future__ import annotations

import polars as pl

from catalog.errors import MixedMethodsError

RESULTS_SCHEMA = pl.Schema(
    {
        "division": pl.String(),
        "year": pl.Int32(),
        "method": pl.String(),
        "stage": pl.String(),
        "p_micro_percent": pl.Int64(),
        "floor_area_micro_m2": pl.Int64(),
        "passes": pl.Boolean(),
    }
)
DIVISION_RATIOS_SCHEMA = pl.Schema(
    {
        "division": pl.String(),
        "year": pl.Int32(),
        "p_micro_percent": pl.Int64(),
        "buildings": pl.Int64(),
        "buildings_without_area": pl.Int64(),
        "buildings_passing": pl.Int64(),
        "floor_area_micro_m2": pl.Int128(),
        "floor_area_passing_micro_m2": pl.Int128(),
    }
)


def division_ratios(results: pl.LazyFrame) -> pl.LazyFrame:
    """Return each division's ratio of each year: the mean of P weighted by floor area.

    A building of unknown area, or without a P, is counted but weighs nothing; a division in
    which nothing weighs has no ratio: it is null, not zero.

    Raises:
        MixedMethodsError: The results come from more than one method, or stage.
    """
    _refuse_mixed(results)
    area = _wide("floor_area_micro_m2")
    weighed = pl.col("floor_area_micro_m2").is_not_null() & pl.col("p_micro_percent").is_not_null()
    passing = pl.col("passes").fill_null(value=False)
    return (
        results.group_by("division", "year")
        .agg(
            (_wide("p_micro_percent") * area).filter(weighed).sum().alias("_weighted"),
            area.filter(weighed).sum().alias("_weight"),
            pl.len().cast(pl.Int64).alias("buildings"),
            _count(pl.col("floor_area_micro_m2").is_null()).alias("buildings_without_area"),
            _count(passing).alias("buildings_passing"),
            area.sum().alias("floor_area_micro_m2"),
            area.filter(passing).sum().alias("floor_area_passing_micro_m2"),
        )
        .with_columns(p_micro_percent=_divided("_weighted", "_weight"))
        .select(DIVISION_RATIOS_SCHEMA.names())
        .sort("division", "year")
    )


def _refuse_mixed(results: pl.LazyFrame) -> None:
    # The one look ahead at the data: an answer that mixes methods must not even be prepared.
    found = results.select("method", "stage").unique().sort("method", "stage").collect()
    if found.height > 1:
        raise MixedMethodsError(methods=", ".join(" ".join(map(str, row)) for row in found.rows()))


def _wide(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int128)


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).sum()


def _divided(numerator: str, denominator: str) -> pl.Expr:
    """Divide whole numbers, a half upwards; a denominator that is not positive gives null."""
    twice = 2 * pl.col(denominator)
    rounded = (2 * pl.col(numerator) + pl.col(denominator)) // twice
    return pl.when(pl.col(denominator) > 0).then(rounded).cast(pl.Int64)
