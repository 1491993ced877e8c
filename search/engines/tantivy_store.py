"""One tantivy index, in a folder or in memory: snapshots for readers, and the one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock

import tantivy

from catalog.errors import IndexLockedError, SearchUnavailableError
from search.documents import ProductDocument
from search.engines.tantivy_index import index_document, register_tokenizers, schema

ENGINE_ERRORS = (ValueError, OSError)
"""What tantivy raises when it cannot read or write; its binding has no type of its own."""

_HEAP_BYTES = 128_000_000
_AT_ONCE = 1000


class Store:
    """An index whose writer is opened at the first write and kept."""

    def __init__(self, path: Path | None) -> None:
        self._meta = path / "meta.json" if path else None
        self._index = tantivy.Index(schema(), path=str(path) if path else None)
        register_tokenizers(self._index)
        self._seen = self._state()
        self._writer: tantivy.IndexWriter | None = None
        self._write_lock = Lock()

    def searcher(self) -> tantivy.Searcher:
        """Return a snapshot of the last commit, whichever process made it."""
        state = self._state()
        if state != self._seen:
            self._index.reload()
            self._seen = state  # Taken before reloading: a commit in between is seen next time.
        return self._index.searcher()

    def replace(self, documents: Iterable[ProductDocument]) -> None:
        """Add documents, each in place of the one with its id."""
        rest = iter(documents)
        with _engine_errors(self._drop_writer):
            added: set[int] | None = set() if self.searcher().num_docs == 0 else None
        with self._writing() as writer:
            while batch := {document.id: document for document in islice(rest, _AT_ONCE)}:
                # In an empty index only what this very call added can be in the way.
                stale = batch.keys() if added is None else batch.keys() & added
                with _engine_errors(self._drop_writer):
                    _forget(writer, stale)
                    for document in batch.values():
                        writer.add_document(index_document(document))
                if added is not None:
                    added.update(batch)

    def remove(self, ids: Iterable[int]) -> None:
        """Forget documents by id."""
        rest = iter(ids)
        with self._writing() as writer:
            while batch := list(islice(rest, _AT_ONCE)):
                with _engine_errors(self._drop_writer):
                    _forget(writer, batch)

    def close(self) -> None:
        """Let running merges end, and free the lock for another process."""
        with self._write_lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
            self._drop_writer()

    def release(self) -> None:
        """Free the writer's lock for another process; the next write takes it again."""
        with self._write_lock:
            self._drop_writer()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """Yield the writer; commit and show its work at the end, or undo it if anything raises."""
        with self._write_lock:
            if self._writer is None:
                self._writer = self._open_writer()
            writer = self._writer
            try:
                yield writer
            except BaseException:
                if self._writer is not None:
                    with _engine_errors(self._drop_writer):
                        writer.rollback()
                raise
            with _engine_errors(self._drop_writer):
                writer.commit()
                self._index.reload()

    def _open_writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(_HEAP_BYTES, 1)
        except ENGINE_ERRORS as error:
            if "LockBusy" in str(error):
                raise IndexLockedError from error
            raise SearchUnavailableError from error

    def _drop_writer(self) -> None:
        """Forget the writer; after an error, such as a full disk, it would fail for ever."""
        self._writer = None

    def _state(self) -> tuple[int, int] | None:
        """Return what changes with every commit of any process."""
        if self._meta is None:
            return None
        status = self._meta.stat()
        return status.st_ino, status.st_mtime_ns


def _forget(writer: tantivy.IndexWriter, ids: Iterable[int]) -> None:
    wanted = list(ids)
    if wanted:
        # By query: deleting by an integer term is silently without effect for some field types.
        writer.delete_documents_by_query(tantivy.Query.term_set_query(schema(), "id", wanted))


@contextmanager
def _engine_errors(drop_writer: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except ENGINE_ERRORS as error:
        drop_writer()
        raise SearchUnavailableError from error
