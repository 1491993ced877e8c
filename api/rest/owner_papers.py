"""/api/v1/projects/…/quantities and …/tender: what the bill of a building leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation
from sqlalchemy import Connection

from api.parameters import Day, KeyInPath, day_or_today
from api.problems import problem_responses
from api.rest.search import ANY_OF
from api.turns import Turns
from catalog.db import Database
from catalog.rules.matching_class import RatioClass
from catalog.rules.quantities import Compared
from catalog.services import projects, quantities, tender
from catalog.views.tender import TenderView

Star = Annotated[
    int | None,
    QueryParameter(ge=1, le=3, description="The lowest grade asked for; any certificate if none."),
]
LeftOut = Annotated[
    list[str] | None,
    QueryParameter(
        schema_extra=ANY_OF,
        description="Categories that are not asked for where too few makers meet the requirement.",
    ),
]


class CategoryQuantities(msgspec.Struct, frozen=True):
    """A category's quantities on each side, and where the method counts the category."""

    quantities: Compared
    counted: RatioClass | None


class Quantities(msgspec.Struct, frozen=True):
    """Plan, settlement and delivery side by side; ``uncounted`` lines are of no category yet."""

    items: list[CategoryQuantities]
    method: str | None
    uncounted: int


class BuildingPapersController(Controller):
    """What a building's bill leads to."""

    path = "/projects/{key:str}/buildings/{building:str}"
    tags = ("projects",)

    @get("/quantities", operation_id="get_quantities", responses=problem_responses(400, 404))
    async def quantities(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
        on: Day = None,
    ) -> Quantities:
        """Return plan, settlement and delivery side by side, in one unit for each category."""
        return await turns.take(partial(_quantities, database, key, building, day_or_today(on)))

    @get("/tender", operation_id="get_tender", responses=problem_responses(400, 404))
    async def tender(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
        star: Star = None,
        left_out: LeftOut = None,
        on: Day = None,
    ) -> TenderView:
        """Return the tender clause of the bill, and every product that meets each requirement."""
        asked = partial(tender.tender_of, star=star, left_out=left_out or (), on=day_or_today(on))
        return await turns.take(partial(_tender, database, key, building, asked))


def _quantities(database: Database, key: str, building: str, on: dt.date) -> Quantities:
    with database.reading() as connection:
        projects.get_building(connection, key, building)
        found = quantities.quantities_of(connection, building, on=on)
    return Quantities(
        items=[CategoryQuantities(row, counted) for row, counted in found.rows],
        method=found.method,
        uncounted=found.uncounted,
    )


def _tender(
    database: Database, key: str, building: str, asked: Callable[[Connection, str], TenderView]
) -> TenderView:
    with database.reading() as connection:
        projects.get_building(connection, key, building)
        return asked(connection, building)
