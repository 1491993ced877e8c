"""Contradictions between sources: list them, show what each side would mean, decide."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import ConflictDecidedError, ConflictNotFoundError
from catalog.models.certificate import ProductCertificate
from catalog.models.importing import Decision, SourceConflict
from catalog.models.revision import Entity, Revision
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, certificates, conflicts
from catalog.rules.numbers import normal_number
from catalog.rules.terms import CertificateState
from catalog.rules.validity import Validity, validity_on
from catalog.services.receiving import deciding, entities
from catalog.services.receiving.receipt import Receipt
from catalog.views.conflicts import ConflictDetail, ConflictPage, ConflictRow, ConflictSide
from catalog.views.products import CertificateView

LONGEST_REASON = 200
SHOWN = 50
_FIRST, _LAST = "valid_from", "valid_to"


def browse_conflicts(
    connection: Connection,
    *,
    limit: int,
    offset: int,
    is_decided: bool | None = False,
    field: str | None = None,
    source: str | None = None,
    number: str | None = None,
) -> ConflictPage:
    """Return one page of contradictions, newest first; by default those that are open."""
    rows, total = conflicts.page_of(
        connection,
        is_decided=is_decided,
        field=field,
        source=source,
        number=normal_number(number) if number else None,
        limit=limit,
        offset=offset,
    )
    return ConflictPage(rows, limit, offset, total)


def choices(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the fields and the sources that a list can be narrowed to."""
    return conflicts.fields_and_sources(connection)


def get_conflict(connection: Connection, conflict_id: int, *, on: dt.date) -> ConflictDetail:
    """Return one contradiction, what each side would mean on a day, and what hangs on it.

    Raises:
        ConflictNotFoundError: There is none, or the import that brought it was undone.
    """
    row = conflicts.by_id(connection, conflict_id)
    if row is None:
        raise ConflictNotFoundError(key=conflict_id)
    paper = certificates.get_by_key(connection, row.certificate, on=on)
    return ConflictDetail(
        **msgspec.structs.asdict(row),
        on=on,
        held=_side(row, paper, on, row.held_value, row.held_source),
        offered=_side(row, paper, on, row.offered_value, row.offered_source),
        products=conflicts.products_under(connection, row.certificate, SHOWN),
        buildings=conflicts.buildings_with(connection, row.certificate, SHOWN),
    )


def _side(
    row: ConflictRow, paper: CertificateView, on: dt.date, value: str | None, source: str
) -> ConflictSide:
    is_offered = (value, source) == (row.offered_value, row.offered_source)
    spoken = [each.recorded_at for each in paper.versions if each.source == source]
    spoken += [each.recorded_at for each in paper.states if each.source == source]
    return ConflictSide(
        value=value,
        source=source,
        recorded_at=row.recorded_at if is_offered else min(spoken, default=None),
        run=row.run if is_offered else None,
        validity=_validity_if(row, paper, on, value),
    )


def _validity_if(
    row: ConflictRow, paper: CertificateView, on: dt.date, value: str | None
) -> Validity:
    """Return what the certificate is on a day if the value counts wherever a side stands now."""
    sides = {row.held_value, row.offered_value}
    windows = []
    for version in paper.versions:
        window = {_FIRST: version.valid_from, _LAST: version.valid_to}
        if row.field in window and str(window[row.field]) in sides and value:
            window[row.field] = dt.date.fromisoformat(value)
        windows.append((window[_FIRST], window[_LAST]))
    states = []
    for each in paper.states:
        state, day = each.state, each.from_on
        if row.field == "state" and str(state) in sides and value:
            state = CertificateState(value)
        if row.field == "from_on" and str(day) in sides and value:
            day = dt.date.fromisoformat(value)
        states.append((state, day))
    return validity_on(windows, states, on)


def decide(
    session: Session,
    conflict_id: int,
    decision: Decision,
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Say which side counts. The other stays on record, and does not come back by itself.

    Raises:
        PermissionDeniedError: The actor may not decide.
        ConflictNotFoundError: There is no such contradiction.
        ConflictDecidedError: It is decided, or gone.
        ConflictUndecidableError: The offered side cannot be written in place of the held one.
    """
    conflict = _open_to(session, conflict_id, actor)
    if conflict.closed_at is not None:
        raise ConflictDecidedError(key=conflict_id)
    deciding.write_decision(session, conflict, decision, now=now)
    conflict.decision = decision
    conflict.closed_at = now
    conflict.decided_by = actor.name
    conflict.reason = reason.strip()[:LONGEST_REASON]
    _keep_on_record(session, conflict, actor, now, conflict.reason)


def reopen(
    session: Session, conflict_id: int, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Take a decision back: both sides stand beside each other again, as before it.

    Raises:
        PermissionDeniedError: The actor may not decide.
        ConflictNotFoundError: There is no such contradiction.
        ConflictDecidedError: It is not decided.
        ConflictUndecidableError: A later import changed what the decision wrote.
    """
    conflict = _open_to(session, conflict_id, actor)
    if conflict.decision is None:
        raise ConflictDecidedError(key=conflict_id)
    deciding.take_decision_back(session, conflict, now=now)
    conflict.decision = conflict.closed_at = conflict.decided_by = conflict.reason = None
    _keep_on_record(session, conflict, actor, now, reason.strip()[:LONGEST_REASON])


def _open_to(session: Session, conflict_id: int, actor: Actor) -> SourceConflict:
    ensure(actor, Action.DECIDE_CONFLICTS)
    bulk.take_turns(session)
    conflict = session.get(SourceConflict, conflict_id)
    if conflict is None:
        raise ConflictNotFoundError(key=conflict_id)
    return conflict


def _keep_on_record(
    session: Session, conflict: SourceConflict, actor: Actor, now: dt.datetime, reason: str
) -> None:
    """Write down who did what and why, and what must be calculated and indexed again."""
    said = {
        "conflict": conflict.id,
        "field": conflict.field,
        "held": [conflict.held_value, conflict.held_source],
        "offered": [conflict.offered_value, conflict.offered_source],
        "decision": conflict.decision,
    }
    session.add(
        Revision(
            entity=Entity.CERTIFICATE,
            entity_id=conflict.certificate_id,
            recorded_at=now,
            actor=actor.name,
            reason=reason,
            run_id=None,
            data=msgspec.json.encode(said).decode(),
        )
    )
    session.flush()
    covers = bulk.rows_where_in(
        session,
        bulk.table_of(ProductCertificate),
        "certificate_id",
        [conflict.certificate_id],
        current=True,
    )
    products = {row["product_id"] for row in covers}
    buildings = {
        row["building_id"]
        for model in (BillLine, Delivery)
        for column, ids in (("product_id", products), ("certificate_id", [conflict.certificate_id]))
        for row in bulk.rows_where_in(session, bulk.table_of(model), column, ids, current=True)
    }
    receipt = Receipt(session=session, run_id=conflict.run_id, source="", actor=actor.name, now=now)
    entities.note_stale_documents(receipt, products)
    entities.note_stale_buildings(receipt, buildings)
