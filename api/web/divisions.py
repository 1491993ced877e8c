"""The pages that add up: divisions by one method at one stage, and categories line by line."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import KEY, KeyInPath, day_or_today, end_of
from api.reading import read
from api.web import asked as asking
from api.web import charts
from api.web.asked import PageNumber, Short
from api.web.i18n import language_of
from api.web.names import Names, names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.errors import DivisionNotFoundError
from catalog.rules.periods import Basis
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions, results
from catalog.services.divisions import IN_PROGRESS, KINDS
from catalog.views.figures import CATEGORY, DIVISION, YEAR, KindName, Question

METHODS = ("B", "A", "C")
NO_YEAR = "none"

Method = Annotated[Literal["A", "B", "C"], QueryParameter()]
AtStage = Annotated[Stage, QueryParameter()]
ByYears = Annotated[Basis, QueryParameter()]
OfKind = Annotated[Literal[KindName, ""], QueryParameter()]
OfKey = Annotated[str, QueryParameter(pattern=rf"{KEY}|^$", max_length=80)]


class Way(msgspec.Struct, frozen=True):
    """By which method results are added up, and as known at the end of which day."""

    method: str
    known: dt.date | None

    @property
    def known_at(self) -> dt.datetime | None:
        """The moment at which that day ends; None is now."""
        return end_of(self.known)


def _question(
    stage: AtStage = Stage.COMPLETION, basis: ByYears = Basis.CALENDAR, kind: OfKind = ""
) -> Question:
    return Question(stage=stage, basis=basis, kind=kind or None)


def _way(method: Method = "B", known_at: Short = "") -> Way:
    return Way(method, asking.day(known_at, name="known_at"))


class DivisionPages(Controller):
    """Read the figures of divisions and of categories."""

    path = "/divisions"
    dependencies = {  # noqa: RUF012  Litestar reads it from the class as it is.
        "question": Provide(_question, sync_to_thread=False),
        "way": Provide(_way, sync_to_thread=False),
    }

    @get(name="divisions:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        question: NamedDependency[Question],
        way: NamedDependency[Way],
    ) -> Template:
        """Show the figures of every division and year, by one method at one stage."""
        with database.reading() as connection:
            figures = divisions.result_figures(
                connection, question, methods=[way.method], known_at=way.known_at
            )
            names = _names(connection)
            return page(
                request,
                "divisions/index.html",
                **_choices(question, way),
                figures=figures,
                chart=charts.by_division(figures, names, language_of(request)),
                tiers=sorted({points for figure in figures for points in figure.passing}),
                names=names,
                shows_synthetic=bool(figures) and catalogue.shows_synthetic(connection),
            )

    @get("/{key:str}", name="divisions:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        question: NamedDependency[Question],
        way: NamedDependency[Way],
        year: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the results of a division's buildings, best first."""
        of_all_years = msgspec.structs.replace(question, division=key)
        asked = msgspec.structs.replace(of_all_years, year=asking.year(year))
        with database.reading() as connection:
            names = _names(connection)
            if key not in names.divisions:
                raise DivisionNotFoundError(key=key)
            every = divisions.result_figures(
                connection, of_all_years, methods=[way.method], known_at=way.known_at
            )
            figures = [f for f in every if asked.year in (None, f.year or IN_PROGRESS)]
            found = divisions.results_behind(
                connection,
                asked,
                method=way.method,
                limit=PAGE_SIZE,
                offset=offset(page_number),
                known_at=way.known_at,
            )
            return page(
                request,
                "divisions/show.html",
                **_choices(asked, way),
                division=key,
                years=_years({f.year for f in every}),
                figures=figures,
                chart=charts.by_year(every, language_of(request)),
                results=found,
                paging=Paging(page_number, PAGE_SIZE, sum(f.buildings for f in figures)),
                names=names,
                shows_synthetic=bool(found) and catalogue.shows_synthetic(connection, division=key),
            )

    @read("/usage", name="divisions:usage")
    def usage(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        question: NamedDependency[Question],
        division: OfKey = "",
        year: Short = "",
    ) -> Template:
        """Show what was used of each category, how much was green, and how much adopted."""
        of_all_years = msgspec.structs.replace(question, by=(YEAR,), division=division or None)
        asked = msgspec.structs.replace(of_all_years, by=(CATEGORY,), year=asking.year(year))
        with database.reading() as connection:
            figures = divisions.usage_figures(connection, asked)
            every = divisions.usage_figures(connection, of_all_years)
            return page(
                request,
                "divisions/usage.html",
                **_choices(asked),
                years=_years({f.year for f in every}),
                figures=figures,
                names=_names(connection),
                units=results.basis(connection).units,
                shows_synthetic=bool(figures) and catalogue.shows_synthetic(connection),
            )

    @read("/usage/lines", name="divisions:lines")
    def lines(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        question: NamedDependency[Question],
        division: OfKey = "",
        year: Short = "",
        category: OfKey = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the lines behind such a figure."""
        asked = msgspec.structs.replace(
            question,
            by=(DIVISION,),
            division=division or None,
            year=asking.year(year),
            category=category or None,
        )
        with database.reading() as connection:
            found, total = divisions.lines_behind(
                connection, asked, limit=PAGE_SIZE, offset=offset(page_number)
            )
            return page(
                request,
                "divisions/lines.html",
                **_choices(asked),
                lines=found,
                paging=Paging(page_number, PAGE_SIZE, total),
                names=_names(connection),
                units=results.basis(connection).units,
                shows_synthetic=bool(found) and catalogue.shows_synthetic(connection),
            )


def _names(connection: Connection) -> Names:
    return names_of(connection, on=day_or_today(None))


def _choices(question: Question, way: Way | None = None) -> dict[str, Any]:
    """Return what the head of a page needs: what there is to choose, and what was chosen.

    ``asked`` are the parameters that lead to the same page again; what is usual is left out.
    """
    asked = {
        "stage": question.stage.value,
        "basis": None if question.basis is Basis.CALENDAR else question.basis.value,
        "kind": question.kind,
        "year": NO_YEAR if question.year == IN_PROGRESS else question.year,
    }
    if way is None:
        asked |= {"division": question.division, "category": question.category}
        return {"asked": asked, "kinds": KINDS, "methods": ()}
    known_at = None if way.known is None else way.known.isoformat()
    # A page of one division has it in its path.
    asked |= {"method": way.method, "known_at": known_at}
    return {"asked": asked, "kinds": KINDS, "methods": METHODS, "known_at": way.known}


def _years(years: set[int | None]) -> list[int | str]:
    """Return the years to choose from, the latest first, and what has none if there is any."""
    known = sorted((year for year in years if year is not None), reverse=True)
    return [*known, *([NO_YEAR] if None in years else [])]
