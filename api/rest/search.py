"""/api/v1/search."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.params import QueryParameter, SkipValidation

from api.parameters import Limit, Offset, Words
from api.problems import problem_responses
from catalog.db import Database
from search.engine import SearchEngine
from search.query import SearchQuery, Sort
from search.service import SearchAnswer, search_products

# In an address there is no null: a list that is not given is an empty one, and documented so.
_LIST = {"one_of": None, "type": OpenAPIType.ARRAY}
_ANY = {**_LIST, "items": Schema(type=OpenAPIType.STRING)}
_STAR = {**_LIST, "items": Schema(type=OpenAPIType.STRING, enum=["", "1", "2", "3"])}
Keys = Annotated[list[str] | None, QueryParameter(schema_extra=_ANY)]
Stars = Annotated[list[Literal["", "1", "2", "3"]] | None, QueryParameter(schema_extra=_STAR)]


class SearchController(Controller):
    """Search."""

    path = "/search"
    tags = ("search",)

    @get(
        operation_id="search_products",
        sync_to_thread=True,
        responses=problem_responses(400, 503),
    )
    def index(  # One parameter for each thing that a search can be narrowed by.
        self,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        q: Words = "",
        category: Keys = None,
        group: Keys = None,
        star: Stars = None,
        division: Keys = None,
        company: Keys = None,
        bodies: Annotated[list[str] | None, QueryParameter(name="body", schema_extra=_ANY)] = None,
        valid_on: Annotated[dt.date | None, QueryParameter()] = None,
        sort: Annotated[Sort, QueryParameter()] = Sort.RELEVANCE,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> SearchAnswer:
        """Search products; values of one filter are alternatives, filters add up.

        The counts of each facet are exact, under every filter but the facet's own.
        """
        query = SearchQuery(
            words=q,
            categories=_stated(category),
            groups=_stated(group),
            stars=frozenset(int(one) for one in star or () if one),
            divisions=_stated(division),
            companies=_stated(company),
            bodies=_stated(bodies),
            valid_on=valid_on,
            sort=sort,
            limit=limit,
            offset=offset,
        )
        return search_products(database, search_engine, query)


def _stated(values: list[str] | None) -> frozenset[str]:
    """Return the values without the empty one that a form sends for nothing chosen."""
    return frozenset(value for value in values or () if value)
