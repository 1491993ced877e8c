"""Queries for results, and for those behind a figure."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
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
from catalog.repositories.clocks import Clocked, between
from catalog.rules.ratio.cube import EVERY_KIND, NO_KIND, UNKNOWN
from catalog.views.figures import Question
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
_OF_ONE_PROJECT: Select[*tuple[Any, ...]] = _VIEW.where(Project.key == bindparam("key")).order_by(
    Building.code, Result.stage, Result.method
)
_OF_PROJECT = Clocked(
    now=_OF_ONE_PROJECT.where(Result.superseded_at.is_(None)),
    then=_OF_ONE_PROJECT.where(between(Result.computed_at, Result.superseded_at)),
)
IN_PROGRESS = UNKNOWN
"""Asked for as a year, the results that have none yet: their buildings are not finished."""

# The page is chosen in the results alone; only its rows are looked up and joined.
_MATCHING = (
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
    )
    .order_by(Result.ratio.desc(), Result.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
# What is not asked for is not looked at: an index holds all the rest.
_WITHIN = Result.done_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
_OF_KIND = type_coerce(Result.kinds, String).like(bindparam("kind", type_=String))


def _page(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    ids = _MATCHING.where(*conditions).scalar_subquery()
    return _VIEW.where(Result.id.in_(ids)).order_by(Result.ratio.desc(), Result.id)


@cache
def _behind(*, has_span: bool, has_kind: bool) -> Clocked:
    conditions = [*([_WITHIN] if has_span else []), *([_OF_KIND] if has_kind else [])]
    return Clocked(
        now=_page(Result.superseded_at.is_(None), *conditions),
        then=_page(between(Result.computed_at, Result.superseded_at), *conditions),
    )


def get_by_id(connection: Connection, result_id: int) -> ResultView:
    """Return the result, or raise ResultNotFoundError."""
    row = connection.execute(_BY_ID, {"id": result_id}).one_or_none()
    if row is None:
        raise ResultNotFoundError(key=result_id)
    return ResultView(*row)


def get_trace(connection: Connection, result_id: int) -> str:
    """Return the lines that the result is kept with, encoded, or raise ResultNotFoundError."""
    text = connection.scalar(_TRACE, {"id": result_id})
    if text is None:
        raise ResultNotFoundError(key=result_id)
    return str(text)


def of_project(
    connection: Connection, key: str, known_at: dt.datetime | None = None
) -> list[ResultView]:
    """Return the results of a project's buildings as known now, or at a moment."""
    return [ResultView(*row) for row in _OF_PROJECT.run(connection, {"key": key}, known_at)]


def behind(
    connection: Connection,
    question: Question,
    *,
    method: str,
    span: tuple[dt.date, dt.date] | None,
    limit: int,
    offset: int,
    known_at: dt.datetime | None = None,
) -> list[ResultView]:
    """Return one page of the results behind a figure of one division, best first.

    ``span`` are the days that the year asked for takes in, where they are not the calendar's.
    """
    asked: dict[str, Any] = {
        "division": question.division,
        "method": method,
        "stage": question.stage,
        "year": question.year if span is None else None,
        "limit": limit,
        "offset": offset,
    }
    if span is not None:
        asked["first"], asked["last"] = span
    has_kind = question.kind not in (None, EVERY_KIND)
    if has_kind:
        asked["kind"] = "," if question.kind == NO_KIND else f"%,{question.kind},%"
    statement = _behind(has_span=span is not None, has_kind=has_kind)
    return [ResultView(*row) for row in statement.run(connection, asked, known_at)]
