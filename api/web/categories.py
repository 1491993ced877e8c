"""The pages of categories: all of them, and one with its rules, standards and products."""

from __future__ import annotations

from functools import cache, partial

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.counting import Counted, Counter, ProductCount
from api.parameters import KeyInPath, day_or_today
from api.turns import Turns
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.searching import day_number
from catalog.db import Database
from catalog.services import catalogue, categories
from catalog.views.statistics import DeclaredCategory
from search.engine import SearchEngine
from search.query import Facet, SearchQuery, Sort
from search.service import search_products
from seed_data import files, read_toml

_SHOWN = 6
_COMPANIES = 12
OpenTurns = NamedDependency[SkipValidation[Turns]]
OpenCounter = NamedDependency[SkipValidation[Counter]]


class CategoryPages(Controller):
    """Read about categories."""

    path = "/categories"

    @get(name="categories:index")
    async def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        counter: OpenCounter,
        turns: OpenTurns,
    ) -> Template:
        """Show every category with how many products it has."""
        return await turns.take(partial(_index, request, database, counter))

    @get("/{key:str}", name="categories:show")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        counter: OpenCounter,
        turns: OpenTurns,
        key: KeyInPath,
    ) -> Template:
        """Show one category: what it is, what it counts for, and who makes it."""
        return await turns.take(partial(_shown, request, database, search_engine, counter, key))


def _index(request: PageRequest, database: Database, counter: Counter) -> Template:
    today = day_or_today(None)
    counted = counter.counted(today)
    with database.reading() as connection:
        return page(
            request,
            "categories/index.html",
            catalogues=categories.catalogues(connection),
            groups=catalogue.groups(connection),
            categories=catalogue.categories(connection),
            counts={count.key: count for count in counted.products[Facet.CATEGORY]},
            none_counted=ProductCount("", 0, 0, 0),
            on=today,
            shows_synthetic=catalogue.shows_synthetic(connection),
        )


def _shown(
    request: PageRequest,
    database: Database,
    search_engine: SearchEngine,
    counter: Counter,
    key: str,
) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        sheet = categories.get_category(connection, key)
        names = names_of(connection, on=today)
    counted = counter.counted(today)
    adopted = SearchQuery(
        categories=frozenset({key}),
        adopted_on=today,
        sort=Sort.STAR,
        limit=_SHOWN,
        facets=(),
    )
    every = SearchQuery(
        categories=frozenset({key}),
        limit=1,
        facets=(Facet.STAR, Facet.COMPANY),
        facet_limit=_COMPANIES,
    )
    all_products = search_products(database, search_engine, every).page
    makers = [each.key for each in all_products.facets.get(Facet.COMPANY, ())]
    with database.reading() as connection:
        companies = catalogue.companies_by_keys(connection, makers)
    found = search_products(database, search_engine, adopted).page
    return page(
        request,
        "categories/show.html",
        sheet=sheet,
        names=names,
        aliases=aliases().get(key, ()),
        count=_count(counted, key),
        declared=_declared(counted, key),
        stars=all_products.facets.get(Facet.STAR, ()),
        makers=all_products.facets.get(Facet.COMPANY, ()),
        companies=companies,
        adopted=found,
        day_now=today.isoformat(),
        found_more=found.total > len(found.hits),
        on=day_number(today),
        shows_synthetic=any(hit.document.synthetic for hit in (*found.hits, *all_products.hits)),
    )


def _count(counted: Counted, key: str) -> ProductCount:
    counts = counted.products[Facet.CATEGORY]
    return next((each for each in counts if each.key == key), ProductCount(key, 0, 0, 0))


def _declared(counted: Counted, key: str) -> DeclaredCategory | None:
    return next((each for each in counted.declared if each.category == key), None)


class _Named(msgspec.Struct, frozen=True):
    key: str
    aliases: tuple[str, ...] = ()


@cache
def aliases() -> dict[str, tuple[str, ...]]:
    """Return the other names of each category, as the catalogues that ship with us state them."""
    found = {}
    for path in files("taxonomy"):
        for each in msgspec.convert(read_toml(path).get("categories", []), list[_Named]):
            found[each.key] = each.aliases
    return found
