"""Publish what the trade refers to: catalogues, divisions, units, places and rule packs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    changed = _bring(session, bulk.table_of(Catalogue), reference.catalogues)
    catalogues = _ids(session, bulk.table_of(Catalogue))
    groups = [
        {**{k: v for k, v in row.items() if k != "catalogue"},
         "catalogue_id": catalogues[row["catalogue"]]}
        for row in reference.groups
    ]  # fmt: skip
    changed += _bring(session, bulk.table_of(CategoryGroup), groups)
    group_ids = _ids(session, bulk.table_of(CategoryGroup))
    categories = [
        {
            **{k: v for k, v in row.items() if k not in ("catalogue", "group")},
            "catalogue_id": catalogues[row["catalogue"]],
            "group_id": group_ids[row["group"]] if row["group"] else None,
        }
        for row in reference.categories
    ]
    changed += _bring(session, bulk.table_of(Category), categories)
    changed += _bring(session, bulk.table_of(Division), reference.divisions)
    changed += _bring_names(session, reference.division_names)
    changed += _bring(session, bulk.table_of(Unit), reference.units)
    changed += _bring(session, bulk.table_of(Place), reference.places)
    changed += _bring(session, bulk.table_of(ReportClose), reference.report_closes)
    return changed + _publish_packs(session, reference.rule_packs, now)


def _ids(session: Session, table: Table) -> dict[str, int]:
    return {row.key: row.id for row in session.execute(select(table.c.key, table.c.id))}


def _bring(session: Session, table: Table, rows: Sequence[Row]) -> int:
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
    return len(added) + len(updates)


def _bring_names(session: Session, rows: Sequence[Row]) -> int:
    """Keep one row for each division and first day of a name."""
    table = bulk.table_of(DivisionName)
    ids = _ids(session, bulk.table_of(Division))
    held = {
        (row["division_id"], row["valid_from"]): dict(row)
        for row in session.execute(select(table)).mappings()
    }
    changed = 0
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
        changed += 1
    return changed


def _publish_packs(
    session: Session, contents: Sequence[Mapping[str, Any]], now: dt.datetime
) -> int:
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
    return len(added)
