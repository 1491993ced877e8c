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


class _State(msgspec.Struct, frozen=True):
    """What a draft stands on; duties fall due by day.

    Every change is on record or public, but that a building is calculated anew is neither: it only
    waits no longer. Others can come to wait by a change alone.
    """

    version: int
    on: dt.date
    recorded: int
    changed: int
    waiting: int


class Drafts:
    """The last drafts that were made, by store and report."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[_State, ReportContent]] = OrderedDict()
        self._lock = Lock()

    def content(
        self,
        connection: Connection,
        head: ReportHead,
        make: Callable[[], ReportContent],
        *,
        now: dt.datetime,
    ) -> ReportContent:
        """Return what the draft says, made anew only if something changed since."""
        state = _State(
            version=head.version,
            on=now.astimezone(CHINA).date(),
            recorded=audit.last_number(connection),
            changed=changes.last_change(connection),
            waiting=results.how_many_wait(connection),
        )
        key = (str(connection.engine.url), head.key)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == state and kept[1].known_at <= now:
            return kept[1]
        made = make()
        with self._lock:
            self._kept[key] = state, made
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made
