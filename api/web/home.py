"""The front page: search, what is known today, what is new, and where each reader begins."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy import Connection

from api.counting import Counter
from api.parameters import day_or_today
from api.web import charts
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions, editions, projects
from catalog.services.cases import reading
from catalog.views.figures import YEAR, Question, ResultFigure
from search.query import Facet

EXAMPLES = ("商砼 C30", "SBS 防水卷材", "断桥铝 门窗", "岩棉板", "PPR dn25")
METHOD = "B"
"""Of the methods, whose results the front page shows; its links say so."""
_NEWEST = 4


class HomePages(Controller):
    """The front page."""

    @get(name="home", sync_to_thread=True)
    def index(self, request: PageRequest, database: NamedDependency[Database]) -> Template:
        """Show the front page."""
        today = day_or_today(None)
        counter: Counter = request.app.state.counter
        counted = counter.counted(today)
        with database.reading() as connection:
            names = names_of(connection, on=today)
            by_division = divisions.result_figures(
                connection, Question(stage=Stage.COMPLETION), methods=[METHOD]
            )
            return page(
                request,
                "home.html",
                counted=counted,
                today=today,
                projects=projects.browse_projects(
                    connection, words=None, division=None, limit=1, offset=0
                ).total,
                method=METHOD,
                years=_years(connection),
                chart=charts.by_division(by_division, names, language_of(request)),
                notices=reading.running_notices(connection, on=today)[:_NEWEST],
                editions=editions.browse_editions(
                    connection, kind=None, limit=_NEWEST, offset=0
                ).items,
                names=names,
                groups=counted.products[Facet.GROUP],
                stars=sorted(counted.products[Facet.STAR], key=lambda star: star.key),
                examples=EXAMPLES,
                shows_synthetic=catalogue.shows_synthetic(connection),
            )


def _years(connection: Connection) -> list[ResultFigure]:
    """Return the figures of the last year that has any, and of the year before if it has."""
    every = divisions.result_figures(
        connection, Question(stage=Stage.COMPLETION, by=(YEAR,)), methods=[METHOD]
    )
    found = {f.year: f for f in every if f.year is not None and f.ratio_by_area is not None}
    if not found:
        return []
    last = max(year for year in found if year is not None)
    return [found[last], *([found[last - 1]] if last - 1 in found else [])]
