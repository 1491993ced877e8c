"""Queries for the ratios that projects shall reach."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from catalog.models.project import Project
from catalog.models.project_target import ProjectTarget
from catalog.views.owner import ProjectTargetView

_STANDING: Select[*tuple[Any, ...]] = (
    select(
        Project.key,
        ProjectTarget.method,
        ProjectTarget.percent,
        ProjectTarget.chosen_by,
        ProjectTarget.chosen_at,
    )
    .join(ProjectTarget, ProjectTarget.project_id == Project.id)
    .where(Project.key.in_(bindparam("projects", expanding=True)), ProjectTarget.ended_at.is_(None))
)


def standing(connection: Connection, projects: Collection[str]) -> dict[str, ProjectTargetView]:
    """Return the target that stands of each of these projects that has one."""
    rows = connection.execute(_STANDING, {"projects": list(projects)})
    return {row[0]: ProjectTargetView(*row[1:]) for row in rows}
