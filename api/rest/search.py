"""/api/v1: search, and what the words being typed may become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.params import QueryParameter, SkipValidation

from api.parameters import Limit, Offset, Words, day_or_today
from api.problems import problem_responses
from api.turns import Turns
from catalog.db import Database
from catalog.rules.standing import Standing
from search.engine import SearchEngine
from search.query import SearchQuery, Sort
from search.service import SearchAnswer, search_products
from search.suggestions import Suggestion, suggest

# In an address there is no null: a list that is not given is an empty one, and documented so.
_LIST = {"one_of": None, "type": OpenAPIType.ARRAY}
ANY_OF = {**_LIST, "items": Schema(type=OpenAPIType.STRING)}
_STAR = {**_LIST, "items": Schema(type=OpenAPIType.STRING, enum=["", "1", "2", "3"])}
Keys = Annotated[list[str] | None, QueryParameter(schema_extra=ANY_OF)]
Stars = Annotated[list[Literal["", "1", "2", "3"]] | None, QueryParameter(schema_extra=_STAR)]
_STANDING = {
    **_LIST,
    "items": Schema(type=OpenAPIType.STRING, enum=[each.value for each in Standing]),
}
Adoptions = Annotated[list[Standing] | None, QueryParameter(schema_extra=_STANDING)]
Suggestions = Annotated[int, QueryParameter(ge=1, le=20)]


class SearchController(Controller):
    """Search."""

    path = "/"
    tags = ("search",)

    @get(
        "/search",
        operation_id="search_products",
        responses=problem_responses(400, 503),
    )
    async def index(  # One parameter for each thing that a search can be narrowed by.
        self,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        turns: NamedDependency[SkipValidation[Turns]],
        q: Words = "",
        category: Keys = None,
        group: Keys = None,
        star: Stars = None,
        division: Keys = None,
        company: Keys = None,
        bodies: Annotated[
            list[str] | None, QueryParameter(name="body", schema_extra=ANY_OF)
        ] = None,
        adoption: Adoptions = None,
        valid_on: Annotated[dt.date | None, QueryParameter()] = None,
        adopted_on: Annotated[dt.date | None, QueryParameter()] = None,
        adoption_on: Annotated[dt.date | None, QueryParameter()] = None,
        sort: Annotated[Sort, QueryParameter()] = Sort.RELEVANCE,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> SearchAnswer:
        """Search products; values of one filter are alternatives, filters add up.

        In the words, a text in quotes must be there as it stands, and what follows a minus sign
        must not be there. The tier says how the words were taken: exact, or by sound or relaxed
        because nothing matched exactly. The counts of each facet are under every filter but the
        facet's own; they and the total are exact if has_exact_counts says so. What a product
        stands as (adoption) is judged on adoption_on; without it on adopted_on, valid_on or today.
        """
        query = SearchQuery(
            words=q,
            categories=stated(category),
            groups=stated(group),
            stars=frozenset(int(one) for one in star or () if one),
            divisions=stated(division),
            companies=stated(company),
            bodies=stated(bodies),
            valid_on=valid_on,
            adopted_on=adopted_on,
            adoptions=stated(adoption),
            adoption_on=adoption_on or adopted_on or valid_on or day_or_today(None),
            sort=sort,
            limit=limit,
            offset=offset,
        )
        return await turns.take(partial(search_products, database, search_engine, query))

    @get(
        "/suggest",
        operation_id="list_suggestions",
        responses=problem_responses(400, 503),
    )
    async def suggestions(
        self,
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        turns: NamedDependency[SkipValidation[Turns]],
        q: Words = "",
        limit: Suggestions = 8,
    ) -> tuple[Suggestion, ...]:
        """Return what the words being typed may become; each finds something when searched for."""
        return await turns.take(partial(suggest, search_engine, q, limit=limit))


def stated(values: Sequence[str] | None) -> frozenset[str]:
    """Return the values without the empty one that a form sends for nothing chosen."""
    return frozenset(value for value in values or () if value)
