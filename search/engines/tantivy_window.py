"""A window of hits in a total order: the engine's order, and ties by the product's key."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import tantivy

from search.engines.tantivy_index import HEAD, TAIL, hit_count, product_document

_NARROW, _WIDE = 16, 1000
"""How far beyond the window to look for equals at first, and then before looking everywhere."""

_FEW_HITS = 20_000
"""So many are fetched as quickly as a wide window of them."""

_FEW = 8


class Window(NamedTuple):
    """The addresses of the hits asked for, and how many hits there are in all."""

    addresses: Sequence[tantivy.DocAddress]
    total: int


class _Fetched(NamedTuple):
    """Hits from ``low`` on as tantivy orders them, with ranks that never fall."""

    low: int
    hits: list[tuple[float, tantivy.DocAddress]]
    total: int
    by_score: bool

    def rank(self, at: int) -> int:
        return self.rank_of(self.hits[at - self.low])

    def rank_of(self, hit: tuple[float, tantivy.DocAddress]) -> int:
        # Equal documents may differ in the last bit of their score: it depends on the order in
        # which its parts were added up. So scores are compared to three places.
        return -int(hit[0] * 1000) if self.by_score else int(hit[0])

    def group(self, at: int) -> tuple[int, int]:
        """Return where the equals of the hit at a place start and end."""
        rank = self.rank(at)
        first = bisect_left(self.hits, rank, key=self.rank_of)
        end = bisect_right(self.hits, rank, key=self.rank_of)
        return self.low + first, self.low + end


def window(
    searcher: tantivy.Searcher, query: tantivy.Query, *, order: str | None, offset: int, limit: int
) -> Window:
    """Return the hits from ``offset`` on, by score or by ascending field, ties by key.

    tantivy breaks ties by where a document happens to lie. So the window is widened until it holds
    whole groups of equals at both ends, and these are put in order here.
    """
    everything = searcher.num_docs
    start, end = min(offset, everything), min(offset + limit, everything)
    width = _NARROW
    while True:
        low, high = max(start - width, 0), min(end + width, everything)
        fetched = _fetch(searcher, query, order=order, low=low, high=high)
        end = min(end, fetched.total)
        if start >= end:
            return Window((), fetched.total)
        first, _ = fetched.group(start)
        _, last = fetched.group(end - 1)
        if (first > low or low == 0) and (last < high or last >= fetched.total):
            break
        is_worth_a_step = width == _NARROW and fetched.total > _FEW_HITS
        width = _WIDE if is_worth_a_step else everything
    addresses: list[tantivy.DocAddress] = []
    at = start
    while at < end:
        first, last = fetched.group(at)
        equals = [address for _, address in fetched.hits[first - low : last - low]]
        upto = min(end, last)
        addresses += _in_order_of_key(searcher, equals, at - first, upto - first)
        at = upto
    return Window(addresses, fetched.total)


def _fetch(
    searcher: tantivy.Searcher, query: tantivy.Query, *, order: str | None, low: int, high: int
) -> _Fetched:
    found = searcher.search(
        query,
        limit=max(high - low, 1),
        offset=low,
        count=True,
        order_by_field=order,
        order=tantivy.Order.Desc if order is None else tantivy.Order.Asc,
    )
    return _Fetched(low, found.hits, hit_count(found), order is None)


def _in_order_of_key(
    searcher: tantivy.Searcher, equals: list[tantivy.DocAddress], start: int, end: int
) -> list[tantivy.DocAddress]:
    """Return the equals from a first to a last place in order of their keys."""
    if len(equals) == 1:
        return equals
    heads = [value or 0 for value in searcher.fast_field_values(HEAD, equals)]
    candidates: Sequence[int] = range(len(equals))
    if end * _FEW < len(equals):
        # The first few of many are picked out without sorting the rest.
        largest = heapq.nsmallest(end, heads)[-1]
        candidates = [at for at, head in enumerate(heads) if head <= largest]
    ordered: list[tantivy.DocAddress] = []
    for _, alike in groupby(sorted(candidates, key=heads.__getitem__), key=heads.__getitem__):
        same = [equals[at] for at in alike]
        if len(ordered) < end and len(ordered) + len(same) > start and len(same) > 1:
            same = _in_order_of_long_key(searcher, same)
        ordered += same
    return ordered[start:end]


def _in_order_of_long_key(
    searcher: tantivy.Searcher, equals: list[tantivy.DocAddress]
) -> list[tantivy.DocAddress]:
    """Return documents whose keys begin alike in order of the whole keys."""
    tails = [value or 0 for value in searcher.fast_field_values(TAIL, equals)]
    ordered: list[tantivy.DocAddress] = []
    for _, alike in groupby(sorted(range(len(equals)), key=tails.__getitem__), tails.__getitem__):
        same = [equals[at] for at in alike]
        if len(same) > 1:
            same.sort(key=lambda address: product_document(searcher.doc(address)).key)
        ordered += same
    return ordered
