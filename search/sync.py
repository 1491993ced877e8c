"""Carry stale documents from the outbox to the engine; one process at a time, by lease."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from catalog.db import Database
from catalog.repositories import documents, outbox
from search.engine import SearchEngine
from search.projection import product_document

LEASE = "search-index"
_LEASE_LENGTH = dt.timedelta(seconds=20)  # Many times what one batch takes.
_PAGE = 5_000


class LeaseHeldError(Exception):
    """Another process keeps the index in step; this one need not."""


@contextmanager
def lease(database: Database, holder: str) -> Iterator[Callable[[], None]]:
    """Hold the right to write the index; yield a function that prolongs it.

    Raises:
        LeaseHeldError: Somebody else has it. Also raised by prolonging, if it was lost.
    """

    def take() -> None:
        now = dt.datetime.now(dt.UTC)
        with database.transaction() as session:
            taken = outbox.take_lease(session, LEASE, holder, now=now, until=now + _LEASE_LENGTH)
        if not taken:
            raise LeaseHeldError

    take()
    try:
        yield take
    finally:
        with database.transaction() as session:
            outbox.release_lease(session, LEASE, holder)


def drain_once(database: Database, engine: SearchEngine, *, batch: int = _PAGE) -> int:
    """Bring one batch of stale documents up to date; return how many products that was.

    Entries are read before products, so a document may be newer than its entry and never older.
    Entries are settled only after the engine has taken the documents, and no transaction
    is open while the engine works. A crash in between repeats work and loses none.
    """
    with database.reading() as connection:
        entries = outbox.oldest(connection, limit=batch)
        stale = set(entries.values())
        living = [product_document(p) for p in documents.by_ids(connection, stale)]
    if not entries:
        return 0

    engine.upsert(living)
    gone = stale - {document.id for document in living}
    if gone:
        engine.delete(gone)

    with database.transaction() as session:
        outbox.settle(session, list(entries))
    return len(stale)


def rebuild(
    database: Database,
    engine: SearchEngine,
    *,
    prolong: Callable[[], None],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Fill a new index from the database and put it in the old one's place.

    Changes made meanwhile stay in the outbox and are drained afterwards.
    """
    with database.reading() as connection:
        seen_entries = outbox.all_numbers(connection)
    done = 0
    with engine.rebuilding() as fresh:
        last = 0
        while True:
            with database.reading() as connection:
                ids = documents.living_ids(connection, after=last, limit=_PAGE)
                page = [product_document(p) for p in documents.by_ids(connection, ids)]
            if not ids:
                break
            fresh.upsert(page)
            last = ids[-1]
            done += len(page)
            progress(done)
            prolong()
    with database.transaction() as session:
        outbox.settle(session, seen_entries)
    return done
