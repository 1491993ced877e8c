"""The second engine: a Meilisearch server that somebody else runs."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import msgspec

from catalog.errors import SearchTrouble, SearchUnavailableError
from search import plan as plans
from search.documents import ProductDocument
from search.engines import meilisearch_filters as filters
from search.engines.meilisearch_expressions import EVERYTHING, all_of
from search.engines.meilisearch_index import (
    MENDED,
    MOST_VALUES,
    PRIMARY_KEY,
    index_document,
    product_document,
    removed,
    settings,
    stamped,
)
from search.engines.meilisearch_reading import (
    EVERY_PRODUCT,
    Counts,
    FacetQuestions,
    Reading,
    counting,
    fetching,
    in_order,
    listing,
)
from search.engines.meilisearch_server import Server
from search.highlight import hit, marker
from search.plan import Plan
from search.query import SearchPage, SearchQuery, Sort, Tier

_TRIES = 8
_TASKS_AHEAD = 2
_PAYLOAD_BYTES = 64_000_000  # A server takes 100 MB at once unless it was told otherwise.


class _Climbed(msgspec.Struct, frozen=True):
    """The way in which the words were taken, and what its first answers say.

    Hits come in groups, the best first; each has a filter and a number of hits.
    """

    tier: Tier
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    total: int
    facets: Counts
    has_exact_counts: bool

    def windows(self, offset: int, limit: int) -> Iterator[tuple[str, int, int]]:
        """Yield, of each group that a window of all hits touches, its filter, offset and limit."""
        for group, size in zip(self.groups, self.sizes, strict=True):
            if limit > 0 and offset < size:
                taken = min(size - offset, limit)
                yield group, offset, taken
                limit -= taken
            offset = max(offset - size, 0)


class MeilisearchEngine:
    """A SearchEngine on a server, under the name of an index.

    Any number of processes may search and write; writes take their turns. One call of ``upsert``
    is seen as a whole up to some 20,000 documents.
    """

    def __init__(self, server: Server, index: str, *, tasks_ahead: int = 0) -> None:
        self._server = server
        self._index = index
        self._tasks_ahead = tasks_ahead
        self._tasks: deque[int] = deque()
        # A server that is away, or a key that may only search, is no reason not to start.
        with suppress(SearchUnavailableError):
            self._prepare()

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        """Add or replace documents by id."""
        latest = {document.id: document for document in documents}
        if not latest:
            return
        self._prepare()
        self._write(map(index_document, latest.values()))

    def delete(self, ids: Iterable[int]) -> None:
        """Forget documents."""
        unwanted = list(dict.fromkeys(ids))
        if not unwanted:
            return
        self._prepare()
        # Deleting is a task without a stamp, so what is found by nothing goes first.
        self._write(map(removed, unwanted))
        path = f"/indexes/{self._index}/documents/delete-batch"
        self._server.finish(self._server.start("POST", path, unwanted))

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query."""
        plan = plans.read(query.words)
        for reading in self._readings():
            climbed = self._climbed(reading, query, plan)
            windows = climbed.windows(max(query.offset, 0), max(query.limit, 0))
            asked = [fetching(*window, query.sort) for window in windows]
            found = [hit for part in reading.ask(asked) for hit in part.hits] if asked else []
            if reading.is_of_one_state:
                break
        marks = marker(plan, climbed.tier)
        return SearchPage(
            hits=tuple(hit(product_document(stored.document), marks) for stored in found),
            total=climbed.total,
            facets=climbed.facets,
            tier=climbed.tier,
            has_exact_counts=climbed.has_exact_counts,
        )

    def matches(self, query: SearchQuery) -> tuple[int, ...]:
        """Return the ids of all hits in order."""
        plan = plans.read(query.words)
        unfaceted = msgspec.structs.replace(query, facets=())
        for reading in self._readings():
            groups = self._climbed(reading, unfaceted, plan).groups
            asked = [listing(group, query.sort) for group in groups]
            parts = reading.ask(asked, is_long=True)
            if reading.is_of_one_state:
                break
        return tuple(number for part in parts for number in in_order(part.hits, query.sort))

    def count(self) -> int:
        """Return how many documents there are."""
        reading = next(self._readings())
        (found,) = reading.ask([EVERY_PRODUCT])
        return found.total_hits

    def ids(self) -> frozenset[int]:
        """Return the ids of all documents."""
        every = listing(EVERYTHING, Sort.RELEVANCE)
        reading = next(self._readings())
        (found,) = reading.ask([every], is_long=True)
        return frozenset(hit.id for hit in found.hits)

    @contextmanager
    def rebuilding(self) -> Iterator[MeilisearchEngine]:
        """Yield an empty engine that takes this one's place when the block ends well."""
        for abandoned in self._server.indexes():
            if abandoned.startswith(f"{self._index}-"):
                self._drop(abandoned)
        fresh = f"{self._index}-{secrets.token_hex(6)}"
        self._server.create(fresh, PRIMARY_KEY, settings())
        try:
            # Documents are cut into terms here while the server takes in those before them.
            filling = MeilisearchEngine(self._server, fresh, tasks_ahead=_TASKS_AHEAD)
            yield filling
            filling._finish()
            self._prepare()
            exchange = [{"indexes": [self._index, fresh]}]
            self._server.finish(self._server.start("POST", "/swap-indexes", exchange))
        finally:
            with suppress(SearchUnavailableError):  # Else the next rebuild sweeps it up.
                self._drop(fresh)

    def release(self) -> None:
        """Do nothing: writers take their turns at the server."""

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _readings(self) -> Iterator[Reading]:
        """Yield readings until one is of one state.

        Raises:
            SearchUnavailableError: Others write so often that none is.
        """
        if self._tasks_ahead:
            self._finish()  # Whoever asks while filling sees all that was sent.
        for _ in range(_TRIES):
            yield Reading(self._server, self._index)
        raise SearchUnavailableError(trouble=SearchTrouble.TIME_OUT)

    def _climbed(self, reading: Reading, query: SearchQuery, plan: Plan) -> _Climbed:
        """Take the words more and more loosely, until something holds them."""
        others = filters.filters(query)
        for tier in plans.rungs(plan):
            slips, is_all = self._slips(plan) if tier is Tier.RELAXED else ({}, True)
            means = filters.meaning(plan, tier, slips)
            holds = all_of([*means, *others])
            is_ranked = query.sort is Sort.RELEVANCE
            better = filters.preferences(plan, tier, slips) if is_ranked else []
            groups, rest = filters.in_groups(holds, better)
            facets = FacetQuestions(query, means)
            main, whole, *answers = reading.ask(
                [
                    counting(holds, facets.free),
                    counting(all_of(means)),
                    *map(counting, groups),
                    *facets.first(),
                ]
            )
            if whole.total_hits:
                break
        sizes = [found.total_hits for found in answers[: len(groups)]]
        return _Climbed(
            tier=tier if whole.total_hits else Tier.EXACT,
            groups=(*groups, rest),
            sizes=(*sizes, main.total_hits - sum(sizes)),
            total=main.total_hits,
            facets=facets.counts(reading, main, answers[len(groups) :]),
            has_exact_counts=is_all,
        )

    def _slips(self, plan: Plan) -> tuple[dict[str, list[str]], bool]:
        """Return what each text may be with a slip, and whether that is all that it may be."""
        slips: dict[str, list[str]] = {}
        is_all = True
        for text in filters.texts_to_mend(plan):
            values = self._server.values_like(self._index, MENDED, text)
            is_all = is_all and len(values) < MOST_VALUES
            slips[text] = filters.nearest(text, values)
        return slips, is_all

    def _prepare(self) -> None:
        """Make the index unless it is there."""
        if not self._server.has(self._index):
            self._server.create(self._index, PRIMARY_KEY, settings())

    def _write(self, documents: Iterable[dict[str, Any]]) -> None:
        """Send documents and a new stamp; they are visible when this returns."""
        lines: list[bytes] = []
        size = 0
        for document in chain(documents, [stamped(secrets.token_hex(8))]):
            lines.append(_JSON.encode(document))
            size += len(lines[-1])
            if size > _PAYLOAD_BYTES:
                self._tasks.append(self._server.add(self._index, b"\n".join(lines)))
                lines, size = [], 0
        if lines:
            self._tasks.append(self._server.add(self._index, b"\n".join(lines)))
        self._finish(self._tasks_ahead)

    def _finish(self, but: int = 0) -> None:
        """Wait until what was sent is visible, but for the last few tasks."""
        while len(self._tasks) > but:
            self._server.finish(self._tasks.popleft())

    def _drop(self, index: str) -> None:
        task = self._server.start("DELETE", f"/indexes/{index}")
        self._server.finish(task, forgiven="index_not_found")


_JSON = msgspec.json.Encoder()
