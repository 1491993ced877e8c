"""Calculate the application ratios of buildings, and keep them with what they were made of."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
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
from catalog.services.batches import Calculated, calculate_batch
from catalog.services.calculation import METHODS, Basis, basis
from catalog.views.projects import ResultView

__all__ = [
    "METHODS",
    "basis",
    "calculate_buildings",
    "calculate_project",
    "calculate_stale",
    "get_result",
    "get_trace",
    "lines_of",
    "results_of_project",
    "row_of",
]

_RESULT = bulk.table_of(Result)
_TRACE = bulk.table_of(ResultTrace)
_BUILDING = bulk.table_of(Building)
_BATCH = 1_000
_READ_AT_ONCE = 1_000


def row_of(found: Calculated, now: dt.datetime) -> dict[str, Any]:
    """Return a result's columns; its content is these and its trace, but not the moment."""
    facts, figure = found.facts, found.figure
    columns = {
        "building_id": facts.id,
        "project_id": facts.project_id,
        "division_id": facts.division_id,
        "kinds": facts.kinds,
        "done_on": figure.done_on,
        "year": figure.done_on.year if figure.done_on else None,
        "stage": figure.stage,
        "method": figure.pack.method,
        "pack": named(figure.pack),
        "choice_id": figure.choice.id if figure.choice else None,
        "thresholds": named(figure.thresholds),
        "ratio": figure.percent,
        "points": figure.points,
        "gate_star": figure.gate_star,
        "floor_area_m2": facts.floor_area_m2,
        "green_amount": figure.green_amount,
        "total_amount": figure.total_amount,
    }
    content = msgspec.json.encode(columns) + found.kept.encode()
    return {
        **columns,
        "content_hash": hashlib.sha256(content).hexdigest(),
        "computed_at": now,
        "superseded_at": None,
    }


def calculate_buildings(
    session: Session,
    building_ids: Sequence[int],
    basis: Basis,
    *,
    actor: Actor,
    now: dt.datetime,
    methods: Sequence[str] = METHODS,
) -> int:
    """Calculate the buildings and keep what is new; return how many results changed.

    Results by other methods than these are left as they are.

    Raises:
        PermissionDeniedError: The actor may not calculate.
    """
    ensure(actor, Action.CALCULATE)
    connection = session.connection()
    stale.hold(connection, building_ids)
    held = {
        key: row
        for key, row in stale.held_results(connection, building_ids).items()
        if key[1] in methods
    }
    seen: set[ResultKey] = set()
    rows, traces, closed = [], [], []
    for row, trace in _calculated(connection, building_ids, basis, methods, now):
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


def _calculated(
    connection: Connection,
    building_ids: Sequence[int],
    basis: Basis,
    methods: Sequence[str],
    now: dt.datetime,
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each result's columns and its trace."""
    reader = Reader(connection)
    for start in range(0, len(building_ids), _READ_AT_ONCE):
        part = building_ids[start : start + _READ_AT_ONCE]
        for found in calculate_batch(
            connection, reader, part, basis, today=now.date(), methods=methods
        ):
            yield row_of(found, now), found.kept


def calculate_stale(  # One batch at a time, each in the transaction that the caller opens.
    session: Session, basis: Basis, *, actor: Actor, now: dt.datetime, limit: int = _BATCH
) -> int:
    """Calculate some buildings whose results are out of date; return how many, 0 when done."""
    ids = stale.stale_buildings(session.connection(), limit=limit)
    if ids:
        calculate_buildings(session, ids, basis, actor=actor, now=now)
    return len(ids)


def calculate_project(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> int:
    """Calculate a project's buildings now; return how many results changed."""
    connection = session.connection()
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
