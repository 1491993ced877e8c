"""Keep what a draft of a report says while nothing changes: to make it again takes seconds."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import msgspec
from sqlalchemy import Connection

from catalog.repositories import audit
from catalog.rules.periods import CHINA
from catalog.services import changes, results
from catalog.views.reporting import ReportContent, ReportHead

_MOST = 32


class StoreState(msgspec.Struct, frozen=True):
    """What an answer from the store stands on; duties fall due by day.

    Every change is on record or public, but that a building is calculated anew is neither: it only
    waits no longer. Others can come to wait by a change alone.
    """

    on: dt.date
    recorded: int
    changed: int
    waiting: int


def state_of(connection: Connection, *, now: dt.datetime) -> StoreState:
    """Return how the store stands: while it stays, so does what follows from it."""
    return StoreState(
        on=now.astimezone(CHINA).date(),
        recorded=audit.last_number(connection),
        changed=changes.last_change(connection),
        waiting=results.how_many_wait(connection),
    )


_State = tuple[int, StoreState]


class Drafts:
    """The last drafts that were made, by store and report."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[_State, ReportContent]] = OrderedDict()
        self._lock = Lock()

    def kept(
        self, connection: Connection, head: ReportHead, *, now: dt.datetime
    ) -> ReportContent | None:
        """Return what the draft says if that was made already and nothing changed since."""
        state = (head.version, state_of(connection, now=now))
        with self._lock:
            found = self._kept.get((str(connection.engine.url), head.key))
        if found is None or found[0] != state or found[1].known_at > now:
            return None
        return found[1]

    def content(
        self,
        connection: Connection,
        head: ReportHead,
        make: Callable[[], ReportContent],
        *,
        now: dt.datetime,
    ) -> ReportContent:
        """Return what the draft says, made anew only if something changed since."""
        state = (head.version, state_of(connection, now=now))
        key = (str(connection.engine.url), head.key)
        known = self.kept(connection, head, now=now)
        if known is not None:
            return known
        made = make()
        with self._lock:
            self._kept[key] = state, made
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made
