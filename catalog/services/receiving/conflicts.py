"""Keep both sides where two sources contradict each other, until a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models.importing import SourceConflict
from catalog.repositories import bulk
from catalog.services.receiving.receipt import Receipt

_CONFLICT = bulk.table_of(SourceConflict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is held of a certificate (with its ``source``), and what this source offers instead."""

    certificate_id: int
    held: Mapping[str, Any]
    offered: Mapping[str, Any]


def keep_conflicts(receipt: Receipt, contradictions: Sequence[Contradiction]) -> None:
    """Write each field that is contradicted down, once."""
    ids = {each.certificate_id for each in contradictions}
    known = {
        (row["certificate_id"], row["field"], row["offered_value"], row["offered_source"])
        for row in bulk.rows_where_in(receipt.session, _CONFLICT, "certificate_id", ids)
        if row["closed_at"] is None
    }
    rows = []
    for each in contradictions:
        for name, value in each.offered.items():
            if each.held[name] is None or each.held[name] == value:
                continue
            mark = (each.certificate_id, name, str(value), receipt.source)
            if mark in known:
                continue
            known.add(mark)
            rows.append(
                {
                    "certificate_id": each.certificate_id,
                    "field": name,
                    "held_value": str(each.held[name]),
                    "held_source": each.held["source"],
                    "offered_value": str(value),
                    "offered_source": receipt.source,
                    "run_id": receipt.run_id,
                    "recorded_at": receipt.now,
                    "closed_at": None,
                }
            )
    receipt.conflicts += len(rows)
    bulk.insert_mappings(receipt.session, _CONFLICT, rows)
