"""Queries for results and what they add up to."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
)

from catalog.errors import ResultNotFoundError
from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.result import Result, ResultTrace
from catalog.rules.ratio.trace import RatioResult
from catalog.views.projects import ResultView

_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Result.id,
        Project.key,
        Project.name,
        Building.key,
        Building.name,
        Division.key,
        Result.year,
        Result.stage,
        Result.method,
        Result.pack,
        Result.thresholds,
        Result.ratio,
        Result.points,
        Result.gate_star,
        Result.floor_area_m2,
        Result.green_amount,
        Result.total_amount,
        Result.content_hash,
        Result.computed_at,
        Building.stale_since.is_not(None),
    )
    .join(Building, Building.id == Result.building_id)
    .join(Project, Project.id == Result.project_id)
    .join(Division, Division.id == Result.division_id)
)
_BY_ID: Select[*tuple[Any, ...]] = _VIEW.where(Result.id == bindparam("id"))
_TRACE: Select[*tuple[Any, ...]] = select(ResultTrace.trace).where(
    ResultTrace.result_id == bindparam("id")
)
_OF_PROJECT: Select[*tuple[Any, ...]] = _VIEW.where(
    Project.key == bindparam("key"), Result.superseded_at.is_(None)
).order_by(Building.code, Result.stage, Result.method)
IN_PROGRESS = 0
"""Asked for as a year, the results that have none yet: their buildings are not finished."""

# The page is chosen in the results alone; only its rows are looked up and joined.
_PAGE_IDS = (
    select(Result.id)
    .join(Division, Division.id == Result.division_id)
    .where(
        Division.key == bindparam("division"),
        Result.method == bindparam("method"),
        Result.stage == bindparam("stage"),
        or_(
            func.coalesce(Result.year, IN_PROGRESS) == bindparam("year"),
            bindparam("year", type_=BigInteger).is_(None),
        ),
        Result.superseded_at.is_(None),
    )
    .order_by(Result.ratio.desc(), Result.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .scalar_subquery()
)
_OF_DIVISION: Select[*tuple[Any, ...]] = _VIEW.where(Result.id.in_(_PAGE_IDS)).order_by(
    Result.ratio.desc(), Result.id
)
# Sums are made of the stored whole numbers: no decimal is built for a row that is only added up.
_FIGURES: Select[*tuple[Any, ...]] = (
    select(
        Division.key,
        Result.year,
        type_coerce(Result.ratio, BigInteger),
        type_coerce(Result.floor_area_m2, BigInteger),
        type_coerce(Result.points, BigInteger),
        type_coerce(Result.green_amount, BigInteger),
        type_coerce(Result.total_amount, BigInteger),
        Result.project_id,
    )
    .join(Division, Division.id == Result.division_id)
    .where(
        Result.method == bindparam("method"),
        Result.stage == bindparam("stage"),
        Result.superseded_at.is_(None),
    )
)
_COLUMNS = {
    "division": pl.String(),
    "year": pl.Int32(),
    "p_micro_percent": pl.Int64(),
    "floor_area_micro_m2": pl.Int64(),
    "points": pl.Int64(),
    "green_amount": pl.Int64(),
    "total_amount": pl.Int64(),
    "project_id": pl.Int64(),
}
_FIGURES_OF: Select[*tuple[Any, ...]] = _FIGURES.where(Division.key == bindparam("division"))


class FigureRows(msgspec.Struct, frozen=True):
    """The results of one method and stage, ready to be added up; whole numbers of millionths.

    ``results`` is as ``RESULTS_SCHEMA``; ``tiers`` has buildings and area by division, year and
    points; ``sums`` has projects, green and total amount by division and year.
    """

    results: pl.DataFrame
    tiers: pl.DataFrame
    sums: pl.DataFrame


def get_by_id(connection: Connection, result_id: int) -> ResultView:
    """Return the result, or raise ResultNotFoundError."""
    row = connection.execute(_BY_ID, {"id": result_id}).one_or_none()
    if row is None:
        raise ResultNotFoundError(key=result_id)
    return ResultView(*row)


def get_trace(connection: Connection, result_id: int) -> RatioResult:
    """Return what the result was made of, or raise ResultNotFoundError."""
    text = connection.scalar(_TRACE, {"id": result_id})
    if text is None:
        raise ResultNotFoundError(key=result_id)
    return msgspec.json.decode(text, type=RatioResult)


def of_project(connection: Connection, key: str) -> list[ResultView]:
    """Return the current results of a project's buildings."""
    return [ResultView(*row) for row in connection.execute(_OF_PROJECT, {"key": key})]


def of_division(  # What a page of a division's buildings is chosen by.
    connection: Connection,
    division: str,
    *,
    method: str,
    stage: str,
    year: int | None,
    limit: int,
    offset: int,
) -> list[ResultView]:
    """Return one page of a division's results, best first.

    ``year`` None is every year, IN_PROGRESS what has none yet.
    """
    asked = {"division": division, "method": method, "stage": stage, "year": year}
    rows = connection.execute(_OF_DIVISION, {**asked, "limit": limit, "offset": offset})
    return [ResultView(*row) for row in rows]


def figures(connection: Connection, *, method: str, stage: str, division: str | None) -> FigureRows:
    """Return the current results of one method and stage, of one division or all."""
    statement = _FIGURES if division is None else _FIGURES_OF
    asked = {"method": method, "stage": stage}
    if division is not None:
        asked["division"] = division
    rows = connection.execute(statement, asked).all()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    frame = pl.DataFrame(dict(zip(_COLUMNS, columns, strict=True)), schema=_COLUMNS)
    by_place = frame.group_by("division", "year")
    return FigureRows(
        results=frame.select(
            "division",
            "year",
            pl.lit(method).alias("method"),
            pl.lit(stage).alias("stage"),
            "p_micro_percent",
            "floor_area_micro_m2",
            (pl.col("points") > 0).alias("passes"),
        ),
        tiers=frame.group_by("division", "year", "points")
        .agg(
            pl.len().alias("buildings"),
            pl.col("floor_area_micro_m2").cast(pl.Int128).sum().alias("area"),
        )
        .sort("points"),
        sums=by_place.agg(
            pl.col("project_id").n_unique(),
            *(_known_sum(name) for name in ("green_amount", "total_amount")),
        ),
    )


def _known_sum(column: str) -> pl.Expr:
    """Return the sum of what is known, null where nothing is: unknown is not zero."""
    values = pl.col(column).cast(pl.Int128)
    return pl.when(pl.col(column).is_not_null().any()).then(values.sum()).alias(column)
