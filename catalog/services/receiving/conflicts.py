"""Keep both sides where two sources contradict each other, until a person decides or they agree."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models.importing import SourceConflict
from catalog.repositories import bulk
from catalog.rules.terms import ConflictSubject
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.settling import CATEGORY

_CONFLICT = bulk.table_of(SourceConflict)
# A source names classes of several catalogues and days of several states: one takes no other back.
_SAID_SEVERALLY = (CATEGORY, "from_on")

Row = dict[str, Any]
Side = tuple[str, str]  # what is said, and the source that says it
Mark = tuple[int, str, frozenset[Side]]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is held of a certificate (with its ``source``), and what this source offers instead.

    ``effective_on`` says of which version or state; None where there is but one to speak of.
    """

    certificate_id: int
    held: Mapping[str, Any]
    offered: Mapping[str, Any]
    effective_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What this source says of a certificate now, be it news or not."""

    certificate_id: int
    values: Mapping[str, Any]
    effective_on: dt.date | None = None


@dataclass(slots=True)
class Heard:
    """What a batch says of certificates that were known, and where it contradicts."""

    statements: list[Statement] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)


def keep_conflicts(receipt: Receipt, *batch: Heard) -> None:
    """Close the conflicts in which this source has come round, and write new ones down, once.

    It does not matter which side speaks again. What a person decided is not asked again.
    """
    heard = Heard(
        statements=[each for heard in batch for each in heard.statements],
        contradictions=[each for heard in batch for each in heard.contradictions],
    )
    ids = {each.certificate_id for each in heard.contradictions}
    ids |= {each.certificate_id for each in heard.statements}
    held: dict[int, list[Row]] = defaultdict(list)
    for row in bulk.rows_where_in(receipt.session, _CONFLICT, "certificate_id", ids):
        if row["subject"] is ConflictSubject.CERTIFICATE:
            held[row["certificate_id"]].append(row)
    _speak(receipt, heard, held)
    ended = _ended(receipt.source, heard.statements, held)
    bulk.update_by_id(
        receipt.session,
        _CONFLICT,
        [{"id": i, "closed_at": receipt.now, "closed_run_id": receipt.run_id} for i in ended],
    )
    known = {
        _mark(row["certificate_id"], row["field"], _held(row), _offered(row))
        for rows in held.values()
        for row in rows
        if row["decision"] is not None or (row["closed_at"] is None and row["id"] not in ended)
    }
    rows = []
    for each in heard.contradictions:
        for name, value in each.offered.items():
            if each.held[name] is None or each.held[name] == value:
                continue
            side = (str(each.held[name]), str(each.held["source"]))
            mark = _mark(each.certificate_id, name, side, (str(value), receipt.source))
            if mark in known:
                continue
            known.add(mark)
            rows.append(
                {
                    "subject": ConflictSubject.CERTIFICATE,
                    "certificate_id": each.certificate_id,
                    "effective_on": each.effective_on,
                    "field": name,
                    "held_value": str(each.held[name]),
                    "held_source": each.held["source"],
                    "offered_value": str(value),
                    "offered_source": receipt.source,
                    "run_id": receipt.run_id,
                    "recorded_at": receipt.now,
                }
            )
    receipt.conflicts += len(rows)
    bulk.insert_mappings(receipt.session, _CONFLICT, rows)


def _speak(receipt: Receipt, heard: Heard, held: Mapping[int, Iterable[Row]]) -> None:
    """Note whose conflicts this run speaks of: to undo what came before would change them."""
    spoken = {each.certificate_id for each in heard.contradictions} | {
        certificate_id
        for certificate_id, rows in held.items()
        for row in rows
        if row["decision"] is None
        and (row["closed_at"] is None or row["closed_run_id"] is not None)
        and receipt.source in (row["held_source"], row["offered_source"])
    }
    for certificate_id in spoken:
        receipt.footprint.speak("conflict", certificate_id)


def _ended(
    source: str, statements: Iterable[Statement], held: Mapping[int, Iterable[Row]]
) -> set[int]:
    """Return the open conflicts whose two sides do not stand against each other any more."""
    return {
        row["id"]
        for each in statements
        for row in held.get(each.certificate_id, ())
        if row["closed_at"] is None
        and row["field"] in each.values
        and row["effective_on"] == each.effective_on
        and _is_over(row, str(each.values[row["field"]]), source)
    }


def _is_over(row: Row, value: str, source: str) -> bool:
    """Tell whether a source that says the value now does not say its side of a conflict.

    What the offering source said before is written nowhere else, so another word of it ends the
    conflict; another word of the holding source leaves the offered side contradicted.
    """
    if source == row["offered_source"]:
        is_taken_back = value != row["offered_value"] and row["field"] not in _SAID_SEVERALLY
        return is_taken_back or bool(value == row["held_value"])
    return bool(source == row["held_source"] and value == row["offered_value"])


def _mark(certificate_id: int, field: str, one: Side, other: Side) -> Mark:
    """Return by what a contradiction is known; it is the same from either side."""
    return certificate_id, field, frozenset((one, other))


def _held(row: Mapping[str, Any]) -> Side:
    return row["held_value"], row["held_source"]


def _offered(row: Mapping[str, Any]) -> Side:
    return row["offered_value"], row["offered_source"]
