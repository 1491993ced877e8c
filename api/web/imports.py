"""The pages of the import ledger."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import IdInPath, day_or_today
from api.reading import read
from api.web.asked import PageNumber
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.services import catalogue, ledger
from importers.issues import explain

_CONFLICTS = 200
_ISSUES = 50


class ImportPages(Controller):
    """Read what was imported, and what stayed out and why."""

    path = "/imports"

    @read(name="imports:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the ledger."""
        with database.reading() as connection:
            runs = ledger.browse_runs(connection, limit=PAGE_SIZE + 1, offset=offset(page_number))
            return page(
                request,
                "imports/index.html",
                runs=runs[:PAGE_SIZE],
                page_number=page_number,
                has_more=len(runs) > PAGE_SIZE,
                shows_synthetic=bool(runs) and catalogue.shows_synthetic(connection),
            )

    @read("/{run_id:int}", name="imports:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        run_id: IdInPath,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one run with its issues explained."""
        language = language_of(request)
        with database.reading() as connection:
            run = ledger.get_run(connection, run_id)
            issues, total = ledger.issues_of_run(
                connection, run_id, limit=_ISSUES, offset=offset(page_number, _ISSUES)
            )
            return page(
                request,
                "imports/show.html",
                run=run,
                issues=[(issue, *explain(issue, language)) for issue in issues],
                paging=Paging(page_number, _ISSUES, total),
                conflicts=catalogue.open_conflicts(
                    connection, run_id=run_id, limit=_CONFLICTS, offset=0
                ),
                names=names_of(connection, on=day_or_today(None)),
                shows_synthetic=catalogue.shows_synthetic(connection),
            )
