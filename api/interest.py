"""Count how often products are asked for, beside the pages and never of whom.

A page only adds one to a number in memory. A thread writes the numbers now and then; what was not
written when a process dies is lost, and nobody misses it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.rules.periods import CHINA
from catalog.rules.terms import InterestKind
from catalog.services.demand import count_interest

log = logging.getLogger(__name__)
_EVERY_S = 30.0
_MOST = 20_000  # Different numbers in memory; beyond that new ones are not begun.


class InterestCounter:
    """Keeps numbers of the day in memory, and a thread that writes them down."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock
        self._counts: Counter[tuple[str, InterestKind, dt.date]] = Counter()
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="interest", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stop.set()
        self._thread.join(timeout=30)

    def note(self, products: Iterable[str], kind: InterestKind) -> None:
        """Add one for each product, today."""
        day = self._clock().astimezone(CHINA).date()
        with self._lock:
            for key in products:
                if len(self._counts) < _MOST or (key, kind, day) in self._counts:
                    self._counts[key, kind, day] += 1

    def write(self) -> None:
        """Write the numbers down; what cannot be written now waits."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        if not taken:
            return
        try:
            with self._database.transaction() as session:
                count_interest(session, taken)
        except SQLAlchemyError as error:
            log.warning("interest waits", extra={"reason": str(error)})
            with self._lock:
                self._counts.update(taken)

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self.write()
        self.write()
