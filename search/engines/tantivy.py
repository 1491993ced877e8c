"""The embedded engine: a tantivy index in a folder that survives, or in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

import msgspec
import tantivy

from catalog.errors import SearchUnavailableError
from search import plan as plans
from search.documents import ProductDocument
from search.engines import tantivy_queries as queries
from search.engines.tantivy_facets import facet_counts
from search.engines.tantivy_folder import IndexFolder
from search.engines.tantivy_index import HEAD, ORDERS, hit_count, product_document
from search.engines.tantivy_scoring import ranked
from search.engines.tantivy_store import ENGINE_ERRORS, Store
from search.engines.tantivy_window import Window, by_field, by_score
from search.highlight import hit, marker
from search.query import SearchPage, SearchQuery, Sort, Tier

_KEPT_PAGES, _LONGEST_KEPT = 512, 50


class TantivyEngine:
    """A SearchEngine in this process.

    Any number of processes may open one folder to search; one at a time may write to it, and the
    others see what it commits with their next search.
    """

    def __init__(self, data_folder: Path | None, *, store: Store | None = None) -> None:
        self._folder = IndexFolder(data_folder) if data_folder else None
        self._opening = Lock()
        self._kept = lru_cache(maxsize=_KEPT_PAGES)(self._answered)
        self._seen: tuple[int, int] | None = None
        with _unavailable():
            self._store = store or (self._opened() if self._folder else Store(None))

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        """Add or replace documents by id."""
        with _unavailable():
            store = self._current()
        store.replace(documents)

    def delete(self, ids: Iterable[int]) -> None:
        """Forget documents."""
        with _unavailable():
            store = self._current()
        store.remove(ids)

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query; the latest pages are kept for as long as the index stays as it is."""
        if query.limit > _LONGEST_KEPT:
            return self._answered(None, query)
        with _unavailable():
            shown = self._shown()
        return self._kept(shown, query)

    def _answered(self, _: object, query: SearchQuery) -> SearchPage:
        plan = plans.read(query.words)
        with _unavailable():
            searcher = self._snapshot()
            tier, meaning, found = _climbed(searcher, query, plan)
            documents = [product_document(searcher.doc(at)) for at in found.addresses]
            facets = facet_counts(searcher, query, meaning)
        marks = marker(plan, tier)
        return SearchPage(
            hits=tuple(hit(document, marks) for document in documents),
            total=found.total,
            facets=facets,
            tier=tier,
            has_exact_counts=True,
        )

    def matches(self, query: SearchQuery) -> tuple[int, ...]:
        """Return the ids of all hits in order."""
        with _unavailable():
            searcher = self._snapshot()
            everything = msgspec.structs.replace(query, offset=0, limit=searcher.num_docs)
            _, _, found = _climbed(searcher, everything, plans.read(query.words))
            values = searcher.fast_field_values("id", list(found.addresses))
        return tuple(int(value) for value in values if value is not None)

    def count(self) -> int:
        """Return how many documents there are."""
        with _unavailable():
            return self._snapshot().num_docs

    def ids(self) -> frozenset[int]:
        """Return the ids of all documents."""
        with _unavailable():
            searcher = self._snapshot()
            everything = max(searcher.num_docs, 1)
            found = searcher.search(tantivy.Query.all_query(), limit=everything, count=False)
            values = searcher.fast_field_values("id", [address for _, address in found.hits])
        return frozenset(int(value) for value in values if value is not None)

    @contextmanager
    def rebuilding(self) -> Iterator[TantivyEngine]:
        """Yield an empty engine that takes this one's place when the block ends well.

        What is written to it is seen from then on.
        """
        if self._folder is None:
            fresh = TantivyEngine(None)
            yield fresh
            self._store, old = fresh._store, self._store
            old.close()
            return
        with _unavailable():
            self._folder.discard_abandoned()
            path = self._folder.new()
            fresh = TantivyEngine(None, store=Store(path, is_being_filled=True))
        try:
            yield fresh
            with _unavailable():
                fresh._store.finish()
                fresh.close()
                old_path = self._folder.current()
                self._folder.make_current(path)
        except BaseException:
            fresh.close()
            self._folder.discard(path)
            raise
        self._current()  # Opens the new one and lets go of the old before its files are removed.
        self._folder.discard(old_path)

    def release(self) -> None:
        """Free the writer and its lock; the next write takes them again."""
        self._store.release()

    def close(self) -> None:
        """Release the writer and its lock."""
        with _unavailable():
            self._store.close()

    def _shown(self) -> object:
        try:
            return self._current().shown()
        except OSError:
            return self._current().shown()  # As below.

    def _snapshot(self) -> tantivy.Searcher:
        """Return one state of the index, which everything in an answer is taken from."""
        try:
            return self._current().searcher()
        except OSError:
            # Between finding the folder and reading it, a rebuild may have taken its place.
            return self._current().searcher()

    def _current(self) -> Store:
        """Return the index that the pointer names; it may have changed since the last time."""
        if self._folder is None or self._folder.state() == self._seen:
            return self._store
        with self._opening:
            if self._folder.state() != self._seen:
                old, self._store = self._store, self._opened()
                old.close()
            return self._store

    def _opened(self) -> Store:
        assert self._folder is not None  # noqa: S101  # Only asked of an engine with a folder.
        while True:
            path = self._folder.current()
            seen = self._folder.state()
            store = Store(path)
            # If the pointer moved meanwhile, what was opened may be a folder being removed.
            if self._folder.state() == seen and self._folder.current() == path:
                self._seen = seen
                return store


def _climbed(
    searcher: tantivy.Searcher, query: SearchQuery, plan: plans.Plan
) -> tuple[Tier, tantivy.Query | None, Window]:
    """Take the words as loosely as it needs for anything at all to match."""
    for tier in plans.rungs(plan):
        for meaning in queries.meanings(plan, tier):
            found = _found(searcher, query, plan, tier, meaning)
            if found.total or meaning is None or not _is_empty(searcher, query, meaning):
                return tier, meaning, found
    return Tier.EXACT, next(queries.meanings(plan, Tier.EXACT)), Window((), 0)


def _found(
    searcher: tantivy.Searcher,
    query: SearchQuery,
    plan: plans.Plan,
    tier: Tier,
    meaning: tantivy.Query | None,
) -> Window:
    others = queries.filters(query)
    holds = queries.unranked([meaning, *others] if meaning else others)
    offset, limit = max(query.offset, 0), max(query.limit, 0)
    if plan.units and query.sort is Sort.RELEVANCE:
        scored = ranked(holds, plan, tier)
        return by_score(searcher, holds, scored, offset=offset, limit=limit)
    field = HEAD if query.sort is Sort.RELEVANCE else ORDERS[query.sort]
    return by_field(searcher, holds, field=field, offset=offset, limit=limit)


def _is_empty(searcher: tantivy.Searcher, query: SearchQuery, meaning: tantivy.Query) -> bool:
    """Tell whether nothing holds a meaning that nothing holds together with the filters."""
    if not queries.filters(query):
        return True
    return hit_count(searcher.search(meaning, limit=1)) == 0


@contextmanager
def _unavailable() -> Iterator[None]:
    """Turn what tantivy raises into what the contract promises."""
    try:
        yield
    except ENGINE_ERRORS as error:
        raise SearchUnavailableError from error
