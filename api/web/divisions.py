"""The pages that compare divisions, one method and one stage at a time."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import PageNumber, Short
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.errors import DivisionNotFoundError
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions
from catalog.services.divisions import IN_PROGRESS

Method = Annotated[Literal["A", "B"], QueryParameter()]
AtStage = Annotated[Stage, QueryParameter()]


class DivisionPages(Controller):
    """Read the figures of divisions."""

    path = "/divisions"

    @read(name="divisions:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        method: Method = "B",
        stage: AtStage = Stage.COMPLETION,
    ) -> Template:
        """Show the figures of every division and year, by one method at one stage."""
        with database.reading() as connection:
            figures = divisions.division_figures(connection, method=method, stage=stage)
            latest = max((f.year for f in figures if f.year is not None), default=None)
            return page(
                request,
                "divisions/index.html",
                method=method,
                stage=stage,
                figures=figures,
                latest=latest,
                charted=[f for f in figures if f.year == latest and f.ratio_by_area is not None],
                tiers=sorted({points for figure in figures for points in figure.passing}),
                names=names_of(connection, on=day_or_today(None)),
                shows_synthetic=bool(figures) and catalogue.shows_synthetic(connection),
            )

    @read("/{key:str}", name="divisions:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        method: Method = "B",
        stage: AtStage = Stage.COMPLETION,
        year: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the results of a division's buildings, best first."""
        chosen = asking.year(year)
        with database.reading() as connection:
            names = names_of(connection, on=day_or_today(None))
            if key not in names.divisions:
                raise DivisionNotFoundError(key=key)
            every = divisions.division_figures(connection, method=method, stage=stage, division=key)
            figures = [f for f in every if chosen is None or (f.year or IN_PROGRESS) == chosen]
            found = divisions.results_of_division(
                connection,
                key,
                method=method,
                stage=stage,
                year=chosen,
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
            return page(
                request,
                "divisions/show.html",
                division=key,
                method=method,
                stage=stage,
                year="none" if chosen == IN_PROGRESS else chosen,
                years=[
                    *sorted({f.year for f in every if f.year is not None}, reverse=True),
                    *(["none"] if any(f.year is None for f in every) else []),
                ],
                figures=figures,
                results=found,
                paging=Paging(page_number, PAGE_SIZE, sum(f.buildings for f in figures)),
                names=names,
                shows_synthetic=bool(found) and catalogue.shows_synthetic(connection, division=key),
            )
