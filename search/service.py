"""Search for the doors: the engine's answer, or the database's with a notice."""

from __future__ import annotations

import msgspec

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.repositories import fallback, outbox
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.highlight import Piece
from search.projection import product_document
from search.query import Hit, SearchPage, SearchQuery, Tier


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits.

    ``is_degraded`` tells that the index was away and names were compared; ``index_backlog`` counts
    the changes that the index has yet to learn.
    """

    page: SearchPage
    is_degraded: bool
    index_backlog: int


def search_products(database: Database, engine: SearchEngine, query: SearchQuery) -> SearchAnswer:
    """Answer a query, by the database's plain means if the index cannot."""
    try:
        page, is_degraded = engine.search(query), False
    except SearchUnavailableError:
        page, is_degraded = _by_name(database, query), True
    return SearchAnswer(page=page, is_degraded=is_degraded, index_backlog=index_backlog(database))


def _by_name(database: Database, query: SearchQuery) -> SearchPage:
    """Find products by parts of their names.

    Raises:
        SearchUnavailableError: The query has a filter that only the index can keep.
    """
    if query.groups or query.stars or query.bodies or query.valid_on:
        raise SearchUnavailableError
    with database.reading() as connection:
        products, total = fallback.products_named(
            connection,
            words=query.words,
            categories=query.categories,
            divisions=query.divisions,
            companies=query.companies,
            limit=query.limit,
            offset=query.offset,
        )
    hits = tuple(_hit(product_document(product)) for product in products)
    return SearchPage(hits=hits, total=total, facets={}, tier=Tier.EXACT)


def _hit(document: ProductDocument) -> Hit:
    return Hit(document=document, name=(Piece(document.name, False),))


def index_backlog(database: Database) -> int:
    """Return how many changes the index has yet to learn."""
    with database.reading() as connection:
        return outbox.waiting(connection)
