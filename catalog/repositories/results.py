"""Queries for results and what they add up to."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import BigInteger, Connection, Select, bindparam, or_, select, type_coerce

from catalog.errors import ResultNotFoundError
from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.rules.ratio.rollup import RESULTS_SCHEMA
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
_TRACE: Select[*tuple[Any, ...]] = select(Result.trace).where(Result.id == bindparam("id"))
_OF_PROJECT: Select[*tuple[Any, ...]] = _VIEW.where(
    Project.key == bindparam("key"), Result.superseded_at.is_(None)
).order_by(Building.code, Result.stage, Result.method)
_OF_DIVISION: Select[*tuple[Any, ...]] = (
    _VIEW.where(
        Division.key == bindparam("division"),
        Result.method == bindparam("method"),
        Result.stage == bindparam("stage"),
        or_(Result.year == bindparam("year"), bindparam("year", type_=BigInteger).is_(None)),
        Result.superseded_at.is_(None),
    )
    .order_by(Result.ratio.desc(), Project.key, Building.code)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
# Sums are made of the stored whole numbers: no decimal is built for a row that is only added up.
_FIGURES: Select[*tuple[Any, ...]] = (
    select(
        Division.key,
        Result.year,
        Result.method,
        Result.stage,
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
_FIGURES_OF: Select[*tuple[Any, ...]] = _FIGURES.where(Division.key == bindparam("division"))


class FigureRows(msgspec.Struct, frozen=True):
    """The results of one method and stage, ready to be added up; amounts in millionths.

    ``tiers`` counts buildings by (division, year, points in millionths) and ``tier_areas`` adds
    their areas; ``amounts`` is (green, total) and ``projects`` how many, by (division, year).
    """

    frame: pl.LazyFrame
    tiers: Counter[tuple[str, int | None, int]]
    tier_areas: Counter[tuple[str, int | None, int]]
    amounts: dict[tuple[str, int | None], tuple[int, int]]
    projects: dict[tuple[str, int | None], int]


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
    """Return one page of a division's results, best first; ``year`` None is every year."""
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
    tiers: Counter[tuple[str, int | None, int]] = Counter()
    tier_areas: Counter[tuple[str, int | None, int]] = Counter()
    amounts: dict[tuple[str, int | None], tuple[int, int]] = {}
    projects: dict[tuple[str, int | None], set[int]] = {}
    for row in rows:
        place = (row[0], row[1])
        tiers[(*place, row[6])] += 1
        tier_areas[(*place, row[6])] += row[5] or 0
        green, total = amounts.get(place, (0, 0))
        amounts[place] = (green + (row[7] or 0), total + (row[8] or 0))
        projects.setdefault(place, set()).add(row[9])
    frame = pl.LazyFrame(
        [(r[0], r[1], r[2], str(r[3]), r[4], r[5], r[6] > 0) for r in rows],
        schema=RESULTS_SCHEMA,
        orient="row",
    )
    counts = {place: len(ids) for place, ids in projects.items()}
    return FigureRows(frame, tiers, tier_areas, amounts, counts)
