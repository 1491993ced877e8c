"""The pages about projects and their buildings."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.rules.terms import BillStage
from catalog.services import (
    catalogue,
    demonstrations,
    owners_desk,
    owning,
    project_targets,
    projects,
    results,
    wordings,
)


class ProjectPages(Controller):
    """Find and read projects."""

    path = "/projects"

    @read(name="projects:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        q: Text = "",
        division: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the projects."""
        words, chosen = asking.plain(q), asking.plain(division)
        with database.reading() as connection:
            found = projects.browse_projects(
                connection,
                words=words,
                division=chosen,
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
            return page(
                request,
                "projects/index.html",
                found=found,
                paging=Paging(page_number, PAGE_SIZE, found.total),
                names=names_of(connection, on=day_or_today(None)),
                q=words,
                division=chosen,
                shows_synthetic=any(project.is_synthetic for project in found.items),
            )

    @read("/{key:str}", name="projects:show")
    def show(
        self, request: PageRequest, database: NamedDependency[Database], key: KeyInPath
    ) -> Template:
        """Show one project, its buildings and their results."""
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            found = results.results_of_project(connection, key)
            return page(
                request,
                "projects/show.html",
                project=project,
                buildings=projects.buildings_of_project(connection, key),
                results_by_method={
                    method: [result for result in found if result.method == method]
                    for method in sorted({result.method for result in found})
                },
                waiting={w.building: w.lines for w in wordings.open_lines(connection, project=key)},
                names=names_of(connection, on=day_or_today(None)),
                whose=owning.whose_project(connection, key),
                demonstrations=demonstrations.of_project(connection, key),
                shows_synthetic=project.is_synthetic,
            )

    @read("/{key:str}/buildings/{building:str}", name="projects:building")
    def building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        building: KeyInPath,
    ) -> Template:
        """Show the bill lines of a building and what was delivered to it."""
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            found = {b.key: b for b in projects.buildings_of_project(connection, key)}
            stand = owners_desk.stand_of(connection, key, building)
            if building not in found:
                raise NotFoundException
            lines = projects.bill_lines_of_building(connection, building)
            deliveries = projects.deliveries_to_building(connection, building)
            keys = {line.product for line in lines} | {line.product for line in deliveries}
            return page(
                request,
                "projects/building.html",
                project=project,
                building=found[building],
                stand=stand,
                target=project_targets.target_of(connection, key),
                whose=owning.whose_project(connection, key),
                bills={
                    stage: [line for line in lines if line.stage is stage] for stage in BillStage
                },
                deliveries=deliveries,
                products=catalogue.products_by_keys(connection, sorted(key for key in keys if key)),
                units=results.basis(connection).units,
                names=names_of(connection, on=day_or_today(None)),
                shows_synthetic=project.is_synthetic,
            )
