"""Buildings and products as they were known at a moment, read from their revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from catalog.models.base import DECIMAL_PLACES, decimal_of_millionths
from catalog.models.division import Division
from catalog.models.project import Building
from catalog.models.revision import Entity
from catalog.repositories import revisions
from catalog.rules.terms import ProjectKind

BuildingRow = tuple[
    int, int, int, str, dt.date | None, dt.date | None, Decimal | None, frozenset[ProjectKind]
]
_JURISDICTIONS: Select[*tuple[Any, ...]] = select(Division.id, Division.jurisdiction)
_BUILDING_IDS: Select[*tuple[Any, ...]] = (
    select(Building.id).where(Building.recorded_at <= bindparam("at")).order_by(Building.id)
)


def building_ids(connection: Connection, at: dt.datetime) -> list[int]:
    """Return every building of which anything was known at the moment."""
    return list(connection.scalars(_BUILDING_IDS, {"at": at}))


def buildings(
    connection: Connection, building_ids: Iterable[int], at: dt.datetime
) -> list[BuildingRow]:
    """Return the buildings as a ratio needs them, in order of id.

    The columns are: id, project, division, jurisdiction, day of the design, day of completion (the
    project's where the building states none), floor area and the project's kinds.
    """
    places = {row[0]: row[1] for row in connection.execute(_JURISDICTIONS)}
    states = revisions.states_at(connection, Entity.BUILDING, building_ids, at)
    wanted = {state["project_id"] for state in states.values()}
    projects = revisions.states_at(connection, Entity.PROJECT, wanted, at)
    found: list[BuildingRow] = []
    for building_id, state in sorted(states.items()):
        project = projects[state["project_id"]]
        area = state["floor_area_m2"]
        found.append(
            (
                building_id,
                state["project_id"],
                project["division_id"],
                places[project["division_id"]],
                _day(project["designed_on"]),
                _day(state["completed_on"] or project["completed_on"]),
                None if area is None else _exact(area),
                frozenset(map(ProjectKind, project["kinds"] or ())),
            )
        )
    return found


def products(
    connection: Connection, product_ids: Iterable[int], at: dt.datetime
) -> list[tuple[int, int, str | None, str | None, str | None]]:
    """Return id, category, model, scope and declared factors of the products."""
    states = revisions.states_at(connection, Entity.PRODUCT, product_ids, at)
    return [
        (i, state["category_id"], state["model"], state["scope"], state.get("declared"))
        for i, state in sorted(states.items())
    ]


def _day(stated: str | None) -> dt.date | None:
    return None if stated is None else dt.date.fromisoformat(stated)


def _exact(stated: str | float) -> Decimal:
    """Return a decimal as the database gives it back, without trailing zeros."""
    return decimal_of_millionths(int(Decimal(str(stated)).scaleb(DECIMAL_PLACES)))
