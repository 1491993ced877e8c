"""/api/v1/search/export: the whole result of a search as a file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Stream

from api.parameters import Words
from api.problems import language_of, problem_responses
from api.rest.search import ANY_OF, Adoptions, Keys, Stars, stated
from api.sending import CSV, XLSX
from api.web.exports import csv_answer, sheet_of, workbook_answer
from api.web.outward import kept_by_none
from api.web.page import PageRequest
from api.web.searching import Asked
from catalog.db import Database
from search.engine import SearchEngine
from search.listing import list_matches
from search.query import Facet, Sort


def _asked(  # One parameter for each thing that a search can be narrowed by.
    q: Words = "",
    category: Keys = None,
    group: Keys = None,
    star: Stars = None,
    division: Keys = None,
    company: Keys = None,
    bodies: Annotated[list[str] | None, QueryParameter(name="body", schema_extra=ANY_OF)] = None,
    adoption: Adoptions = None,
    valid_on: Annotated[dt.date | None, QueryParameter()] = None,
    adopted_on: Annotated[dt.date | None, QueryParameter()] = None,
    adoption_on: Annotated[dt.date | None, QueryParameter()] = None,
    sort: Annotated[Sort, QueryParameter()] = Sort.RELEVANCE,
) -> Asked:
    stars: list[str] = [*(star or ())]
    standings: list[str] = [*(adoption or ())]
    values = (category, group, stars, standings, division, company, bodies)
    return Asked(
        q=q,
        chosen={
            facet: tuple(sorted(stated(chosen)))
            for facet, chosen in zip(Facet, values, strict=True)
        },
        valid_on=valid_on,
        adopted_on=adopted_on,
        adoption_on=adoption_on,
        sort=sort,
        page=1,
    )


class ExportController(Controller):
    """Search results as files: all of them, in the order of the search."""

    path = "/search"
    tags = ("search",)
    dependencies = {"asked": Provide(_asked, sync_to_thread=False)}  # noqa: RUF012  Litestar's.

    @get(
        "/export.csv",
        operation_id="search_products_as_csv",
        sync_to_thread=True,
        media_type=CSV,
        responses=problem_responses(400, 503),
    )
    def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        asked: NamedDependency[SkipValidation[Asked]],
        notes: Annotated[bool, QueryParameter()] = False,
    ) -> Stream:
        """Return everything that the search finds as CSV, its header in the language asked for.

        With notes, lines that say what was searched for stand above the header.
        """
        listing = list_matches(database, search_engine, asked.query())
        sheet = sheet_of(database, asked, listing, request, language_of(request))
        return csv_answer(database, sheet, listing, has_notes=notes, kept=kept_by_none(request))

    @get(
        "/export.xlsx",
        operation_id="search_products_as_workbook",
        sync_to_thread=True,
        media_type=XLSX,
        responses=problem_responses(400, 503),
    )
    def as_workbook(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        asked: NamedDependency[SkipValidation[Asked]],
    ) -> Stream:
        """Return everything that the search finds as a workbook; its first sheet tells of it."""
        listing = list_matches(database, search_engine, asked.query())
        sheet = sheet_of(database, asked, listing, request, language_of(request))
        return workbook_answer(database, sheet, listing, kept=kept_by_none(request))
