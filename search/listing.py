"""Everything that a search finds, in order, read from the database a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.repositories import documents
from catalog.views.searchable import SearchableProduct
from search import plain
from search.engine import SearchEngine
from search.query import SearchQuery, Tier
from search.sync import is_unfilled

_PIECE = 500


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of all that a query finds, in the order of its hits."""

    ids: Sequence[int]
    tier: Tier
    is_degraded: bool


def list_matches(database: Database, engine: SearchEngine, query: SearchQuery) -> Listing:
    """Return all that a query finds, by the database's plain means if the index cannot tell.

    The index cannot tell while it is away, and before it is built.
    """
    try:
        page = engine.search(_glance(query))
        if page.total or not is_unfilled(database, engine):
            return Listing(ids=engine.matches(query), tier=page.tier, is_degraded=False)
    except SearchUnavailableError:
        pass  # As if it were not built.
    return Listing(ids=plain.matches(database, query), tier=Tier.EXACT, is_degraded=True)


def count_matches(database: Database, engine: SearchEngine, query: SearchQuery) -> int | None:
    """Return how many products hold the query as typed; None while the index cannot tell.

    What the database finds by itself may differ a little, so it is not compared with.
    """
    try:
        page = engine.search(_glance(query))
        if not page.total and is_unfilled(database, engine):
            return None
        if page.tier is not Tier.EXACT:
            return 0
        return page.total if page.has_exact_counts else len(engine.matches(query))
    except SearchUnavailableError:
        return None


def _glance(query: SearchQuery) -> SearchQuery:
    return msgspec.structs.replace(query, limit=1, offset=0, facets=())


def products(database: Database, ids: Sequence[int]) -> Iterator[list[SearchableProduct]]:
    """Yield the products in pieces, in the order of the ids; what was withdrawn is left out.

    Between two pieces no connection is held: the pieces may be asked for by different threads.
    """
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        with database.reading() as connection:
            found = {product.id: product for product in documents.by_ids(connection, piece)}
        yield [found[i] for i in piece if i in found]
