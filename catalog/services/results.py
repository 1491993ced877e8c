"""Calculate the application ratios of buildings, and keep them with what they were made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import TraceOutdatedError
from catalog.models.project import Building
from catalog.models.result import Result, ResultTrace
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, results, stale
from catalog.repositories.calculating import Reader
from catalog.repositories.stale import ResultKey
from catalog.rules.packs import RatioPack, named
from catalog.rules.ratio import kept
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.trace import RatioResult
from catalog.services import owning
from catalog.services.batches import rows_of
from catalog.services.calculation import METHODS, Basis, basis
from catalog.services.workers import AT_ONCE, Workers
from catalog.views.projects import ResultView

__all__ = [
    "METHODS",
    "basis",
    "calculate_buildings",
    "calculate_project",
    "calculate_stale",
    "get_result",
    "get_trace",
    "how_many_wait",
    "lines_of",
    "results_of_project",
]

_RESULT = bulk.table_of(Result)
_TRACE = bulk.table_of(ResultTrace)
_BUILDING = bulk.table_of(Building)
_BATCH = 1_000
_READ_AT_ONCE = 1_000


def calculate_buildings(
    session: Session,
    building_ids: Sequence[int],
    basis: Basis,
    *,
    actor: Actor,
    now: dt.datetime,
    methods: Sequence[str] = METHODS,
    workers: Workers | None = None,
) -> int:
    """Calculate the buildings and keep what is new; return how many results changed.

    Results by other methods than these are left as they are. Workers calculate from what is
    committed: they are for a session that has not changed anything yet.

    Raises:
        PermissionDeniedError: The actor may not calculate.
    """
    ensure(actor, Action.CALCULATE)
    connection = session.connection()
    stale.hold(connection, building_ids)
    size = AT_ONCE if workers else _READ_AT_ONCE
    parts = [building_ids[at : at + size] for at in range(0, len(building_ids), size)]
    found = (
        workers.calculated(parts, methods=methods, now=now)
        if workers
        else _calculated(connection, parts, basis, methods=methods, now=now)
    )
    return sum(
        _keep(session, part, rows, methods=methods, now=now)
        for part, rows in zip(parts, found, strict=True)
    )


def _calculated(
    connection: Connection,
    parts: Sequence[Sequence[int]],
    basis: Basis,
    *,
    methods: Sequence[str],
    now: dt.datetime,
) -> Iterator[list[tuple[dict[str, Any], str]]]:
    """Yield the columns and the trace of each result, part by part."""
    reader = Reader(connection)
    for part in parts:
        yield list(rows_of(connection, reader, part, basis, methods=methods, now=now))


def _keep(
    session: Session,
    building_ids: Sequence[int],
    found: Sequence[tuple[dict[str, Any], str]],
    *,
    methods: Sequence[str],
    now: dt.datetime,
) -> int:
    """Keep what is new of the buildings' results, and close what is not so any more."""
    held = {
        key: row
        for key, row in stale.held_results(session.connection(), building_ids).items()
        if key[1] in methods
    }
    seen: set[ResultKey] = set()
    rows, traces, closed = [], [], []
    for row, trace in found:
        key = (row["building_id"], row["method"], row["stage"])
        seen.add(key)
        known, content_hash = held.get(key, (None, None))
        if content_hash != row["content_hash"]:
            rows.append(row)
            traces.append(trace)
            if known is not None:
                closed.append(known)
    closed += [known for key, (known, _) in held.items() if key not in seen]
    bulk.update_by_id(session, _RESULT, [{"id": i, "superseded_at": now} for i in closed])
    ids = bulk.insert_mappings(session, _RESULT, rows)
    bulk.insert_rows(session, _TRACE, ["result_id", "trace"], list(zip(ids, traces, strict=True)))
    fresh = [{"id": i, "stale_since": None} for i in building_ids]
    bulk.update_by_id(session, _BUILDING, fresh)
    return len(rows) + len(closed)


def calculate_stale(  # One batch at a time, each in the transaction that the caller opens.
    session: Session,
    basis: Basis,
    *,
    actor: Actor,
    now: dt.datetime,
    limit: int = _BATCH,
    workers: Workers | None = None,
) -> int:
    """Calculate some buildings whose results are out of date; return how many, 0 when done."""
    ids = stale.stale_buildings(session.connection(), limit=limit)
    if ids:
        calculate_buildings(session, ids, basis, actor=actor, now=now, workers=workers)
    return len(ids)


def how_many_wait(connection: Connection) -> int:
    """Return how many buildings have results that are out of date."""
    return stale.how_many(connection)


def calculate_project(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> int:
    """Calculate a project's buildings now; return how many results changed.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: The actor may not calculate, or not somebody else's project.
    """
    connection = session.connection()
    ensure(actor, Action.CALCULATE, owning.whose_project(connection, key))
    ids = stale.buildings_of_project(connection, key)
    return calculate_buildings(session, ids, basis(connection), actor=actor, now=now)


def get_result(connection: Connection, result_id: int) -> ResultView:
    """Return a result, current or not."""
    return results.get_by_id(connection, result_id)


def get_trace(connection: Connection, result_id: int) -> RatioResult:
    """Return what a result was made of: its lines, calculated again by the pack it went by.

    Raises:
        ResultNotFoundError: There is no such result.
        TraceOutdatedError: They give another figure today, or were not kept.
    """
    view = results.get_by_id(connection, result_id)
    known = basis(connection)
    lines = lines_of(connection, result_id)
    pack = next((pack for pack in known.packs if named(pack) == view.pack), None)
    if isinstance(pack, RatioPack):
        found = calculate(pack, lines, known.units, view.stage)
        if found.percent == view.ratio:
            return found
    raise TraceOutdatedError(result=result_id)


def lines_of(connection: Connection, result_id: int) -> list[RatioLine]:
    """Return the lines that a result counted, as they were when it was calculated.

    Raises:
        ResultNotFoundError: There is no such result.
        TraceOutdatedError: They were not kept: an earlier version of the program calculated it.
    """
    text = results.get_trace(connection, result_id)
    if not kept.is_encoded(text):
        raise TraceOutdatedError(result=result_id)
    return kept.decoded(text)


def results_of_project(
    connection: Connection, key: str, *, known_at: dt.datetime | None = None
) -> list[ResultView]:
    """Return the results of a project's buildings as known now, or at a moment."""
    return results.of_project(connection, key, known_at)
