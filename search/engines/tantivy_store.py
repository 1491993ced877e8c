"""One tantivy index, in a folder or in memory: snapshots for readers, and the one writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock

import tantivy

from catalog.errors import IndexLockedError, SearchUnavailableError
from search.documents import ProductDocument
from search.engines.tantivy_index import index_document, register_tokenizers, schema

ENGINE_ERRORS = (ValueError, OSError)
"""What tantivy raises when it cannot read or write; its binding has no type of its own."""

_HEAP_BYTES = 128_000_000
_AT_ONCE = 1000
_AMPLE_BYTES = 4_000_000


class Store:
    """An index whose writer is opened at the first write and kept.

    A new one that is being filled commits only once, when it is finished: it comes out in fewer
    segments, which are quicker to search, and takes less time and room.
    """

    def __init__(self, path: Path | None, *, is_being_filled: bool = False) -> None:
        self._meta = path / "meta.json" if path else None
        self._index = tantivy.Index(schema(), path=str(path) if path else None)
        register_tokenizers(self._index)
        self._seen = self._state()
        self._shown = object()
        self._writer: tantivy.IndexWriter | None = None
        self._write_lock = Lock()
        self._filled: set[int] | None = set() if is_being_filled else None
        self._is_torn = False

    def searcher(self) -> tantivy.Searcher:
        """Return a snapshot of the last commit, whichever process made it."""
        state = self._state()
        if state != self._seen:
            self._reload()
            self._seen = state  # Taken before reloading: a commit in between is seen next time.
        return self._index.searcher()

    def shown(self) -> object:
        """Return what stands for the state that a searcher now shows, or an older one."""
        self.searcher()
        return self._shown

    def replace(self, documents: Iterable[ProductDocument]) -> None:
        """Add documents, each in place of the one with its id."""
        rest = iter(documents)
        with self._errors():
            added = self._filled
            if added is None and self.searcher().num_docs == 0:
                added = set()
        with self._writing() as writer:
            while batch := {document.id: document for document in islice(rest, _AT_ONCE)}:
                # In what began empty, only what was added since can be in the way.
                stale = batch.keys() if added is None else batch.keys() & added
                with self._errors():
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
                with self._errors():
                    _forget(writer, batch)

    def finish(self) -> None:
        """Commit what the index was filled with; from now on it is like any other.

        Raises:
            SearchUnavailableError: A write failed, and with it what was written before is gone.
        """
        if self._is_torn:
            raise SearchUnavailableError
        self._filled = None
        with self._writing():
            pass

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
                self._is_torn = self._filled is not None
                if self._writer is not None:
                    with self._errors():
                        writer.rollback()
                raise
            if self._filled is None:
                with self._errors():
                    writer.commit()
                    self._reload()

    def _reload(self) -> None:
        self._index.reload()
        self._shown = object()  # After reloading: what it stands for may be newer, never older.

    def _open_writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(_HEAP_BYTES, 1)
        except ENGINE_ERRORS as error:
            if "LockBusy" in str(error):
                raise IndexLockedError from error
            raise SearchUnavailableError from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what tantivy raises while writing into what the contract promises."""
        try:
            yield
        except ENGINE_ERRORS as error:
            self._drop_writer()
            raise SearchUnavailableError from self._cause(error)

    def _cause(self, error: Exception) -> Exception:
        """Return why a file cannot be written, which tantivy does not tell, or else its error."""
        if self._meta is None:
            return error
        try:
            with TemporaryFile(dir=self._meta.parent) as file:
                file.write(bytes(_AMPLE_BYTES))
        except OSError as reason:
            return reason
        return error

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
