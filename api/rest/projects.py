"""/api/v1/projects."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.auth import actor_of
from api.moment import now
from api.parameters import KEY, KeyInPath, KnownAt, Limit, Offset, Words, end_of
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import projects, results
from catalog.views.projects import (
    BillLineView,
    BuildingView,
    DeliveryView,
    ProjectPage,
    ProjectView,
    ResultView,
)


class ProjectsController(Controller):
    """Projects, their buildings, lines and results."""

    path = "/projects"
    tags = ("projects",)

    @read(operation_id="list_projects", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        q: Words = "",
        division: Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> ProjectPage:
        """Return one page of projects in order of name."""
        with database.reading() as connection:
            return projects.browse_projects(
                connection, words=q, division=division, limit=limit, offset=offset
            )

    @read("/{key:str}", operation_id="get_project", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], key: KeyInPath) -> ProjectView:
        """Return one project."""
        with database.reading() as connection:
            return projects.get_project(connection, key)

    @read(
        "/{key:str}/buildings", operation_id="list_buildings", responses=problem_responses(400, 404)
    )
    def buildings(self, database: NamedDependency[Database], key: KeyInPath) -> list[BuildingView]:
        """Return a project's buildings."""
        with database.reading() as connection:
            return projects.buildings_of_project(connection, key)

    @read(
        "/{key:str}/buildings/{building:str}/bill-lines",
        operation_id="list_bill_lines",
        responses=problem_responses(400, 404),
    )
    def bill_lines(
        self, database: NamedDependency[Database], key: KeyInPath, building: KeyInPath
    ) -> list[BillLineView]:
        """Return the current bill lines of a building."""
        with database.reading() as connection:
            projects.get_building(connection, key, building)
            return projects.bill_lines_of_building(connection, building)

    @read(
        "/{key:str}/buildings/{building:str}/deliveries",
        operation_id="list_deliveries",
        responses=problem_responses(400, 404),
    )
    def deliveries(
        self, database: NamedDependency[Database], key: KeyInPath, building: KeyInPath
    ) -> list[DeliveryView]:
        """Return the current deliveries to a building, with their evidence."""
        with database.reading() as connection:
            projects.get_building(connection, key, building)
            return projects.deliveries_to_building(connection, building)

    @read(
        "/{key:str}/results",
        operation_id="list_project_results",
        responses=problem_responses(400, 404),
    )
    def results(
        self, database: NamedDependency[Database], key: KeyInPath, known_at: KnownAt = None
    ) -> list[ResultView]:
        """Return the results of a project's buildings, each by its method and stage."""
        with database.reading() as connection:
            projects.get_project(connection, key)
            return results.results_of_project(connection, key, known_at=end_of(known_at))

    @post(
        "/{key:str}/results",
        operation_id="calculate_project",
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        responses=problem_responses(400, 401, 403, 404),
        dependencies=actor_of,
    )
    def calculate(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], key: KeyInPath
    ) -> list[ResultView]:
        """Calculate a project's buildings anew and return their results."""
        with database.transaction() as session:
            projects.get_project(session.connection(), key)
            results.calculate_project(session, key, actor=actor, now=now())
            return results.results_of_project(session.connection(), key)
