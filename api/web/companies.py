"""The page of a company."""

from __future__ import annotations

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.searching import day_number
from catalog.db import Database
from catalog.services import catalogue, companies
from search.engine import SearchEngine
from search.query import SearchQuery
from search.service import search_products

_SHOWN = 10


class CompanyPages(Controller):
    """Read about companies."""

    path = "/companies"

    @get("/{key:str}", name="companies:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        key: KeyInPath,
    ) -> Template:
        """Show one company: its products, papers, adoptions and spot checks."""
        today = day_or_today(None)
        with database.reading() as connection:
            company = catalogue.get_company(connection, key)
            names = names_of(connection, on=today)
            sheet = companies.company_sheet(connection, key, on=today)
        query = SearchQuery(companies=frozenset({key}), limit=_SHOWN, facets=())
        found, certified, adopted = (
            search_products(database, search_engine, asked).page
            for asked in (
                query,
                msgspec.structs.replace(query, valid_on=today, limit=1),
                msgspec.structs.replace(query, adopted_on=today, limit=1),
            )
        )
        return page(
            request,
            "companies/show.html",
            company=company,
            names=names,
            sheet=sheet,
            found=found,
            certified=certified.total,
            adopted=adopted.total,
            today=today,
            on=day_number(today),
            shows_synthetic=company.is_synthetic
            or any(hit.document.synthetic for hit in found.hits),
        )
