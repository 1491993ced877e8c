"""Where a reader can go from a search that found nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from api.web.names import Names
from api.web.searching import Asked
from search.corrections import nearest_categories
from search.query import Facet, FacetCount, SearchPage, SearchQuery

Search = Callable[[SearchQuery], SearchPage | None]
"""Answers a query, or says None where to ask so much would take too long."""


class WayOut(msgspec.Struct, frozen=True):
    """A wider search, what it drops, and how many products it would bring, if that is known."""

    dropped: str
    asked: Asked
    total: int | None


def ways_out(asked: Asked, search: Search) -> list[WayOut]:
    """Return the wider searches that would bring something, the least changed first."""
    found = []
    for dropped, wider in _wider(asked):
        page = search(msgspec.structs.replace(wider.query(), limit=1, facets=()))
        if page is None or page.total:
            found.append(WayOut(dropped, wider, page.total if page else None))
    return found


def nearest_choices(asked: Asked, names: Names, search: Search) -> list[FacetCount]:
    """Return the categories whose names are most like the words, with what each holds."""
    page = search(SearchQuery(limit=1, facets=(Facet.CATEGORY,))) if asked.q else None
    if page is None:
        return []
    counts = {count.key: count for count in page.facets[Facet.CATEGORY]}
    near = nearest_categories(asked.q, names.categories)
    return [counts[key] for key in near if key in counts]


def _wider(asked: Asked) -> Iterator[tuple[str, Asked]]:
    first = msgspec.structs.replace(asked, page=1)
    chosen = [facet for facet in Facet if asked.chosen[facet]]
    for facet in chosen:
        yield facet.value, first.without_any(facet)
    if asked.valid_on:
        yield "day", first.on_any_day()
    if asked.adopted_on:
        yield "adoption", first.adopted_any_day()
    if len(chosen) + bool(asked.valid_on) + bool(asked.adopted_on) > 1 and asked.q:
        yield "filters", first.unfiltered()
    if asked.q and asked.is_filtered:
        yield "words", first.saying("")
