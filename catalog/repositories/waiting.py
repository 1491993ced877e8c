"""Queries for lines that wait for a category, and for the runs that gave lines one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, union_all

from catalog.models.importing import ImportRun, RunState
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.rules.matching_text import signature
from catalog.views.matching import OpenLinesView

_OPEN_LINES = [
    select(
        Project.key.label("project"),
        Building.key.label("building"),
        Building.name.label("building_name"),
        usage.name.label("name"),
        usage.specification.label("specification"),
        usage.unit.label("unit"),
        usage.run_id.label("run"),
    )
    .join(Building, Building.id == usage.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(usage.superseded_at.is_(None), usage.category_id.is_(None))
    for usage in (BillLine, Delivery)
]
_RUNS: Select[*tuple[Any, ...]] = (
    select(
        ImportRun.id,
        ImportRun.actor,
        ImportRun.started_at,
        ImportRun.changed,
        ImportRun.options,
        ImportRun.file_hash,
    )
    .where(
        ImportRun.source == bindparam("source"),
        ImportRun.file_name == bindparam("building"),
        ImportRun.state == RunState.FINISHED,
    )
    .order_by(ImportRun.id.desc())
    .limit(bindparam("limit"))
)


def open_wordings(
    connection: Connection, *, project: str | None = None, run: int | None = None
) -> list[tuple[OpenLinesView, str]]:
    """Return how often each building has lines with which words and no category, by signature.

    They are those of a project, or those that a run brought.
    """
    lines = union_all(*_OPEN_LINES).subquery()
    words = [column for column in lines.c if column.name != "run"]
    query = select(*words, func.count()).group_by(*words).order_by(*words)
    if project is not None:
        query = query.where(lines.c.project == project)
    if run is not None:
        query = query.where(lines.c.run == run)
    return [
        (
            OpenLinesView(project=row[0], building=row[1], building_name=row[2], lines=row[6]),
            signature(*row[3:6]),
        )
        for row in connection.execute(query)
    ]


def runs_on(connection: Connection, building: str, *, source: str, limit: int) -> list[Any]:
    """Return the newest runs of a source that stand, on one building, with their options."""
    wanted = {"source": source, "building": building, "limit": limit}
    return list(connection.execute(_RUNS, wanted))
