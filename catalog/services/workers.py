"""Worker processes that read and calculate many buildings, while one process stores them."""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import count
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from sqlalchemy import Connection

from catalog.db import Database
from catalog.repositories.calculating import Reader
from catalog.rules.packs import Pack
from catalog.rules.units import UnitTable
from catalog.services.batches import rows_of
from catalog.services.calculation import Basis

AT_ONCE = 1_000
"""Buildings that a worker takes together: they share goods and places, so more cost less each."""
_MOST = 4


def how_many() -> int:
    """Return how many workers this machine keeps busy; more than one process cannot store for."""
    return min(os.cpu_count() or 1, _MOST)


class Workers:
    """Processes that calculate what one process stores; they start with the first work.

    They read what is committed, each by a connection of its own. So the caller holds the buildings
    first (``stale.hold``): what they read then stays true until it is stored.
    """

    def __init__(self, database: Database, basis: Basis, number: int) -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        # A process that is a copy of this one would hang in the threads that it does not have.
        self._pool = ProcessPoolExecutor(
            number,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(url, basis.packs, basis.units),
        )
        self._calls = count()

    def close(self) -> None:
        """End the processes, once each has finished the work that it is at."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def calculated(
        self, parts: Sequence[Sequence[int]], *, methods: Sequence[str], now: dt.datetime
    ) -> Iterator[list[tuple[dict[str, Any], str]]]:
        """Yield the columns and the trace of each result, part by part in the order given."""
        call = next(self._calls)
        futures = [self._pool.submit(_calculate, call, part, methods, now) for part in parts]
        try:
            while futures:
                yield futures.pop(0).result()
        finally:
            for future in futures:
                future.cancel()


class _Desk:
    """What a worker keeps from one piece of work to the next."""

    def __init__(self, connection: Connection, basis: Basis) -> None:
        self.connection, self.basis = connection, basis
        self.call: int | None = None
        self.reader: Reader | None = None

    def reader_for(self, call: int) -> Reader:
        """Return what reads for the call: what buildings share may be another at the next."""
        if self.reader is None or self.call != call:
            self.call, self.reader = call, Reader(self.connection)
        return self.reader


_OPEN = ExitStack()
_DESKS: list[_Desk] = []


def _begin(url: str, packs: list[Pack], units: UnitTable) -> None:
    """Prepare this process: it ends with the one that started it, and not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A piece of work makes millions of values and no cycles to speak of: to look for garbage
    # meanwhile costs an eighth of it.
    gc.disable()
    gc.freeze()
    Thread(target=_end_with_parent, daemon=True).start()
    connection = _OPEN.enter_context(Database(url).reading())
    _DESKS.append(_Desk(connection, Basis(packs, units)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _calculate(
    call: int, building_ids: Sequence[int], methods: Sequence[str], now: dt.datetime
) -> list[tuple[dict[str, Any], str]]:
    """Calculate some buildings; what they share is read once for all that are held together."""
    (desk,) = _DESKS
    reader = desk.reader_for(call)
    gc.collect()
    return list(
        rows_of(desk.connection, reader, building_ids, desk.basis, methods=methods, now=now)
    )
