"""Exact facet counts from tantivy's aggregations."""

from __future__ import annotations

from typing import Any

import tantivy

from catalog.rules.standing import Standing
from search.engines.tantivy_index import facet_field, hit_count
from search.engines.tantivy_queries import filters, has_value, unranked
from search.query import Facet, FacetCount, SearchQuery

_ALL_VALUES = 10_000_000
"""Each segment must hand over all its values: cut short, sums over segments would be too small."""

_MOST_VALUES = 10_000
"""More at a time would pass the 65,000 values that tantivy agrees to hand out in one answer."""

Counts = dict[Facet, tuple[FacetCount, ...]]


def facet_counts(
    searcher: tantivy.Searcher, query: SearchQuery, meaning: tantivy.Query | None
) -> Counts:
    """Return the counts that the query asks for, each under all filters but the facet's own."""
    limit = min(query.facet_limit, _MOST_VALUES)
    listed_alone = {Facet.ADOPTION, *(facet for facet in query.facets if query.chosen(facet))}
    free = [facet for facet in query.facets if facet not in listed_alone]
    counts = _counted(searcher, _asked(query, meaning), free, limit)
    for facet in query.facets:
        if facet in free:
            continue
        asked = _asked(query, meaning, without=facet)
        if facet is Facet.ADOPTION:
            listed = _standings(searcher, asked, query)[: max(limit, 0)]
        else:
            listed = _counted(searcher, asked, [facet], limit)[facet]
        missing = query.chosen(facet) - {value.key for value in listed}
        chosen = (_counted_alone(searcher, asked, query, facet, key) for key in sorted(missing))
        counts[facet] = (*listed, *chosen)
    return {facet: counts[facet] for facet in query.facets}


def _asked(
    query: SearchQuery, meaning: tantivy.Query | None, *, without: Facet | None = None
) -> tantivy.Query:
    others = filters(query, without=without)
    return unranked([meaning, *others] if meaning else others)


def _counted(
    searcher: tantivy.Searcher, asked: tantivy.Query, facets: list[Facet], limit: int
) -> Counts:
    if not facets or limit < 1:
        return dict.fromkeys(facets, ())
    answer = searcher.aggregate(asked, {facet.value: _terms(facet, limit) for facet in facets})
    return {facet: _sorted(answer[facet.value]["buckets"]) for facet in facets}


def _terms(facet: Facet, limit: int) -> dict[str, Any]:
    return {
        "terms": {"field": facet_field(facet), "size": limit, "segment_size": _ALL_VALUES},
    }


def _sorted(buckets: list[dict[str, Any]]) -> tuple[FacetCount, ...]:
    counts = (FacetCount(bucket["key"], int(bucket["doc_count"])) for bucket in buckets)
    return tuple(sorted(counts, key=lambda value: (-value.count, value.key)))


def _standings(
    searcher: tantivy.Searcher, asked: tantivy.Query, query: SearchQuery
) -> tuple[FacetCount, ...]:
    """Return how many products stand so on the day, of each standing that any has."""
    if query.adoption_on is None:
        return ()
    counted = (
        _counted_alone(searcher, asked, query, Facet.ADOPTION, each.value) for each in Standing
    )
    found = (each for each in counted if each.count)
    return tuple(sorted(found, key=lambda value: (-value.count, value.key)))


def _counted_alone(
    searcher: tantivy.Searcher, asked: tantivy.Query, query: SearchQuery, facet: Facet, key: str
) -> FacetCount:
    found = searcher.search(unranked([asked, has_value(query, facet, key)]), limit=1, count=True)
    return FacetCount(key, hit_count(found))
