"""Buildings that wait to be calculated, and what is held of their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    func,
    select,
    type_coerce,
)

from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.rules.terms import Stage

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LOCK: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .where(Building.id.in_(_IDS))
    .order_by(Building.id)
    .with_for_update(key_share=True)
)
# A withdrawn building is among them: it has no lines any more, so its results are closed.
_STALE: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .where(Building.stale_since.is_not(None))
    .order_by(Building.id)
    .limit(bindparam("limit"))
)
_HOW_MANY: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(Building).where(Building.stale_since.is_not(None))
)
_OF_PROJECT: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .join(Project, Project.id == Building.project_id)
    .where(Project.key == bindparam("key"), Building.withdrawn_at.is_(None))
    .order_by(Building.code)
)
_HELD: Select[*tuple[Any, ...]] = select(
    Result.building_id,
    Result.method,
    type_coerce(Result.stage, String),
    Result.id,
    Result.content_hash,
).where(Result.building_id.in_(_IDS), Result.superseded_at.is_(None))

ResultKey = tuple[int, str, Stage]


def stale_buildings(connection: Connection, *, limit: int) -> list[int]:
    """Return buildings whose results are out of date."""
    return list(connection.scalars(_STALE, {"limit": limit}))


def how_many(connection: Connection) -> int:
    """Return how many buildings have results that are out of date."""
    return int(connection.scalar(_HOW_MANY) or 0)


def buildings_of_project(connection: Connection, key: str) -> list[int]:
    """Return the ids of a project's buildings in order of code."""
    return list(connection.scalars(_OF_PROJECT, {"key": key}))


def hold(connection: Connection, building_ids: Sequence[int]) -> None:
    """Let nobody mark the buildings as stale until this transaction ends.

    Whoever changes their lines meanwhile waits with the mark, so that it is not wiped out.
    """
    connection.execute(_LOCK, {"ids": list(building_ids)}).all()


def held_results(
    connection: Connection, building_ids: Sequence[int]
) -> dict[ResultKey, tuple[int, str]]:
    """Return id and content hash of the current results, by building, method and stage."""
    rows = connection.execute(_HELD, {"ids": list(building_ids)})
    return {(row[0], row[1], Stage(row[2])): (row[3], row[4]) for row in rows}
