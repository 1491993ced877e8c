"""The thread of a server that makes notices, and sends letters and webhook messages."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.services.delivering import Told, Ways, send_waiting, tell

log = logging.getLogger(__name__)
_POLL_S = 15.0
# What is told already is not told again, so to look oftener than daily costs little and a day
# that a server slept through is made up for.
_MAKE_EVERY_S = 3600.0
_SERVER = Actor(name="server", role=Role.OPERATOR)


class NoticeWorker:
    """Tells people while a server runs. Of several processes only the lease's holder works."""

    def __init__(self, database: Database, ways: Ways, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._ways, self._clock = database, ways, clock
        self._holder = f"notices-{uuid4().hex}"
        self._stop = Event()
        self._make_at = 0.0
        self._thread = Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand and end."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                done = self._round()
            except SQLAlchemyError as error:
                # What waits stays in the database; nothing is lost by trying again later.
                log.warning("notices wait", extra={"reason": str(error)})
            else:
                if done.notices or done.letters or done.messages:
                    log.info("people told", extra={"notices": done.notices})
            self._stop.wait(_POLL_S)

    def _round(self) -> Told:
        if time.monotonic() < self._make_at:
            return send_waiting(self._database, self._ways, holder=self._holder, clock=self._clock)
        done = tell(
            self._database,
            self._ways,
            actor=_SERVER,
            holder=self._holder,
            clock=self._clock,
            new_key=new_key,
        )
        self._make_at = time.monotonic() + _MAKE_EVERY_S
        return done


def new_key() -> str:
    """Return a key that nothing has yet."""
    return uuid4().hex
