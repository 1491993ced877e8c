"""Queries for the rule packs that were chosen for projects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from catalog.errors import ProjectNotFoundError
from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.models.rulebook import RuleChoice
from catalog.permissions import office_of
from catalog.repositories.clocks import Clocked, between
from catalog.rules.packs import PackChoice
from catalog.views.rules import RuleChoiceView

_MADE: Select[*tuple[Any, ...]] = (
    select(
        RuleChoice.project_id,
        RuleChoice.id,
        RuleChoice.kind,
        RuleChoice.method,
        RuleChoice.pack,
        RuleChoice.reason,
        RuleChoice.actor,
        RuleChoice.chosen_at,
    )
    .where(RuleChoice.project_id.in_(bindparam("projects", expanding=True)))
    .order_by(RuleChoice.id)
)
_STANDING = Clocked(
    now=_MADE.where(RuleChoice.ended_at.is_(None)),
    then=_MADE.where(between(RuleChoice.chosen_at, RuleChoice.ended_at)),
)
_OF_PROJECT: Select[*tuple[Any, ...]] = (
    select(
        RuleChoice.id,
        Project.key,
        RuleChoice.kind,
        RuleChoice.method,
        RuleChoice.pack,
        RuleChoice.reason,
        RuleChoice.actor,
        RuleChoice.chosen_at,
        RuleChoice.ended_at,
        RuleChoice.ended_by,
        RuleChoice.ended_reason,
    )
    .join(Project, Project.id == RuleChoice.project_id)
    .where(Project.key == bindparam("project"))
    .order_by(RuleChoice.id.desc())
)
_OF_RESULT: Select[*tuple[Any, ...]] = (
    select(Result.choice_id, Project.key)
    .join(Project, Project.id == Result.project_id)
    .where(Result.id == bindparam("result"))
)
_PLACE: Select[*tuple[Any, ...]] = (
    select(Project.id, Division.jurisdiction)
    .join(Division, Division.id == Project.division_id)
    .where(Project.key == bindparam("project"))
)
_DIVISION: Select[*tuple[Any, ...]] = (
    select(Division.key)
    .join(Project, Project.division_id == Division.id)
    .where(Project.id == bindparam("project"))
)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .where(Building.project_id == bindparam("project"), Building.withdrawn_at.is_(None))
    .order_by(Building.id)
)


def standing(
    connection: Connection, project_ids: Iterable[int], *, known_at: dt.datetime | None = None
) -> dict[int, list[PackChoice]]:
    """Return the choices that stand, or stood at a moment, by the id of their project."""
    found: dict[int, list[PackChoice]] = defaultdict(list)
    for row in _STANDING.run(connection, {"projects": sorted(set(project_ids))}, known_at):
        found[row.project_id].append(
            PackChoice(
                id=row.id,
                kind=row.kind,
                method=row.method or None,
                pack=row.pack,
                reason=row.reason,
                actor=office_of(row.actor),
                chosen_at=row.chosen_at,
            )
        )
    return found


def of_project(connection: Connection, project: str) -> list[RuleChoiceView]:
    """Return every choice that was made for the project, the latest first."""
    found = []
    for row in connection.execute(_OF_PROJECT, {"project": project}):
        choice, key, kind, method, pack, reason, actor, chosen_at, ended_at, ended_by, why = row
        ended = None if ended_by is None else office_of(ended_by)
        chosen = (pack, reason, office_of(actor), chosen_at)
        found.append(
            RuleChoiceView(choice, key, kind, method or None, *chosen, ended_at, ended, why)
        )
    return found


def of_result(connection: Connection, result_id: int) -> RuleChoiceView | None:
    """Return the choice that a result went by, or None."""
    row = connection.execute(_OF_RESULT, {"result": result_id}).one_or_none()
    if row is None or row.choice_id is None:
        return None
    found = of_project(connection, row.key)
    return next((view for view in found if view.id == row.choice_id), None)


def place_of(connection: Connection, project: str) -> tuple[int, str]:
    """Return a project's id and the place whose rules it goes by.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    row = connection.execute(_PLACE, {"project": project}).one_or_none()
    if row is None:
        raise ProjectNotFoundError(key=project)
    return row.id, row.jurisdiction


def division_of(connection: Connection, project_id: int) -> str | None:
    """Return the key of the division that a project stands in."""
    found: str | None = connection.scalar(_DIVISION, {"project": project_id})
    return found


def buildings_of(connection: Connection, project_id: int) -> list[int]:
    """Return the ids of the buildings whose results hang on a choice for the project."""
    return list(connection.scalars(_BUILDINGS, {"project": project_id}))
