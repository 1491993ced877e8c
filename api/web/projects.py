"""The pages about projects and their buildings."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.services import demonstrations, owning, projects, results, wordings


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
