"""A window of hits in a total order: the engine's order, and ties by the product's key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import tantivy

from search.engines.tantivy_index import HEAD, hit_count, product_document, schema

_NARROW = 16
"""How far beyond the window to look for equals at first."""

_FEW_HITS = 2000
"""So many are fetched as quickly as a part of them is found out."""

_FIRST_STRETCH, _MOST_STRETCH = 128, 8192
"""How many hits in order of key to score at first, and the most before scoring them all."""

_SAME = 4e-6
"""Equal documents may differ in the last bits of their scores: these depend on the order in which
their parts were added up. This is the share by which scores may differ and still be equal."""

Hits = list[tuple[float, tantivy.DocAddress]]


class _Asked(NamedTuple):
    """What holds, and what holds with its score."""

    searcher: tantivy.Searcher
    holds: tantivy.Query
    ranked: tantivy.Query


class Window(NamedTuple):
    """The addresses of the hits asked for, and how many hits there are in all."""

    addresses: Sequence[tantivy.DocAddress]
    total: int


def by_field(
    searcher: tantivy.Searcher, holds: tantivy.Query, *, field: str, offset: int, limit: int
) -> Window:
    """Return the hits from ``offset`` on in ascending order of a field, ties by key.

    Few documents have equal values, so the window is widened until it holds all of them.
    """
    start, end, width = offset, offset + limit, _NARROW
    while True:
        low, high = max(start - width, 0), min(end + width, searcher.num_docs)
        found = searcher.search(
            holds,
            limit=max(high - low, 1),
            offset=low,
            order_by_field=field,
            order=tantivy.Order.Asc,
        )
        hits, total = found.hits, hit_count(found)
        end = min(end, total)
        if start >= end:
            return Window((), total)
        starts_whole = low == 0 or hits[0][0] != hits[start - low][0]
        ends_whole = low + len(hits) >= total or hits[-1][0] != hits[end - 1 - low][0]
        if starts_whole and ends_whole:
            break
        width *= 32
    groups = (list(group) for _, group in groupby(hits, key=lambda hit: hit[0]))
    return Window(_cut_out(searcher, groups, start - low, end - low), total)


def by_score(
    searcher: tantivy.Searcher,
    holds: tantivy.Query,
    ranked: tantivy.Query,
    *,
    offset: int,
    limit: int,
) -> Window:
    """Return the hits from ``offset`` on, those with the highest score first, ties by key.

    tantivy breaks ties by where a document happens to lie. So groups of equals are put in order
    here; of a large group that goes beyond the window only as much is looked at as it needs.
    """
    everything = searcher.num_docs
    wanted = max(min(offset + limit + _NARROW, everything), 1)
    found = searcher.search(ranked, limit=wanted)
    total = hit_count(found)
    end = min(offset + limit, total)
    if offset >= end:
        return Window((), total)
    groups = _equals(found.hits)
    if len(found.hits) < total:
        last = groups.pop()
        before = len(found.hits) - len(last)
        if before < end:
            score = last[-1][0]
            asked = _Asked(searcher, holds, ranked)
            groups.append(_first_equals(asked, score, needed=end - before, total=total))
    return Window(_cut_out(searcher, groups, offset, end), total)


def _first_equals(asked: _Asked, score: float, *, needed: int, total: int) -> Hits:
    """Return hits with a score, at least as many as are needed of those with the first keys.

    Hits are taken in order of their keys, and scored, until there are enough.
    """
    searcher, holds, ranked = asked
    stretch = max(_FIRST_STRETCH, 4 * needed)
    while stretch < min(total, _MOST_STRETCH) and total > _FEW_HITS:
        ordered = searcher.search(
            holds,
            limit=1,
            offset=stretch - 1,
            count=False,
            order_by_field=HEAD,
            order=tantivy.Order.Asc,
        )
        both = [ranked, _up_to(int(ordered.hits[0][0]))]
        found = searcher.search(
            tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in both]),
            limit=_MOST_STRETCH,
        )
        same = _of_score(found.hits, score)
        if len(same) >= needed and hit_count(found) == len(found.hits):
            return same
        # Where equals are few among the hits, they are all among the next ones by score.
        next_hits = searcher.search(ranked, limit=4 * stretch, count=False).hits
        same = _of_score(next_hits, score)
        if same[-1] != next_hits[-1]:
            return same
        stretch *= 8
    return _of_score(searcher.search(ranked, limit=total).hits, score)


def _up_to(head: int) -> tantivy.Query:
    kind = tantivy.FieldType.Integer
    in_range = tantivy.Query.range_query(schema(), HEAD, kind, None, head)
    return tantivy.Query.const_score_query(in_range, 0.0)


def _of_score(hits: Hits, score: float) -> Hits:
    low, high = sorted((score * (1 - _SAME), score * (1 + _SAME)))
    return [hit for hit in hits if low <= hit[0] <= high]


def _are_equal(left: float, right: float) -> bool:
    return abs(left - right) <= _SAME * max(abs(left), abs(right))


def _equals(hits: Hits) -> list[Hits]:
    groups: list[Hits] = []
    for hit in hits:
        if groups and _are_equal(groups[-1][-1][0], hit[0]):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups


def _cut_out(
    searcher: tantivy.Searcher, groups: Iterable[Hits], start: int, end: int
) -> list[tantivy.DocAddress]:
    """Return the places from ``start`` to ``end`` of groups of equals, each in order of keys."""
    addresses: list[tantivy.DocAddress] = []
    at = 0
    for group in groups:
        first, last = max(start - at, 0), min(end - at, len(group))
        if first < last:
            equals = [address for _, address in group]
            addresses += _in_order_of_key(searcher, equals)[first:last]
        at += len(group)
        if at >= end:
            break
    return addresses


def _in_order_of_key(
    searcher: tantivy.Searcher, equals: list[tantivy.DocAddress]
) -> list[tantivy.DocAddress]:
    if len(equals) == 1:
        return equals
    heads = [value or 0 for value in searcher.fast_field_values(HEAD, equals)]
    if len(set(heads)) < len(heads):
        return _in_order_of_long_key(searcher, equals, heads)
    return [equals[at] for at in sorted(range(len(equals)), key=heads.__getitem__)]


def _in_order_of_long_key(
    searcher: tantivy.Searcher, equals: list[tantivy.DocAddress], heads: Sequence[float]
) -> list[tantivy.DocAddress]:
    """Return documents, some of whose keys begin alike, in order of the whole keys."""
    ordered: list[tantivy.DocAddress] = []
    for _, alike in groupby(sorted(range(len(equals)), key=heads.__getitem__), heads.__getitem__):
        same = [equals[at] for at in alike]
        if len(same) > 1:
            same.sort(key=lambda address: product_document(searcher.doc(address)).key)
        ordered += same
    return ordered
