"""Carry stale documents from the outbox to the engine; one process at a time, by lease."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import SearchTrouble, SearchUnavailableError
from catalog.repositories import documents, outbox
from search.engine import SearchEngine
from search.projection import product_document

LEASE = "search-index"
_LEASE_LENGTH = dt.timedelta(seconds=5)  # So long after a crash another may go on.
_BEAT_S = 1.0
_PAGE = 5_000
_IDS_AT_ONCE = 50_000

Prolong = Callable[[], None]


class LeaseHeldError(Exception):
    """Another process keeps the index in step; this one need not."""


@contextmanager
def lease(database: Database, holder: str) -> Iterator[Prolong]:
    """Hold the right to write the index; yield a function that makes sure of it.

    The lease is prolonged by itself while the block works, however long one step of it takes.

    Raises:
        LeaseHeldError: Somebody else has it. Also raised by making sure, if it was lost.
    """
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        taken = outbox.take_lease(session, LEASE, holder, now=now, until=now + _LEASE_LENGTH)
    if not taken:
        raise LeaseHeldError

    def prolong() -> None:
        until = dt.datetime.now(dt.UTC) + _LEASE_LENGTH
        with database.transaction() as session:
            is_held = outbox.prolong_lease(session, LEASE, holder, until=until)
        if not is_held:
            raise LeaseHeldError

    done = Event()

    def keep() -> None:
        while not done.wait(_BEAT_S):
            # If it was lost, or cannot be kept, the block learns that when it makes sure.
            with suppress(LeaseHeldError, SQLAlchemyError):
                prolong()

    keeper = Thread(target=keep, name="index-lease", daemon=True)
    keeper.start()
    try:
        yield prolong
    finally:
        done.set()
        keeper.join()
        with database.transaction() as session:
            outbox.release_lease(session, LEASE, holder)


def drain_once(
    database: Database,
    engine: SearchEngine,
    *,
    batch: int = _PAGE,
    prolong: Prolong = lambda: None,
) -> int:
    """Bring one batch of stale documents up to date; return how many products that was.

    Entries are read before products, so a document may be newer than its entry and never older.
    Entries are settled only after the engine has taken the documents, and no transaction
    is open while the engine works. A crash in between repeats work and loses none.

    Raises:
        LeaseHeldError: The lease was lost meanwhile; another will bring these products again.
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

    with _overtaken(database, lambda: stale):
        prolong()
    with database.transaction() as session:
        outbox.settle(session, list(entries))
    return len(stale)


def rebuild(
    database: Database,
    engine: SearchEngine,
    *,
    prolong: Prolong,
    progress: Callable[[int], None] = lambda _: None,
    batch: int = _PAGE,
) -> int:
    """Fill a new index from the database and put it in the old one's place.

    Changes made meanwhile stay in the outbox and are drained afterwards.

    Raises:
        LeaseHeldError: The lease was lost meanwhile.
    """
    with database.reading() as connection:
        seen_entries = outbox.all_numbers(connection)
    done = 0
    with engine.rebuilding() as fresh:
        last = 0
        while True:
            with database.reading() as connection:
                ids = documents.living_ids(connection, after=last, limit=batch)
                page = [product_document(p) for p in documents.by_ids(connection, ids)]
            if not ids:
                break
            fresh.upsert(page)
            last = ids[-1]
            done += len(page)
            progress(done)
            prolong()
    with _overtaken(database, lambda: _listed(database)):
        prolong()
    with database.transaction() as session:
        outbox.settle(session, seen_entries)
    return done


def is_unfilled(database: Database, engine: SearchEngine) -> bool:
    """Tell whether the index holds nothing though there are products: it was never built."""
    if engine.count():
        return False
    with database.reading() as connection:
        return bool(documents.living_ids(connection, after=0, limit=1))


def mend(database: Database, engine: SearchEngine, *, prolong: Prolong) -> int:
    """Make the index hold the products that are listed and no other; return how many were wrong.

    An index that was never built, that cannot be read or that is mostly wrong is built anew;
    otherwise what is wrong goes to the outbox, and is brought from there.
    """
    try:
        held = engine.ids()
    except SearchUnavailableError as error:
        if error.trouble is not SearchTrouble.UNREADABLE:
            raise
        return rebuild(database, engine, prolong=prolong)
    listed = _listed(database)
    wrong = held ^ listed
    if len(wrong) > len(listed) / 2:
        rebuild(database, engine, prolong=prolong)
    elif wrong:
        with database.transaction() as session:
            outbox.note(session, wrong, now=dt.datetime.now(dt.UTC))
    return len(wrong)


@contextmanager
def _overtaken(database: Database, products: Callable[[], set[int]]) -> Iterator[None]:
    """If the lease turns out to be lost, note the products that were written in spite of that.

    Whoever took it may have written them before, and newer than they are now.
    """
    try:
        yield
    except LeaseHeldError:
        with database.transaction() as session:
            outbox.note(session, products(), now=dt.datetime.now(dt.UTC))
        raise


def _listed(database: Database) -> set[int]:
    with database.reading() as connection:
        return set(_all_ids(connection))


def _all_ids(connection: Connection) -> Iterator[int]:
    last = 0
    while ids := documents.living_ids(connection, after=last, limit=_IDS_AT_ONCE):
        yield from ids
        last = ids[-1]
