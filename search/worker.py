"""The loop that keeps the index in step while a server runs."""

from __future__ import annotations

import logging
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import IndexLockedError, SearchUnavailableError
from catalog.repositories import outbox
from search.engine import SearchEngine
from search.sync import LeaseHeldError, drain_once, lease

log = logging.getLogger(__name__)
_PAUSE_S = 0.1
_STANDBY_S = 5.0
_TROUBLE_S = 2.0


class IndexWorker:
    """A thread that drains the outbox. Of several processes only the lease's holder works."""

    def __init__(self, database: Database, engine: SearchEngine) -> None:
        self._database = database
        self._engine = engine
        self._holder = f"worker-{uuid4().hex}"
        self._stop = Event()
        self._thread = Thread(target=self._run, name="index-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._work()
            except (LeaseHeldError, IndexLockedError):
                self._stop.wait(_STANDBY_S)
            except (SearchUnavailableError, SQLAlchemyError) as error:
                # The entries stay in the outbox; nothing is lost by trying again later.
                log.warning("index worker waits", extra={"reason": str(error)})
                self._stop.wait(_TROUBLE_S)

    def _work(self) -> None:
        if not self._has_work():
            self._stop.wait(_PAUSE_S)
            return
        with lease(self._database, self._holder) as prolong:
            try:
                while not self._stop.is_set() and drain_once(self._database, self._engine):
                    prolong()
            finally:
                self._engine.release()

    def _has_work(self) -> bool:
        with self._database.reading() as connection:
            return bool(outbox.oldest(connection, limit=1))


def catch_up(database: Database, engine: SearchEngine) -> int:
    """Drain the outbox now, if nobody else does; return how many products were brought over."""
    done = 0
    try:
        with lease(database, f"command-{uuid4().hex}") as prolong:
            try:
                while brought := drain_once(database, engine):
                    done += brought
                    prolong()
            finally:
                engine.release()
    except (LeaseHeldError, IndexLockedError):
        log.info("another process keeps the index in step")
    return done
