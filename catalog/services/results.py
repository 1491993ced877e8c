"""Calculate the application ratios of buildings, and keep them with what they were made of."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.models.project import Building
from catalog.models.result import Result, ResultTrace
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, calculating, reference, results
from catalog.repositories.calculating import BuildingFacts
from catalog.rules.greenness import greenness
from catalog.rules.packs import Pack, RatioPack, ThresholdPack, pack_in_force
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.thresholds import standing
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import BillStage, Stage
from catalog.rules.units import UnitTable
from catalog.views.projects import ResultView

_RESULT = bulk.table_of(Result)
_TRACE = bulk.table_of(ResultTrace)
_BUILDING = bulk.table_of(Building)
METHODS = ("A", "B")
_BATCH = 200
JURISDICTION = "CN-XJ-XPCC"


class Basis(msgspec.Struct, frozen=True):
    """What every calculation needs beside the facts."""

    packs: list[Pack]
    units: UnitTable


class Calculation(msgspec.Struct, frozen=True):
    """A ratio and what it is worth, before it is stored."""

    stage: Stage
    pack: RatioPack
    thresholds: ThresholdPack
    result: RatioResult
    points: Decimal
    gate_star: int | None
    year: int | None


def basis(connection: Connection) -> Basis:
    """Return the published packs and units."""
    return Basis(packs=reference.packs(connection), units=reference.unit_table(connection))


def calculate_building(
    facts: BuildingFacts, basis: Basis, *, today: dt.date, place: str = JURISDICTION
) -> list[Calculation]:
    """Calculate every method in force at each stage for which the building has lines."""
    found = []
    for stage in Stage:
        lines = _lines(facts, stage)
        if not lines:
            continue
        done_on = facts.designed_on if stage is Stage.DESIGN else facts.completed_on
        on = done_on or today
        thresholds = pack_in_force(basis.packs, kind="thresholds", place=place, on=on)
        for method in METHODS:
            pack = pack_in_force(basis.packs, kind="ratio", place=place, on=on, method=method)
            if isinstance(pack, RatioPack) and isinstance(thresholds, ThresholdPack):
                found.append(
                    _calculation(pack, thresholds, lines, basis.units, stage=stage, done_on=done_on)
                )
    return found


def _calculation(
    pack: RatioPack,
    thresholds: ThresholdPack,
    lines: Sequence[RatioLine],
    units: UnitTable,
    *,
    stage: Stage,
    done_on: dt.date | None,
) -> Calculation:
    result = calculate(pack, lines, units, stage)
    worth = standing(thresholds, result.percent)
    return Calculation(
        stage=stage,
        pack=pack,
        thresholds=thresholds,
        result=result,
        points=worth.points,
        gate_star=worth.star,
        year=done_on.year if done_on else None,
    )


def _lines(facts: BuildingFacts, stage: Stage) -> list[RatioLine]:
    """Return what the stage counts: planned lines, or settled lines and deliveries."""
    wanted = BillStage.DESIGN if stage is Stage.DESIGN else BillStage.SETTLEMENT
    lines = [
        RatioLine(
            id=f"bill-line-{line.id}",
            category=line.category,
            place=line.place,
            unit=line.unit,
            quantity=line.quantity,
            role=Role.TOTAL,
            green_quantity=line.planned_green_quantity if stage is Stage.DESIGN else None,
            label=line.name,
        )
        for line in facts.bill_lines
        if line.stage is wanted
    ]
    if stage is Stage.DESIGN:
        return lines
    for line in facts.deliveries:
        green, reason = greenness(
            line.timelines, has_product=line.has_product, on=line.delivered_on
        )
        lines.append(
            RatioLine(
                id=f"delivery-{line.id}",
                category=line.category,
                place=line.place,
                unit=line.unit,
                quantity=line.quantity,
                role=Role.DELIVERED,
                green=green,
                green_reason=reason,
                label=line.name,
            )
        )
    return lines


def _amounts(facts: BuildingFacts) -> tuple[Decimal | None, Decimal | None]:
    """Return the green and the whole amount of the deliveries whose amount is stated."""
    stated = [line for line in facts.deliveries if line.amount is not None]
    if not stated:
        return None, None
    green = total = Decimal(0)
    for line in stated:
        amount = line.amount or Decimal(0)
        total += amount
        if greenness(line.timelines, has_product=line.has_product, on=line.delivered_on)[0]:
            green += amount
    return green, total


def _row(
    facts: BuildingFacts, calculation: Calculation, now: dt.datetime
) -> tuple[dict[str, Any], str]:
    """Return a result's columns, and its trace."""
    trace = msgspec.json.encode(calculation.result)
    green, total = _amounts(facts) if calculation.stage is Stage.COMPLETION else (None, None)
    columns = {
        "building_id": facts.id,
        "project_id": facts.project_id,
        "division_id": facts.division_id,
        "year": calculation.year,
        "stage": calculation.stage,
        "method": calculation.pack.method,
        "pack": f"{calculation.pack.key}@{calculation.pack.version}",
        "thresholds": f"{calculation.thresholds.key}@{calculation.thresholds.version}",
        "ratio": calculation.result.percent,
        "points": calculation.points,
        "gate_star": calculation.gate_star,
        "floor_area_m2": facts.floor_area_m2,
        "green_amount": green,
        "total_amount": total,
    }
    content = msgspec.json.encode(columns) + trace
    row = {
        **columns,
        "content_hash": hashlib.sha256(content).hexdigest(),
        "computed_at": now,
        "superseded_at": None,
    }
    return row, trace.decode()


def calculate_buildings(
    session: Session,
    building_ids: Sequence[int],
    basis: Basis,
    *,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Calculate the buildings and keep what is new; return how many results changed.

    Raises:
        PermissionDeniedError: The actor may not calculate.
    """
    ensure(actor, Action.CALCULATE)
    connection = session.connection()
    calculating.hold(connection, building_ids)
    found = [
        _row(facts, calculation, now)
        for facts in calculating.facts_of(connection, building_ids)
        for calculation in calculate_building(facts, basis, today=now.date())
    ]
    held = {
        (row["building_id"], row["method"], row["stage"]): row
        for row in bulk.rows_where_in(session, _RESULT, "building_id", building_ids, current=True)
    }
    wanted = {(row["building_id"], row["method"], row["stage"]): row for row, _ in found}
    added = {
        key: row
        for key, row in wanted.items()
        if key not in held or held[key]["content_hash"] != row["content_hash"]
    }
    kept = set(wanted) - set(added)
    closed = [
        {"id": row["id"], "superseded_at": now} for key, row in held.items() if key not in kept
    ]
    bulk.update_by_id(session, _RESULT, closed)
    ids = bulk.insert_mappings(session, _RESULT, list(added.values()))
    traces = {(row["building_id"], row["method"], row["stage"]): trace for row, trace in found}
    bulk.insert_rows(
        session,
        _TRACE,
        ["result_id", "trace"],
        [(i, traces[key]) for i, key in zip(ids, added, strict=True)],
    )
    fresh = [{"id": i, "stale_since": None} for i in building_ids]
    bulk.update_by_id(session, _BUILDING, fresh)
    return len(added) + len(closed)


def calculate_stale(  # One batch at a time, each in the transaction that the caller opens.
    session: Session, basis: Basis, *, actor: Actor, now: dt.datetime, limit: int = _BATCH
) -> int:
    """Calculate some buildings whose results are out of date; return how many, 0 when done."""
    ids = calculating.stale_buildings(session.connection(), limit=limit)
    if ids:
        calculate_buildings(session, ids, basis, actor=actor, now=now)
    return len(ids)


def calculate_project(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> int:
    """Calculate a project's buildings now; return how many results changed."""
    connection = session.connection()
    ids = calculating.buildings_of_project(connection, key)
    return calculate_buildings(session, ids, basis(connection), actor=actor, now=now)


def get_result(connection: Connection, result_id: int) -> ResultView:
    """Return a result, current or not."""
    return results.get_by_id(connection, result_id)


def get_trace(connection: Connection, result_id: int) -> RatioResult:
    """Return what a result was made of."""
    return results.get_trace(connection, result_id)


def results_of_project(connection: Connection, key: str) -> list[ResultView]:
    """Return the current results of a project's buildings."""
    return results.of_project(connection, key)
