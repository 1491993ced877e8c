"""Search for the doors: the engine's answer, or the database's with a notice."""

from __future__ import annotations

import msgspec

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.repositories import outbox
from search import plain
from search import plan as plans
from search.corrections import did_you_mean
from search.engine import SearchEngine
from search.query import SearchPage, SearchQuery
from search.sync import is_unfilled


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of hits.

    ``is_degraded`` tells that the index was away or not yet built and the database answered;
    ``index_backlog`` counts the changes that the index has yet to learn. ``did_you_mean`` holds
    words that find something, where these find nothing as typed.
    """

    page: SearchPage
    is_degraded: bool
    index_backlog: int
    did_you_mean: tuple[str, ...]


def search_products(database: Database, engine: SearchEngine, query: SearchQuery) -> SearchAnswer:
    """Answer a query, by the database's plain means if the index cannot."""
    try:
        page, is_degraded = engine.search(query), False
        if page.total == 0 and is_unfilled(database, engine):
            page, is_degraded = plain.search(database, query), True
        meant = () if is_degraded else did_you_mean(engine, query, page)
    except SearchUnavailableError:
        page, is_degraded, meant = plain.search(database, query), True, ()
    return SearchAnswer(
        page=page,
        is_degraded=is_degraded,
        index_backlog=index_backlog(database),
        did_you_mean=meant,
    )


def warm_up() -> None:
    """Read what searches need to know of words and sounds, so that the first need not wait."""
    plans.rungs(plans.read("没有这样的词 lvse"))  # No term of the trade, so it is cut and heard.


def index_backlog(database: Database) -> int:
    """Return how many changes the index has yet to learn."""
    with database.reading() as connection:
        return outbox.waiting(connection)
