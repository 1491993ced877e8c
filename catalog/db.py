"""The database: transactions that write, and connections that only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, current_thread
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker

from catalog import audit, outbox, public_changes, written


class CatalogSession(Session):
    """The session class that outbox, change feed and record watch, whichever door opened it."""


outbox.watch(CatalogSession)
public_changes.watch(CatalogSession)
audit.watch(CatalogSession)


class Database:
    """Hands out transactions to writers and connections to readers; safe to share by threads."""

    def __init__(self, url: str) -> None:
        self.is_embedded = make_url(url).get_backend_name() == "sqlite"
        self.engine, self._reader = _sqlite(url) if self.is_embedded else _postgresql(url)
        written.follow(self.engine)
        audit.guard(self.engine)
        self._sessions = sessionmaker(self.engine, class_=CatalogSession, expire_on_commit=False)
        self._held: WeakKeyDictionary[Thread, Connection] = WeakKeyDictionary()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit at the end, or roll back on any exception."""
        with self._sessions.begin() as session:
            yield session

    def when_committed(self, tell: Callable[[], None]) -> None:
        """Call this after each commit, in the thread that committed; it must be quick."""
        event.listen(self._sessions, "after_commit", lambda _: tell())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that cannot write; each of its statements sees the latest commit."""
        if self.is_embedded:
            yield self._connection_of(current_thread())
        else:
            with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Yield a connection that cannot write; all its statements see one state of the data."""
        with self._reader.connect() as connection:
            if not self.is_embedded:
                yield connection.execution_options(isolation_level="REPEATABLE READ")
                return
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def _connection_of(self, thread: Thread) -> Connection:
        """Return the thread's own connection; to take one from a pool costs more than to read.

        No other thread uses it. It is closed when the thread is forgotten, or by ``close``.
        """
        connection = self._held.get(thread)
        if connection is None:
            connection = self._held[thread] = self._reader.connect()
        return connection

    def close(self) -> None:
        """Close every connection."""
        for connection in self._held.values():
            connection.close()
        self._held.clear()
        self._reader.dispose()
        self.engine.dispose()


def _sqlite(url: str) -> tuple[Engine, Engine]:
    """Return the engine that writes and the engine that reads the file.

    SQLite has one writer at a time. In this process, writers wait for the pool's only connection;
    between processes, BEGIN IMMEDIATE makes them wait at the start of a transaction, because two
    that have read already would each wait for the other to finish.
    """
    writer = create_engine(url, pool_size=1, max_overflow=0)
    reader = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # The driver must not begin transactions by itself.
        connection.execute("PRAGMA busy_timeout = 15000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")  # 64 MiB; keys are scattered over indexes.
        connection.execute(
            "PRAGMA wal_autocheckpoint = 8000"
        )  # Large imports copy pages less often.
        connection.execute("PRAGMA foreign_keys = ON")

    def forbid_writing(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(writer, "connect", prepare)
    event.listen(writer, "begin", begin)
    event.listen(reader, "connect", prepare)
    event.listen(reader, "connect", forbid_writing)
    return writer, reader


def _postgresql(url: str) -> tuple[Engine, Engine]:
    """Return the engine that writes and the engine that reads."""
    writer = create_engine(url)
    reader = create_engine(url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)

    def forbid_writing(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("SET default_transaction_read_only = on")

    event.listen(reader, "connect", forbid_writing)
    return writer, reader
