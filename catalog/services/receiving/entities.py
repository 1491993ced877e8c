"""Add or change things that keep one current row, and keep every state they were in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Column, Enum, Table

from catalog.models.base import ExactDecimal, UTCDateTime
from catalog.models.outbox import OutboxEntry
from catalog.models.project import Building, ProjectKinds
from catalog.models.revision import Entity, Revision
from catalog.repositories import bulk
from catalog.repositories.revisions import IMPORTED
from catalog.rules.terms import ProjectKind
from catalog.services.receiving.receipt import Receipt

_REVISION = bulk.table_of(Revision)
_OUTBOX = bulk.table_of(OutboxEntry)
_BUILDING = bulk.table_of(Building)
_NOT_DATA = frozenset({"id", "recorded_at", "stale_since"})


@dataclass(slots=True)
class Upserted:
    """What became of the entities of one batch: ids by key, and which are new or changed."""

    ids: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def snapshot(row: Mapping[str, Any]) -> str:
    """Return the JSON that a revision keeps of a row."""
    return msgspec.json.encode({k: v for k, v in row.items() if k not in _NOT_DATA}).decode()


def python_type(column: Column[Any]) -> Any:  # noqa: ANN401  A type, for msgspec to convert to.
    """Return the type of a column's values, as a snapshot is turned back into them."""
    kind = column.type
    if isinstance(kind, ExactDecimal):
        return Decimal
    if isinstance(kind, UTCDateTime):
        return dt.datetime
    if isinstance(kind, ProjectKinds):
        return frozenset[ProjectKind]
    if isinstance(kind, Enum) and kind.enum_class:
        return kind.enum_class
    return kind.python_type


def revision(receipt: Receipt, entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the ledger of states keeps of a row that an import left so."""
    return {
        "entity": entity,
        "entity_id": row["id"],
        "recorded_at": receipt.now,
        "actor": receipt.actor,
        "reason": IMPORTED,
        "run_id": receipt.run_id,
        "data": snapshot(row),
    }


def upsert(
    receipt: Receipt,
    table: Table,
    entity: Entity,
    wanted: Mapping[str, Mapping[str, Any]],
    *,
    fixed: Mapping[str, Any],
    known: Iterable[Mapping[str, Any]] | None = None,
) -> Upserted:
    """Add the rows whose key is new, change those that state something else.

    ``wanted`` maps a key to the columns; a None does not overwrite what is known, for it only
    says that the source is silent, unless the receipt is whole. ``fixed`` holds columns that are
    set once, when a row is new. A withdrawn row comes back as if it were new. ``known`` spares the
    look-up of existing rows to a caller that has them.
    """
    session = receipt.session
    existing = {
        row["key"]: dict(row)
        for row in (bulk.rows_where_in(session, table, "key", wanted) if known is None else known)
    }
    outcome = Upserted(ids={key: row["id"] for key, row in existing.items()})
    added: list[dict[str, Any]] = []
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    revisions = []
    for key, columns in wanted.items():
        held = existing.get(key)
        if held is None:
            added.append(
                {"key": key, **columns, **fixed, "recorded_at": receipt.now, "withdrawn_at": None}
            )
            continue
        if held["withdrawn_at"] is None:
            stated = {
                k: v
                for k, v in columns.items()
                if (v is not None or receipt.is_whole) and held[k] != v
            }
        else:
            stated = {**columns, **fixed, "withdrawn_at": None}
        if stated:
            receipt.note_changed(entity, key, held["name"], held, stated)
            names = tuple(sorted(stated))
            updates.setdefault(names, []).append({"id": held["id"], **stated})
            revisions.append(revision(receipt, entity, {**held, **stated}))
            outcome.changed.add(key)
    ids = bulk.insert_mappings(session, table, added)
    for new_id, row in zip(ids, added, strict=True):
        outcome.ids[row["key"]] = new_id
        outcome.new.add(row["key"])
        receipt.note_new(entity, row["key"], row["name"])
        revisions.append(revision(receipt, entity, {"id": new_id, **row}))
    for rows in updates.values():
        bulk.update_by_id(session, table, rows)
    bulk.insert_mappings(session, _REVISION, revisions)
    receipt.seal(revisions)
    return outcome


def merge(
    wanted: dict[str, dict[str, Any]], key: str, columns: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Add what one more row states of a key, blanks aside; return what earlier rows stated."""
    earlier = wanted.get(key)
    wanted[key] = {
        name: earlier[name] if earlier is not None and value is None else value
        for name, value in columns.items()
    }
    return earlier


def note_stale_documents(receipt: Receipt, product_ids: Iterable[int]) -> None:
    """Tell the search worker which products' documents are out of date."""
    # The database numbers these rows: their numbers must never come back.
    rows = [(i, receipt.now) for i in sorted(set(product_ids))]
    bulk.insert_rows(receipt.session, _OUTBOX, ["product_id", "recorded_at"], rows)


def note_stale_buildings(receipt: Receipt, building_ids: Iterable[int]) -> None:
    """Mark the buildings whose results no longer follow from what is known."""
    rows = [{"id": i, "stale_since": receipt.now} for i in sorted(set(building_ids))]
    bulk.update_by_id(receipt.session, _BUILDING, rows)
