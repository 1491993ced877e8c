"""The pages behind what an annual report must check: which buildings fail it."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation
from litestar.response import Template

from api.moment import now
from api.parameters import day_or_today
from api.turns import Turns
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.report_page import ScopeInPath, YearInPath
from api.web.signed_in import reader_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.annual_report.checks import MustCheck
from catalog.rules.annual_report.terms import CORPS
from catalog.services import report_reading

CheckInPath = Annotated[MustCheck, PathParameter()]
_MOST_ROWS = 500


class ReportCheckPages(Controller):
    """Read which buildings are behind the checks of a report."""

    path = "/reports/{year:int}/{whose:str}/checks"
    dependencies = reader_of

    @get("/{check:str}", name="reports:check")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
        check: CheckInPath,
    ) -> Template:
        """Show the buildings that fail a check, and those of which nobody can tell."""

        def read() -> Template:
            with database.reading() as connection:
                head, rows = report_reading.unmet_of(
                    connection, actor, year=year, scope=whose, check=check, now=now()
                )
                names = names_of(connection, on=day_or_today(None))
            return page(
                request,
                "reports/check.html",
                head=head,
                scope=whose,
                check=check,
                rows=rows,
                most=_MOST_ROWS,
                names=names,
                corps=CORPS,
                shows_synthetic=any(row.is_synthetic for row in rows),
            )

        return await turns.take(read)
