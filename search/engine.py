"""The contract that every search engine keeps; tests/contract proves it for each."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from search.documents import ProductDocument
from search.query import SearchPage, SearchQuery


class SearchEngine(Protocol):
    """Stores product documents and answers questions about them.

    Searches may run in any number of threads, and beside one writer. Each method raises
    SearchUnavailableError if the engine cannot do its work now; a write that raises has changed
    nothing that a search can see and may be repeated.
    """

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        """Add or replace documents by id, the last of equals wins; visible when this returns."""

    def delete(self, ids: Iterable[int]) -> None:
        """Forget documents; ids it never saw are no error; visible when this returns."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer any query a person can type, best match first, ties in order of key.

        Hits, total and facet counts come from one state of the index. The words are taken more
        loosely (see Tier) only if nothing at all, whatever the filters, holds them as typed.
        """
        ...

    def matches(self, query: SearchQuery) -> tuple[int, ...]:
        """Return the ids of all hits in the order of ``search``, whatever the query's window."""
        ...

    def count(self) -> int:
        """Return how many documents there are."""
        ...

    def ids(self) -> frozenset[int]:
        """Return the ids of all documents, to compare with the database."""
        ...

    def rebuilding(self) -> AbstractContextManager[SearchEngine]:
        """Yield an empty engine; it takes this one's place when the block ends well.

        Until then searches see the old documents, and afterwards only the new: never a mixture and
        never a gap. If the block raises, the new one is thrown away. One at a time; within the
        block the new one takes documents and answers nothing.
        """
        ...

    def release(self) -> None:
        """Let another process write; searches go on, and the next write takes the right again."""

    def close(self) -> None:
        """Release files and threads; nothing may be asked afterwards."""
