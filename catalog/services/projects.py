"""Read projects with what they planned and what came to their sites."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from catalog.errors import ProjectNotFoundError
from catalog.records import BillLineRecord, DeliveryRecord
from catalog.repositories import building_lines, line_records, projects
from catalog.rules.ratio.lines import line_id
from catalog.rules.terms import BillStage
from catalog.views.projects import (
    BillLineView,
    BillWindow,
    BuildingView,
    DeliveryView,
    DeliveryWindow,
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


def bill_window(
    connection: Connection,
    building: str,
    stage: BillStage,
    *,
    words: str | None = None,
    limit: int,
    offset: int,
) -> BillWindow:
    """Return a window on one bill of a building; ``words`` narrow by name, detail or code."""
    items, total = building_lines.bill_window(
        connection, building, stage, words=words or None, limit=limit, offset=offset
    )
    return BillWindow(items=items, limit=limit, offset=offset, total=total)


def delivery_window(
    connection: Connection, building: str, *, words: str | None = None, limit: int, offset: int
) -> DeliveryWindow:
    """Return a window on what came to a building; ``words`` narrow by name, detail, maker, note."""
    items, total = building_lines.delivery_window(
        connection, building, words=words or None, limit=limit, offset=offset
    )
    return DeliveryWindow(items=items, limit=limit, offset=offset, total=total)


def current_lines(connection: Connection, building: str) -> set[str]:
    """Return the current bill lines and deliveries of a building as a trace calls them."""
    came = building_lines.delivered_ids(connection, building)
    billed = building_lines.billed_ids(connection, building)
    return {line_id(number, is_delivered=True) for number in came} | {
        line_id(number, is_delivered=False) for number, _ in billed
    }


def place_of_line(
    connection: Connection, building: str, line: str
) -> tuple[BillStage | None, int] | None:
    """Return the bill that holds a line, None for the deliveries, and how many come before it.

    A line that is not current, or none of this building, has no place.
    """
    came = building_lines.delivered_ids(connection, building)
    for number, each in enumerate(came):
        if line_id(each, is_delivered=True) == line:
            return None, number
    before = dict.fromkeys(BillStage, 0)
    for each, stage in building_lines.billed_ids(connection, building):
        if line_id(each, is_delivered=False) == line:
            return stage, before[stage]
        before[stage] += 1
    return None


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
