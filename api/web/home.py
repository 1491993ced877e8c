"""The front page: what this is, where to begin, and how a figure comes about."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.parameters import day_or_today
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.services import catalogue, projects
from search.engine import SearchEngine
from search.query import Facet, SearchQuery
from search.service import search_products

EXAMPLES = ("商砼 C30", "SBS 防水卷材", "断桥铝 门窗", "岩棉板", "PPR dn25")


class HomePages(Controller):
    """The front page."""

    @get(name="home", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
    ) -> Template:
        """Show the front page."""
        query = SearchQuery(limit=1, facets=(Facet.GROUP, Facet.STAR))
        found = search_products(database, search_engine, query).page
        with database.reading() as connection:
            return page(
                request,
                "home.html",
                products=catalogue.count_products(connection),
                projects=projects.browse_projects(
                    connection, words=None, division=None, limit=1, offset=0
                ).total,
                categories=len(catalogue.categories(connection)),
                names=names_of(connection, on=day_or_today(None)),
                groups=found.facets.get(Facet.GROUP, ()),
                stars=sorted(found.facets.get(Facet.STAR, ()), key=lambda star: star.key),
                examples=EXAMPLES,
                shows_synthetic=any(hit.document.synthetic for hit in found.hits)
                or catalogue.shows_synthetic(connection),
            )
