"""The loop that keeps the index in step while a server runs."""

from __future__ import annotations

import logging
import time
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import IndexLockedError, SearchTrouble, SearchUnavailableError
from catalog.repositories import outbox, products
from search.engine import SearchEngine
from search.sync import LeaseHeldError, drain_once, is_unfilled, lease, mend, rebuild

log = logging.getLogger(__name__)
_POLL_S = 0.1  # Changes that other processes make are seen by looking.
_STANDBY_S = 0.5
_TROUBLE_S = 2.0
_CHECK_S = 10.0


class IndexWorker:
    """A thread that drains the outbox. Of several processes only the lease's holder works.

    It begins when a transaction of this process commits. At its start, after trouble, and when the
    number of documents is not that of the products, it compares index and database and mends.
    """

    def __init__(self, database: Database, engine: SearchEngine) -> None:
        self._database = database
        self._engine = engine
        self._holder = f"worker-{uuid4().hex}"
        self._stop = Event()
        self._wake = Event()
        self._check_at = 0.0
        self._thread = Thread(target=self._run, name="index-worker", daemon=True)
        self.is_in_doubt = True
        """Whether index and database have yet to be compared."""
        self.trouble: SearchTrouble | None = None
        """Why the index cannot be written now, if it could not the last time."""

    def start(self) -> None:
        """Begin."""
        self._database.when_committed(self._wake.set)
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._is_wanted():
                    self._work()
                else:
                    self._wake.wait(_POLL_S)
                    self._wake.clear()
            except (LeaseHeldError, IndexLockedError):
                # Not until the next commit: trying for the lease is one.
                self._stop.wait(_STANDBY_S)
            except SearchUnavailableError as error:
                self.trouble, self.is_in_doubt = error.trouble, True
                self._wait_for_better(error)
            except SQLAlchemyError as error:
                self._wait_for_better(error)

    def _wait_for_better(self, error: Exception) -> None:
        # The entries stay in the outbox; nothing is lost by trying again later.
        log.warning("index worker waits", extra={"reason": str(error)})
        self._stop.wait(_TROUBLE_S)

    def _is_wanted(self) -> bool:
        with self._database.reading() as connection:
            if outbox.oldest(connection, limit=1):
                return True
            now = time.monotonic()
            if now >= self._check_at:
                self._check_at = now + _CHECK_S
                self.is_in_doubt |= self._engine.count() != products.count(connection)
        return self.is_in_doubt

    def _work(self) -> None:
        with lease(self._database, self._holder) as prolong:
            try:
                if self.is_in_doubt:
                    wrong = mend(self._database, self._engine, prolong=prolong)
                    self.is_in_doubt = False
                    if wrong:
                        log.info("index mended", extra={"products": wrong})
                while not self._stop.is_set() and drain_once(
                    self._database, self._engine, prolong=prolong
                ):
                    pass
            finally:
                self._engine.release()
        self.trouble = None


def catch_up(database: Database, engine: SearchEngine) -> int:
    """Drain the outbox now, if nobody else does; return how many products were brought over."""
    done = 0
    try:
        with lease(database, f"command-{uuid4().hex}") as prolong:
            try:
                if is_unfilled(database, engine):
                    done += rebuild(database, engine, prolong=prolong)
                while brought := drain_once(database, engine, prolong=prolong):
                    done += brought
            finally:
                engine.release()
    except (LeaseHeldError, IndexLockedError):
        log.info("another process keeps the index in step")
    return done
