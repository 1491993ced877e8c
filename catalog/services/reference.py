"""Publish what the trade refers to: catalogues, divisions, units, places and rule packs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from catalog.errors import RulePackChangedError
from catalog.models.cube import ReportClose
from catalog.models.division import Division, DivisionName
from catalog.models.rulebook import Place, RulePack, Unit
from catalog.models.taxonomy import Catalogue, Category, CategoryGroup
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk
from catalog.rules.packs import content_hash, parse_pack
from catalog.services import audit

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Everything that is published together; each row's keys are the table's columns.

    ``groups`` and ``categories`` name their catalogue and group by key, ``division_names`` their
    division; ``rule_packs`` are whole documents.
    """

    catalogues: Sequence[Row]
    groups: Sequence[Row]
    categories: Sequence[Row]
    divisions: Sequence[Row]
    division_names: Sequence[Row]
    units: Sequence[Row]
    places: Sequence[Row]
    report_closes: Sequence[Row]
    rule_packs: Sequence[Mapping[str, Any]]


def publish(session: Session, reference: Reference, *, actor: Actor, now: dt.datetime) -> int:
    """Bring the lists up to date; return how many rows are new or changed.

    A category that a later list leaves out stays: products and results refer to it.

    Raises:
        PermissionDeniedError: The actor may not publish rules.
        RulePackChangedError: A pack differs from what was published under its key and version.
    """
    ensure(actor, Action.PUBLISH_RULES)
    brought = _Brought()
    _bring(session, bulk.table_of(Catalogue), reference.catalogues, brought)
    catalogues = _ids(session, bulk.table_of(Catalogue))
    groups = [
        {**{k: v for k, v in row.items() if k != "catalogue"},
         "catalogue_id": catalogues[row["catalogue"]]}
        for row in reference.groups
    ]  # fmt: skip
    _bring(session, bulk.table_of(CategoryGroup), groups, brought)
    group_ids = _ids(session, bulk.table_of(CategoryGroup))
    categories = [
        {
            **{k: v for k, v in row.items() if k not in ("catalogue", "group")},
            "catalogue_id": catalogues[row["catalogue"]],
            "group_id": group_ids[row["group"]] if row["group"] else None,
        }
        for row in reference.categories
    ]
    _bring(session, bulk.table_of(Category), categories, brought)
    _bring(session, bulk.table_of(Division), reference.divisions, brought)
    _bring_names(session, reference.division_names, brought)
    _bring(session, bulk.table_of(Unit), reference.units, brought)
    _bring(session, bulk.table_of(Place), reference.places, brought)
    _bring(session, bulk.table_of(ReportClose), reference.report_closes, brought)
    _publish_packs(session, reference.rule_packs, now, brought)
    if brought.rows:
        audit.record(
            session,
            actor,
            action=Action.PUBLISH_RULES,
            thing="reference-lists",
            key="all",
            now=now,
            before=brought.before or None,
            after=brought.after,
        )
    return brought.rows


def _ids(session: Session, table: Table) -> dict[str, int]:
    return {row.key: row.id for row in session.execute(select(table.c.key, table.c.id))}


@dataclass(slots=True)
class _Brought:
    """What is new or changed so far, by table and key, as the record tells it."""

    rows: int = 0
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    after: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, table: Table, key: str, after: Row, before: Row | None = None) -> None:
        """Note a row: of a changed one only the columns that changed."""
        said = {k: v for k, v in after.items() if before is None or before[k] != v}
        self.rows += 1
        self.after.setdefault(table.name, {})[key] = said
        if before is not None:
            self.before.setdefault(table.name, {})[key] = {k: before[k] for k in said}


def _bring(session: Session, table: Table, rows: Sequence[Row], brought: _Brought) -> None:
    """Add rows with new keys and change those that say something else."""
    held = {row["key"]: dict(row) for row in session.execute(select(table)).mappings()}
    added = [row for row in rows if row["key"] not in held]
    updates = [
        {"id": held[row["key"]]["id"], **row}
        for row in rows
        if row["key"] in held and any(held[row["key"]][k] != v for k, v in row.items())
    ]
    bulk.insert_mappings(session, table, added)
    bulk.update_by_id(session, table, updates)
    for row in added:
        brought.note(table, row["key"], row)
    for row in updates:
        brought.note(table, row["key"], row, held[row["key"]])


def _bring_names(session: Session, rows: Sequence[Row], brought: _Brought) -> None:
    """Keep one row for each division and first day of a name."""
    table = bulk.table_of(DivisionName)
    ids = _ids(session, bulk.table_of(Division))
    held = {
        (row["division_id"], row["valid_from"]): dict(row)
        for row in session.execute(select(table)).mappings()
    }
    for row in rows:
        columns = {k: v for k, v in row.items() if k != "division"}
        columns["division_id"] = ids[row["division"]]
        known = held.get((columns["division_id"], columns["valid_from"]))
        if known is None:
            bulk.insert_mappings(session, table, [columns])
        elif any(known[k] != v for k, v in columns.items()):
            bulk.update_by_id(session, table, [{"id": known["id"], **columns}])
        else:
            continue
        brought.note(table, f"{row['division']} {row['valid_from']}", columns, known)


def _publish_packs(
    session: Session, contents: Sequence[Mapping[str, Any]], now: dt.datetime, brought: _Brought
) -> None:
    table = bulk.table_of(RulePack)
    held = {
        (row.key, row.version): row.content_hash
        for row in session.execute(select(table.c.key, table.c.version, table.c.content_hash))
    }
    added = []
    for content in contents:
        pack = parse_pack(content)
        fingerprint = content_hash(content)
        known = held.get((pack.key, pack.version))
        if known == fingerprint:
            continue
        if known is not None:
            raise RulePackChangedError(key=pack.key, version=pack.version)
        added.append(
            {
                "key": pack.key,
                "version": pack.version,
                "kind": pack.kind,
                "jurisdiction": pack.jurisdiction,
                "effective_from": pack.effective_from,
                "effective_to": pack.effective_to,
                "content": msgspec.json.encode(content).decode(),
                "content_hash": fingerprint,
                "recorded_at": now,
            }
        )
    bulk.insert_mappings(session, table, added)
    for row in added:
        # The hash says what the pack holds; the pack itself is published for good.
        name = f"{row['key']}@{row['version']}"
        brought.note(table, name, {"content_hash": row["content_hash"]})
