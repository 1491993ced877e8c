"""The open statistics: a page of tables and charts, each as CSV, and the lists behind them."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Annotated, Any, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, QueryParameter, SkipValidation
from litestar.response import Stream, Template

from api.counting import Counter
from api.parameters import day_or_today
from api.reading import read
from api.sending import csv_answer
from api.turns import Turns
from api.web.asked import FIRST_YEAR, LAST_YEAR, PageNumber, Short, Text
from api.web.divisions import METHODS
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import Paging, offset
from api.web.statistics_parts import Table
from api.web.statistics_tables import tables
from catalog.db import Database
from catalog.errors import StatisticNotFoundError
from catalog.rules.standing import Standing
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions, statistics
from catalog.services.statistics import EXPIRES, ISSUED
from catalog.views.figures import Question

PAGE_SIZE = 50
NO_MONTH = "none"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
Method = Annotated[Literal["A", "B", "C"], QueryParameter()]
OpenTurns = NamedDependency[SkipValidation[Turns]]
OpenCounter = NamedDependency[SkipValidation[Counter]]


class StatisticsPages(Controller):
    """Read what the catalogue holds, counted."""

    path = "/statistics"

    @get(name="statistics:index")
    async def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        counter: OpenCounter,
        turns: OpenTurns,
        method: Method = "B",
    ) -> Template:
        """Show every table of the statistics; each number leads to the list behind it."""
        return await turns.take(partial(_shown, request, database, counter, method))

    @get("/tables/{name:str}", name="statistics:csv")
    async def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        counter: OpenCounter,
        turns: OpenTurns,
        name: Annotated[str, PathParameter(pattern=r"^[a-z-]{1,40}\.csv$")],
        method: Method = "B",
    ) -> Stream:
        """Send one table."""
        language = language_of(request)
        _, found = await turns.take(partial(tables_of, database, counter, method, language))
        table = next((each for each in found if f"{each.name}.csv" == name), None)
        if table is None:
            raise StatisticNotFoundError(key=name)
        return csv_answer(
            f"lucai-{name}",
            [table.heading, *([_said(c.value) for c in (r.head, *r.cells)] for r in table.rows)],
        )

    @read("/certificates", name="statistics:certificates")
    def certificates(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        issued: Short = "",
        expires: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the certificates that were issued, or run out, in a month."""
        which, text = (EXPIRES, expires) if expires else (ISSUED, issued)
        month = None if text == NO_MONTH else _month(text, which)
        with database.reading() as connection:
            found = statistics.certificates_of_month(
                connection, which, month, limit=PAGE_SIZE, offset=offset(page_number, PAGE_SIZE)
            )
        return page(
            request,
            "statistics/certificates.html",
            which=which,
            asked={which: text},
            month=None if month is None else text,
            found=found,
            paging=Paging(page_number, PAGE_SIZE, found.total),
            shows_synthetic=any(each.is_synthetic for each in found.items),
        )

    @read("/adoptions", name="statistics:adoptions")
    def adoptions(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        standing: Text = "",
        month: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the adoptions of a standing, or those that began in a month."""
        today = day_or_today(None)
        with database.reading() as connection:
            found = statistics.adoptions_behind(
                connection,
                on=today,
                standing=_standing(standing),
                month=_month(month, "month") if month else None,
                limit=PAGE_SIZE,
                offset=offset(page_number, PAGE_SIZE),
            )
            names = names_of(connection, on=today)
        return page(
            request,
            "statistics/adoptions.html",
            asked={"standing": standing, "month": month},
            on=today,
            found=found,
            names=names,
            paging=Paging(page_number, PAGE_SIZE, found.total),
            shows_synthetic=any(each.is_synthetic for each in found.items),
        )


def tables_of(
    database: Database, counter: Counter, method: str, language: str
) -> tuple[dict[str, Any], list[Table]]:
    """Return what the page says beside the tables, and the tables in a reader's language."""
    today = day_or_today(None)
    counted = counter.counted(today)
    with database.reading() as connection:
        names = names_of(connection, on=today)
        question = Question(stage=Stage.COMPLETION)
        figures = divisions.result_figures(connection, question, methods=[method])
        whole = divisions.result_figures(
            connection, Question(stage=Stage.COMPLETION, by=()), methods=[method]
        )
        head: dict[str, Any] = {
            "counted": counted,
            "projects": sum(figure.projects for figure in whole),
            "buildings": sum(figure.buildings for figure in whole),
            "shows_synthetic": catalogue.shows_synthetic(connection),
        }
    return head, tables(counted, figures, names, language=language, method=method)


def _shown(request: PageRequest, database: Database, counter: Counter, method: str) -> Template:
    head, found = tables_of(database, counter, method, language_of(request))
    return page(
        request, "statistics/index.html", tables=found, method=method, methods=METHODS, **head
    )


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def _month(text: str, name: str) -> dt.date:
    found = _MONTH.fullmatch(text.strip())
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValidationException(extra=[{"key": name, "message": "not understood"}])
    return dt.date(int(found[1]), int(found[2]), 1)


def _standing(text: str) -> Standing | None:
    if not text:
        return None
    if text not in set(Standing):
        raise ValidationException(extra=[{"key": "standing", "message": "not understood"}])
    return Standing(text)
