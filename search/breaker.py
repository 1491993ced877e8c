"""A search engine that is not asked again and again while it cannot answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from catalog.errors import SearchTrouble, SearchUnavailableError
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.query import SearchPage, SearchQuery

_PAUSE_S = 1.0
_LONGEST_S = 30.0
_PAUSES_PER_WAIT = 10


class Breaker:
    """A SearchEngine that stands before another.

    When the other fails to answer, questions are refused at once for a while: a second, or ten
    times as long as the failure took, so that an engine that lets people wait is tried less often.
    Then one question is let through; if it is answered, all are. Writes always pass.
    """

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._trouble: SearchTrouble | None = None
        self._retry_at = 0.0

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query."""
        with self._asking():
            return self._engine.search(query)

    def matches(self, query: SearchQuery) -> tuple[int, ...]:
        """Return the ids of all hits."""
        with self._asking():
            return self._engine.matches(query)

    def count(self) -> int:
        """Return how many documents there are."""
        with self._asking():
            return self._engine.count()

    def ids(self) -> frozenset[int]:
        """Return the ids of all documents."""
        with self._asking():
            return self._engine.ids()

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        """Add or replace documents by id."""
        self._engine.upsert(documents)
        self._try_soon()

    def delete(self, ids: Iterable[int]) -> None:
        """Forget documents."""
        self._engine.delete(ids)
        self._try_soon()

    @contextmanager
    def rebuilding(self) -> Iterator[SearchEngine]:
        """Yield an empty engine that takes the other's place when the block ends well."""
        with self._engine.rebuilding() as fresh:
            yield fresh
        self._try_soon()

    def release(self) -> None:
        """Let another process write."""
        self._engine.release()

    def close(self) -> None:
        """Release files and threads."""
        self._engine.close()

    def _try_soon(self) -> None:
        """Let the next question through: an engine that writes may well answer."""
        self._retry_at = 0.0

    @contextmanager
    def _asking(self) -> Iterator[None]:
        began = time.monotonic()
        with self._lock:
            if self._trouble is not None:
                if began < self._retry_at:
                    raise SearchUnavailableError(trouble=self._trouble)
                self._retry_at = began + _LONGEST_S  # While this one tries, the others don't wait.
        try:
            yield
        except SearchUnavailableError as error:
            now = time.monotonic()
            with self._lock:
                self._trouble = error.trouble
                pause = max(_PAUSE_S, _PAUSES_PER_WAIT * (now - began))
                self._retry_at = now + min(pause, _LONGEST_S)
            raise
        self._trouble = None
