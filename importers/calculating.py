"""After an import: calculate what it has changed, in as many processes as are worth it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack, closing

from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import results
from catalog.services.garbage import collecting_rarely
from catalog.services.workers import Workers
from importers.report import Progress

WORTH_WORKERS = 3_000
_CALCULATED_AT_ONCE = 1_000
BY_WORKERS_AT_ONCE = 4_000
Clock = Callable[[], dt.datetime]


def _ignore(_: object) -> None:
    """Show nothing."""


def recalculate(
    database: Database,
    actor: Actor,
    *,
    clock: Clock,
    progress: Callable[[Progress], None] = _ignore,
    run_id: int | None = None,
    processes: int = 1,
) -> int:
    """Calculate every building whose results are out of date; return how many there were.

    With more than one of the ``processes`` many buildings are calculated by workers. What was
    stored stays if it is interrupted, and the rest stays out of date.
    """
    with database.reading() as connection:
        basis = results.basis(connection)
        waiting = results.how_many_wait(connection)
    done = 0
    with collecting_rarely(), ExitStack() as open_until_done:
        workers, limit = None, _CALCULATED_AT_ONCE
        if processes > 1 and waiting >= WORTH_WORKERS:
            workers = open_until_done.enter_context(closing(Workers(database, basis, processes)))
            limit = BY_WORKERS_AT_ONCE
        while True:
            with database.transaction() as session:
                calculated = results.calculate_stale(
                    session, basis, actor=actor, now=clock(), limit=limit, workers=workers
                )
            if not calculated:
                return done
            done += calculated
            waiting = max(waiting, done)
            progress(Progress(step="calculating", done=done, total=waiting, run_id=run_id))
