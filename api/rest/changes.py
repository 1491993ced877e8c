"""/api/v1/changes: what changed of all that is public, in order, for those who keep a copy."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.rules.terms import PublicThing
from catalog.services import changes
from catalog.services.changes import MOST_CHANGES
from catalog.views.changes import ChangesPage

Since = Annotated[
    int,
    QueryParameter(
        ge=0, le=2**53 - 1, description="The next_since of the last answer; 0 begins at the start."
    ),
]
Things = Annotated[
    list[PublicThing] | None,
    QueryParameter(name="thing", max_items=len(PublicThing), description="Only of these kinds."),
]


class ChangesController(Controller):
    """The change feed."""

    path = "/changes"
    tags = ("open data",)

    @read(operation_id="list_changes", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        since: Since = 0,
        thing: Things = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST_CHANGES)] = 100,
    ) -> ChangesPage:
        """Return what became known, changed or was withdrawn behind a number, in order."""
        with database.reading() as connection:
            return changes.changes_since(connection, since, things=thing or (), limit=limit)
