"""Keep both sides where two sources contradict each other, until a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models.importing import SourceConflict
from catalog.repositories import bulk
from catalog.services.receiving.receipt import Receipt

_CONFLICT = bulk.table_of(SourceConflict)

Side = tuple[str, str]  # what is said, and the source that says it
Mark = tuple[int, str, frozenset[Side]]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is held of a certificate (with its ``source``), and what this source offers instead."""

    certificate_id: int
    held: Mapping[str, Any]
    offered: Mapping[str, Any]


def keep_conflicts(receipt: Receipt, contradictions: Sequence[Contradiction]) -> None:
    """Write each field that is contradicted down, once, whichever side speaks again.

    What a person decided is not asked again.
    """
    ids = {each.certificate_id for each in contradictions}
    for certificate_id in ids:
        receipt.footprint.speak("conflict", certificate_id)
    known = {
        _mark(row["certificate_id"], row["field"], _held(row), _offered(row))
        for row in bulk.rows_where_in(receipt.session, _CONFLICT, "certificate_id", ids)
        if row["closed_at"] is None or row["decision"] is not None
    }
    rows = []
    for each in contradictions:
        for name, value in each.offered.items():
            if each.held[name] is None or each.held[name] == value:
                continue
            held = (str(each.held[name]), str(each.held["source"]))
            mark = _mark(each.certificate_id, name, held, (str(value), receipt.source))
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


def _mark(certificate_id: int, field: str, one: Side, other: Side) -> Mark:
    """Return by what a contradiction is known; it is the same from either side."""
    return certificate_id, field, frozenset((one, other))


def _held(row: Mapping[str, Any]) -> Side:
    return row["held_value"], row["held_source"]


def _offered(row: Mapping[str, Any]) -> Side:
    return row["offered_value"], row["offered_source"]
