"""What a person's decision between two sources does to a certificate, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from catalog.errors import ConflictUndecidableError
from catalog.models.certificate import CertificateCategory, CertificateStatus, CertificateVersion
from catalog.models.importing import SourceConflict
from catalog.models.taxonomy import Category
from catalog.repositories import bulk
from catalog.rules.terms import ConflictSubject, Decision
from catalog.services.receiving import entities

CATEGORY = "category"
STATE_FIELDS = ("state", "from_on")
_VERSION = bulk.table_of(CertificateVersion)
_STATUS = bulk.table_of(CertificateStatus)
_CLAIM = bulk.table_of(CertificateCategory)
_CONFLICT = bulk.table_of(SourceConflict)
_DAY_OF = {_VERSION.name: "effective_on", _STATUS.name: "from_on"}

Row = dict[str, Any]
Side = tuple[str | None, str]


def sides_of(conflict: SourceConflict, decision: Decision) -> tuple[Side, Side]:
    """Return what counts by a decision, and what does not, each with its source."""
    held = conflict.held_value, conflict.held_source
    offered = conflict.offered_value, conflict.offered_source
    return (held, offered) if decision is Decision.HELD else (offered, held)


def write_decision(
    session: Session, conflict: SourceConflict, decision: Decision, *, now: dt.datetime
) -> None:
    """Make the facts say what counts by the decision.

    A fact keeps the run that brought it, so that to undo that run takes it back too.

    Raises:
        ConflictUndecidableError: Nothing says the held value any more, or the day is taken.
    """
    if conflict.field == CATEGORY:
        (_, loser) = sides_of(conflict, decision)
        _close(session, _CLAIM, _claims(session, conflict, loser), now)
        return
    if decision is Decision.HELD:
        return
    table = _STATUS if conflict.field in STATE_FIELDS else _VERSION
    current = bulk.rows_where_in(
        session, table, "certificate_id", [conflict.certificate_id], current=True
    )
    told = [
        row
        for row in current
        if str(row[conflict.field]) == conflict.held_value and row["source"] == conflict.held_source
    ]
    kind = entities.python_type(table.c[conflict.field])
    value = msgspec.convert(conflict.offered_value, kind, strict=False)
    changed = {conflict.field: value}
    if table is _STATUS:
        # A state is one source's word; a version is one paper, of which a decision corrects a line.
        changed["source"] = conflict.offered_source
    wanted = [{**row, **changed} for row in told]
    day = _DAY_OF[table.name]
    days = [row[day] for row in (*wanted, *(row for row in current if row not in told))]
    if not told or len(days) != len(set(days)):
        raise ConflictUndecidableError(key=conflict.id)
    _close(session, table, told, now)
    _know_again(session, table, wanted, now)


def take_decision_back(session: Session, conflict: SourceConflict, *, now: dt.datetime) -> None:
    """Make the facts say again what they said before the conflict was decided.

    Raises:
        ConflictUndecidableError: A later import stated something else in place of the decision.
    """
    if conflict.field == CATEGORY:
        table = _CLAIM
    elif conflict.decision is Decision.HELD:
        return
    else:
        table = _STATUS if conflict.field in STATE_FIELDS else _VERSION
    rows = bulk.rows_where_in(session, table, "certificate_id", [conflict.certificate_id])
    before = [
        row
        for row in rows
        if row["superseded_at"] == conflict.closed_at and row["superseded_run_id"] is None
    ]
    runs = {row["run_id"] for row in before}
    written = [
        row
        for row in rows
        if row["recorded_at"] == conflict.closed_at
        and row["run_id"] in runs
        and row["superseded_at"] is None
    ]
    is_as_written = table is _CLAIM or len(written) == len(before)
    if not is_as_written:
        raise ConflictUndecidableError(key=conflict.id)
    if table is not _CLAIM:
        _close(session, table, written, now)
    _know_again(session, table, before, now)


def rejected_values(session: Session, ids: Iterable[int]) -> set[tuple[int, str, str, str]]:
    """Return (certificate, field, value, source) of every side that a person decided against."""
    return {
        (row["certificate_id"], row["field"], *_loser(row))
        for row in bulk.rows_where_in(session, _CONFLICT, "certificate_id", ids)
        if row["decision"] is not None and row["subject"] is ConflictSubject.CERTIFICATE
    }


def _loser(row: Row) -> tuple[str, str]:
    if row["decision"] is Decision.HELD:
        return row["offered_value"], row["offered_source"]
    return row["held_value"], row["held_source"]


def _claims(session: Session, conflict: SourceConflict, side: Side) -> list[Row]:
    """Return a source's current claims to the categories that one side names."""
    named = (side[0] or "").split(", ")
    ids = set(session.scalars(select(Category.id).where(Category.key.in_(named))))
    return [
        row
        for row in bulk.rows_where_in(
            session, _CLAIM, "certificate_id", [conflict.certificate_id], current=True
        )
        if row["source"] == side[1] and row["category_id"] in ids
    ]


def _close(session: Session, table: Table, rows: Iterable[Row], now: dt.datetime) -> None:
    closed = {"superseded_at": now, "superseded_run_id": None}
    bulk.update_by_id(session, table, [{"id": row["id"], **closed} for row in rows])


def _know_again(session: Session, table: Table, rows: Iterable[Row], now: dt.datetime) -> None:
    fresh = {"recorded_at": now, "superseded_at": None, "superseded_run_id": None}
    again = [{k: v for k, v in row.items() if k != "id"} | fresh for row in rows]
    bulk.insert_mappings(session, table, again)
