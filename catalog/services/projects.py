"""Read projects with what they planned and what came to their sites."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from catalog.errors import ProjectNotFoundError
from catalog.records import BillLineRecord, DeliveryRecord
from catalog.repositories import line_records, projects
from catalog.rules.ratio.lines import line_id
from catalog.views.projects import (
    BillLineView,
    BuildingView,
    DeliveryView,
    ProjectPage,
    ProjectView,
)


def get_project(connection: Connection, key: str) -> ProjectView:
    """Return a project."""
    return projects.get_by_key(connection, key)


def browse_projects(
    connection: Connection,
    *,
    words: str | None,
    division: str | None,
    limit: int,
    offset: int,
) -> ProjectPage:
    """Return one page of projects in order of name; None does not narrow."""
    items, total = projects.page_by_name(
        connection, words=words or None, division=division or None, limit=limit, offset=offset
    )
    return ProjectPage(items=items, limit=limit, offset=offset, total=total)


def buildings_of_project(connection: Connection, key: str) -> list[BuildingView]:
    """Return a project's buildings."""
    projects.get_by_key(connection, key)
    return projects.buildings_of(connection, key)


def get_building(connection: Connection, key: str, building: str) -> BuildingView:
    """Return a building of the project.

    Raises:
        ProjectNotFoundError: There is no such project, or the building is not one of it.
    """
    for view in buildings_of_project(connection, key):
        if view.key == building:
            return view
    raise ProjectNotFoundError(key=f"{key}/{building}")


def bill_lines_of_building(connection: Connection, building: str) -> list[BillLineView]:
    """Return the current bill lines of a building, by its key."""
    return projects.bill_lines_of(connection, building)


def deliveries_to_building(connection: Connection, building: str) -> list[DeliveryView]:
    """Return the current deliveries to a building, by its key, with their evidence."""
    return projects.deliveries_of(connection, building)


def bill_line_records(connection: Connection, key: str) -> list[BillLineRecord]:
    """Return a project's current bill lines as a reader would yield them of a file.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    projects.get_by_key(connection, key)
    return list(line_records.bill_lines(connection, key))


def delivery_records(connection: Connection, key: str) -> list[DeliveryRecord]:
    """Return the current deliveries to a project as a reader would yield them of a file.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    projects.get_by_key(connection, key)
    return list(line_records.deliveries(connection, key))


def lines_by_trace(
    connection: Connection, lines: Iterable[str]
) -> tuple[list[BillLineView], list[DeliveryView]]:
    """Return bill lines and deliveries by what a trace calls them, be they current or not."""
    found: dict[bool, list[int]] = {True: [], False: []}
    for line in lines:
        _, _, number = line.rpartition("-")
        found[line == line_id(int(number), is_delivered=True)].append(int(number))
    return (
        projects.bill_lines_named(connection, found[False]),
        projects.deliveries_named(connection, found[True]),
    )
