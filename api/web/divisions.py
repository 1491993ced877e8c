"""The pages that add up: divisions by one method at one stage, and categories line by line."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.parameters import KEY, KeyInPath, day_or_today, end_of
from api.reading import read
from api.web import asked as asking
from api.web import charts
from api.web.asked import PageNumber, Short
from api.web.i18n import language_of
from api.web.names import names_of
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


class DivisionPages(Controller):
    """Read the figures of divisions and of categories."""

    path = "/divisions"

    @get(name="divisions:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        method: Method = "B",
        stage: AtStage = Stage.COMPLETION,
        basis: ByYears = Basis.CALENDAR,
        kind: OfKind = "",
        known_at: Short = "",
    ) -> Template:
        """Show the figures of every division and year, by one method at one stage."""
        question = Question(stage=stage, basis=basis, kind=kind or None)
        known = asking.day(known_at, name="known_at")
        with database.reading() as connection:
            figures = divisions.result_figures(
                connection, question, methods=[method], known_at=end_of(known)
            )
            names = names_of(connection, on=day_or_today(None))
            return page(
                request,
                "divisions/index.html",
                asked=_asked(question, method=method, known_at=_text(known)),
                known_at=known,
                methods=METHODS,
                kinds=KINDS,
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
        method: Method = "B",
        stage: AtStage = Stage.COMPLETION,
        basis: ByYears = Basis.CALENDAR,
        kind: OfKind = "",
        year: Short = "",
        known_at: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the results of a division's buildings, best first."""
        question = Question(
            stage=stage, basis=basis, kind=kind or None, division=key, year=asking.year(year)
        )
        known = asking.day(known_at, name="known_at")
        with database.reading() as connection:
            names = names_of(connection, on=day_or_today(None))
            if key not in names.divisions:
                raise DivisionNotFoundError(key=key)
            of_all_years = msgspec.structs.replace(question, year=None)
            every = divisions.result_figures(
                connection, of_all_years, methods=[method], known_at=end_of(known)
            )
            figures = [f for f in every if question.year in (None, f.year or IN_PROGRESS)]
            found = divisions.results_behind(
                connection,
                question,
                method=method,
                limit=PAGE_SIZE,
                offset=offset(page_number),
                known_at=end_of(known),
            )
            return page(
                request,
                "divisions/show.html",
                division=key,
                asked=_asked(question, method=method, known_at=_text(known)),
                known_at=known,
                methods=METHODS,
                kinds=KINDS,
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
        stage: AtStage = Stage.COMPLETION,
        basis: ByYears = Basis.CALENDAR,
        kind: OfKind = "",
        division: OfKey = "",
        year: Short = "",
    ) -> Template:
        """Show what was used of each category, and how much of it was green."""
        question = Question(
            stage=stage,
            by=(CATEGORY,),
            basis=basis,
            kind=kind or None,
            division=division or None,
            year=asking.year(year),
        )
        with database.reading() as connection:
            figures = divisions.usage_figures(connection, question)
            by_year = msgspec.structs.replace(question, by=(YEAR,), year=None)
            return page(
                request,
                "divisions/usage.html",
                asked=_asked(question),
                kinds=KINDS,
                years=_years({f.year for f in divisions.usage_figures(connection, by_year)}),
                figures=figures,
                names=names_of(connection, on=day_or_today(None)),
                units=results.basis(connection).units,
                shows_synthetic=bool(figures) and catalogue.shows_synthetic(connection),
            )

    @read("/usage/lines", name="divisions:lines")
    def lines(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        stage: AtStage = Stage.COMPLETION,
        basis: ByYears = Basis.CALENDAR,
        kind: OfKind = "",
        division: OfKey = "",
        year: Short = "",
        category: OfKey = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the lines behind such a figure."""
        question = Question(
            stage=stage,
            by=(DIVISION,),
            basis=basis,
            kind=kind or None,
            division=division or None,
            year=asking.year(year),
            category=category or None,
        )
        with database.reading() as connection:
            found, total = divisions.lines_behind(
                connection, question, limit=PAGE_SIZE, offset=offset(page_number)
            )
            return page(
                request,
                "divisions/lines.html",
                asked=_asked(question),
                lines=found,
                paging=Paging(page_number, PAGE_SIZE, total),
                names=names_of(connection, on=day_or_today(None)),
                units=results.basis(connection).units,
                shows_synthetic=bool(found) and catalogue.shows_synthetic(connection),
            )


def _asked(
    question: Question, *, method: str | None = None, known_at: str | None = None
) -> dict[str, str | int | None]:
    """Return the parameters that lead to the same page again; what is usual is left out."""
    year = NO_YEAR if question.year == IN_PROGRESS else question.year
    return {
        "method": method,
        "stage": question.stage.value,
        "basis": None if question.basis is Basis.CALENDAR else question.basis.value,
        "kind": question.kind,
        # A page of one division has it in its path.
        "division": question.division if method is None else None,
        "year": year,
        "category": question.category,
        "known_at": known_at,
    }


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _years(years: set[int | None]) -> list[int | str]:
    """Return the years to choose from, the latest first, and what has none if there is any."""
    known = sorted((year for year in years if year is not None), reverse=True)
    return [*known, *([NO_YEAR] if None in years else [])]
