"""Put what was decided on a building's lines, like an import, and take it back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from catalog.errors import DecisionImpossibleError
from catalog.models.importing import ImportRun
from catalog.models.product import Product
from catalog.models.project import Building
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Action, Actor, ensure, office_of
from catalog.records import Kind
from catalog.repositories import bulk, matching, waiting
from catalog.rules.matching_text import signature
from catalog.services import owning, results
from catalog.services.deciding import NewDecision, decide, listed_products
from catalog.services.receiving import facts, runs
from catalog.services.receiving.footprints import EXISTENCE
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.undoing import copy_evidence, undo_run
from catalog.views.matching import AppliedRunView, AppliedView, DecisionView

SOURCE = "matching"
LONGEST_REASON = 500
_BILL_LINE, _DELIVERY = bulk.table_of(BillLine), bulk.table_of(Delivery)
_BUILDING = bulk.table_of(Building)
_NATURAL = {
    _BILL_LINE.name: ("building_id", "stage", "line_number"),
    _DELIVERY.name: ("building_id", "note_number", "line_number"),
}


class _Note(msgspec.Struct, frozen=True):
    """What the ledger keeps beside a run that put decisions on lines."""

    building: str
    reason: str
    decisions: list[int]


def apply_decisions(
    session: Session,
    building: str,
    signatures: Collection[str],
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> AppliedView:
    """Put what was decided for these words on a building's lines, and calculate it anew.

    It goes into the ledger like an import, and ``take_back`` undoes it.

    Raises:
        PermissionDeniedError: The actor may not import, or not calculate.
        DecisionImpossibleError: There is no such building.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    connection = session.connection()
    found = bulk.rows_where_in(session, _BUILDING, "key", [building])
    if not found or found[0]["withdrawn_at"] is not None:
        raise DecisionImpossibleError(
            reason_zh=f"没有单体“{building}”", reason_en=f"there is no building “{building}”"
        )
    owning.ensure_building(connection, building, actor=actor)
    building_id = found[0]["id"]
    owner = owning.memory_of_building(connection, building)
    decisions = matching.decisions(connection, signatures, memory=owner)
    changes = {
        table.name: _changes(session, table, building_id, decisions)
        for table in (_BILL_LINE, _DELIVERY)
    }
    if not any(changes.values()):
        return AppliedView(run=None, bill_lines=0, deliveries=0)
    note = _Note(building, reason, sorted(decision.id for decision in decisions.values()))
    receipt = _open(session, note, actor=actor, now=now)
    for table in (_BILL_LINE, _DELIVERY):
        _replace(receipt, table, changes[table.name])
    receipt.footprint.speak(_BUILDING.name, building_id, of=EXISTENCE)
    receipt.footprint.keep(0)
    run = session.get_one(ImportRun, receipt.run_id)
    run.read = run.changed = receipt.changed
    runs.finish_run(session, run.id, actor=actor, now=now)
    results.calculate_buildings(
        session, [building_id], results.basis(connection), actor=actor, now=now
    )
    return AppliedView(
        run=run.id,
        bill_lines=len(changes[_BILL_LINE.name]),
        deliveries=len(changes[_DELIVERY.name]),
    )


def settle(
    session: Session,
    building: str,
    wanted: Sequence[NewDecision],
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> AppliedView:
    """Decide what lines with some words are, and put it on a building's lines at once.

    Raises:
        PermissionDeniedError: The actor may not import, or not calculate.
        DecisionImpossibleError: What ``decide`` refuses, or there is no such building.
    """
    owning.ensure_building(session.connection(), building, actor=actor)
    owner = owning.memory_of_building(session.connection(), building)
    decide(session, wanted, actor=actor, now=now, owner=owner)
    signatures = {signature(new.name, new.specification, new.unit) for new in wanted}
    return apply_decisions(session, building, signatures, reason=reason, actor=actor, now=now)


def applied_runs(connection: Connection, building: str, *, limit: int) -> list[AppliedRunView]:
    """Return the runs that put decisions on a building's lines and still stand, newest first."""
    return [
        AppliedRunView(
            run=row.id,
            actor=office_of(row.actor),
            at=row.started_at,
            lines=row.changed,
            reason=note.reason,
        )
        for row in waiting.runs_on(connection, building, source=SOURCE, limit=limit)
        if (note := _note_of(row.options, row.file_hash)) is not None
    ]


def undo_import(session: Session, run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Undo any run of the ledger; decisions that it put on lines count no longer.

    Raises:
        PermissionDeniedError: The actor may not undo imports.
        ImportRunNotFoundError: There is no such run.
        AlreadyUndoneError: Nothing of the run is left: it was undone before, or refused.
        IncompleteImportError: The run was cut off and not finished yet.
        UndoRefusedError: A later run changed or uses what this one brought.
    """
    undo_run(session, run_id, actor=actor, now=now)
    run = session.get_one(ImportRun, run_id)
    note = _note_of(run.options, run.file_hash)
    if note is not None:
        # What everybody shares is not one owner's to take back.
        own = owning.own_memory(actor)
        matching.supersede(session.connection(), note.decisions, now=now, of=own)


def take_back(session: Session, run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Undo a run that put decisions on lines, and let these decisions count no longer.

    Raises:
        PermissionDeniedError: The actor may not undo imports, or not calculate.
        ImportRunNotFoundError: There is no such run.
        AlreadyUndoneError: The run was undone before.
        UndoRefusedError: A later run stands on it.
        DecisionImpossibleError: The run is an import of a file.
    """
    undo_import(session, run_id, actor=actor, now=now)
    run = session.get_one(ImportRun, run_id)
    note = _note_of(run.options, run.file_hash)
    if note is None:
        raise DecisionImpossibleError(
            reason_zh=f"导入 {run_id} 不是匹配决定", reason_en=f"import {run_id} is a file’s"
        )
    connection = session.connection()
    ids = [row["id"] for row in bulk.rows_where_in(session, _BUILDING, "key", [note.building])]
    results.calculate_buildings(session, ids, results.basis(connection), actor=actor, now=now)


def _changes(
    session: Session, table: Table, building_id: int, decisions: Mapping[str, DecisionView]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the facts that say something else than was decided, and what they shall say."""
    connection = session.connection()
    categories = {row.key: row.id for row in connection.execute(select(Category.key, Category.id))}
    chosen = listed_products(session, {d.product for d in decisions.values() if d.product})
    rows = [
        (row, decisions[sign])
        for row in bulk.rows_where_in(session, table, "building_id", [building_id], current=True)
        if (sign := signature(row["name"], row["specification"], row["unit"])) in decisions
    ]
    named = {row["product_id"] for row, _ in rows if row["product_id"]}
    kinds = {
        row["id"]: row["category_id"]
        for row in bulk.rows_where_in(session, bulk.table_of(Product), "id", named)
    }
    found = []
    for row, decision in rows:
        category = categories[decision.category] if decision.category else None
        product = chosen[decision.product]["id"] if decision.product in chosen else None
        if product is None and category is not None and kinds.get(row["product_id"]) == category:
            # Who decides about the kind alone does not take a named product of it away.
            product = row["product_id"]
        wanted = {
            "category_id": category,
            "place": decision.place or (row["place"] if category else None),
            "product_id": product,
        }
        if product != row["product_id"]:
            wanted["certificate_id"] = None
        if facts.differs(row, wanted):
            found.append((row, wanted))
    return found


def _note_of(options: str | None, file_hash: str) -> _Note | None:
    """Return what was kept beside a run that put decisions on lines, None beside a file's."""
    # A file's hash is never that of the answers beside it, whatever its source is called.
    if options is None or hashlib.sha256(options.encode()).hexdigest() != file_hash:
        return None
    return msgspec.json.decode(options, type=_Note)


def _open(session: Session, note: _Note, *, actor: Actor, now: dt.datetime) -> Receipt:
    options = msgspec.json.encode(note)
    new = runs.NewRun(
        kind=Kind.BILL_LINES,
        source=SOURCE,
        file_name=note.building,
        file_hash=hashlib.sha256(options).hexdigest(),
        options=options.decode(),
    )
    opened = runs.open_run(session, new, actor=actor, now=now, is_resumable=False)
    return Receipt(session=session, run_id=opened.id, source=SOURCE, actor=actor.name, now=now)


def _replace(
    receipt: Receipt, table: Table, changes: Sequence[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    facts.close(receipt, table, [row["id"] for row, _ in changes])
    rows = [
        {k: v for k, v in row.items() if k not in ("id", *facts.RECORDED)} | wanted
        for row, wanted in changes
    ]
    ids = facts.add(receipt, table, rows)
    receipt.changed += len(rows)
    for row in rows:
        receipt.footprint.speak(table.name, *(row[name] for name in _NATURAL[table.name]))
        if row["product_id"] is not None:
            receipt.footprint.speak(Product.__tablename__, row["product_id"], of=EXISTENCE)
    if table is _DELIVERY:
        old = [row["id"] for row, _ in changes]
        copy_evidence(receipt.session, dict(zip(old, ids, strict=True)))
