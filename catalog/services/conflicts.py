"""Contradictions between sources: list them, show what each side would mean, decide."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import ConflictDecidedError, ConflictNotFoundError
from catalog.models.certificate import ProductCertificate
from catalog.models.importing import SourceConflict
from catalog.models.revision import Entity, Revision
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, certificates, conflicts, epds
from catalog.rules.numbers import normal_number
from catalog.rules.terms import ConflictSubject, Decision
from catalog.rules.validity import validity_on
from catalog.services import audit
from catalog.services.consequences import paper_if, paper_of
from catalog.services.receiving import entities, settling
from catalog.services.receiving.receipt import Receipt
from catalog.views.conflicts import (
    ConflictDetail,
    ConflictPage,
    ConflictRow,
    ConflictSide,
    ConflictStanding,
)
from catalog.views.products import CertificateView

LONGEST_REASON = 200
SHOWN = 50


def browse_conflicts(
    connection: Connection,
    *,
    limit: int,
    offset: int,
    standing: ConflictStanding | None = ConflictStanding.OPEN,
    subject: ConflictSubject | None = None,
    field: str | None = None,
    source: str | None = None,
    words: str | None = None,
    run: int | None = None,
) -> ConflictPage:
    """Return one page of contradictions, newest first; by default those that are open.

    ``words`` is part of a certificate's number or a product's name, or starts a declaration's key.
    ``run`` is the import that brought it.
    """
    rows, total = conflicts.page_of(
        connection,
        standing=standing,
        subject=subject,
        field=field,
        source=source,
        words=words,
        number=normal_number(words) if words else None,
        run=run,
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
    held, offered = _sides(connection, row, on)
    return ConflictDetail(
        **msgspec.structs.asdict(row),
        on=on,
        held=held,
        offered=offered,
        products=_products(connection, row),
        buildings=(
            conflicts.buildings_with(connection, row.certificate, SHOWN) if row.certificate else []
        ),
    )


def _products(connection: Connection, row: ConflictRow) -> list[tuple[str, str]]:
    if row.product is not None:
        return [(row.product, row.product_name or row.product)]
    if row.certificate is not None:
        return conflicts.products_under(connection, row.certificate, SHOWN)
    return conflicts.products_declared(connection, row.declaration or "", SHOWN)


def _sides(
    connection: Connection, row: ConflictRow, on: dt.date
) -> tuple[ConflictSide, ConflictSide]:
    paper = None
    if row.certificate is not None:
        paper = certificates.get_by_key(connection, row.certificate, on=on)
    told = epds.statements_of(connection, row.declaration) if row.declaration else []
    spoken = {each["source"]: (each["recorded_at"], each["run_id"]) for each in told}
    sides = []
    for value, source in (
        (row.held_value, row.held_source),
        (row.offered_value, row.offered_source),
    ):
        is_offered = (value, source) == (row.offered_value, row.offered_source)
        validity = None
        if paper is not None and row.subject is ConflictSubject.CERTIFICATE:
            recorded_at = row.recorded_at if is_offered else _first_spoken(paper, source)
            run = row.run if is_offered else None
            supposed = paper_if(row, paper_of(connection, paper.key), value)
            windows = [(each.valid_from, each.valid_to) for each in supposed.versions]
            validity = validity_on(windows, supposed.states, on)
        elif paper is not None and not is_offered:
            recorded_at, run = _first_spoken(paper, source), None
            validity = paper.validity
        else:
            recorded_at, run = spoken.get(source, (None, None))
        sides.append(ConflictSide(value, source, recorded_at, run, validity))
    return sides[0], sides[1]


def _first_spoken(paper: CertificateView, source: str) -> dt.datetime | None:
    spoken = [each.recorded_at for each in paper.versions if each.source == source]
    spoken += [each.recorded_at for each in paper.states if each.source == source]
    return min(spoken, default=None)


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

    A certificate then says what counts. Of a declaration each source keeps its statement, and the
    one that is trusted stands for it in lists; of a product the decision is what is remembered.

    Raises:
        PermissionDeniedError: The actor may not decide.
        ConflictNotFoundError: There is no such contradiction.
        ConflictDecidedError: It is decided, or gone.
        ConflictUndecidableError: The offered side cannot be written in place of the held one.
    """
    conflict = _open_to(session, conflict_id, actor)
    if conflict.closed_at is not None:
        raise ConflictDecidedError(key=conflict_id)
    if conflict.subject is ConflictSubject.CERTIFICATE:
        settling.write_decision(session, conflict, decision, now=now)
    conflict.decision = decision
    conflict.closed_at = now
    conflict.decided_by = actor.name
    conflict.reason = reason.strip()[:LONGEST_REASON]
    _keep_on_record(session, conflict, actor, now, conflict.reason, earlier=None)


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
    if conflict.subject is ConflictSubject.CERTIFICATE:
        settling.take_decision_back(session, conflict, now=now)
    earlier = conflict.decision
    conflict.decision = conflict.closed_at = conflict.decided_by = conflict.reason = None
    _keep_on_record(session, conflict, actor, now, reason.strip()[:LONGEST_REASON], earlier=earlier)


def _open_to(session: Session, conflict_id: int, actor: Actor) -> SourceConflict:
    ensure(actor, Action.DECIDE_CONFLICTS)
    bulk.take_turns(session)
    conflict = session.get(SourceConflict, conflict_id)
    if conflict is None:
        raise ConflictNotFoundError(key=conflict_id)
    return conflict


def _keep_on_record(
    session: Session,
    conflict: SourceConflict,
    actor: Actor,
    now: dt.datetime,
    reason: str,
    *,
    earlier: Decision | None,
) -> None:
    """Write down who did what and why, and what must be calculated and indexed again."""
    said = {
        "conflict": conflict.id,
        "field": conflict.field,
        "held": [conflict.held_value, conflict.held_source],
        "offered": [conflict.offered_value, conflict.offered_source],
        "decision": conflict.decision,
    }
    audit.record(
        session,
        actor,
        action=Action.DECIDE_CONFLICTS,
        thing="conflict",
        key=str(conflict.id),
        now=now,
        reason=reason,
        before={**said, "decision": earlier},
        after=said,
    )
    entity, entity_id = _entity(conflict)
    session.add(
        Revision(
            entity=entity,
            entity_id=entity_id,
            recorded_at=now,
            actor=actor.name,
            reason=reason,
            run_id=None,
            data=msgspec.json.encode(said).decode(),
        )
    )
    session.flush()
    if conflict.subject is not ConflictSubject.CERTIFICATE:
        return
    of_certificate = [conflict.certificate_id]
    covers = bulk.rows_where_in(
        session,
        bulk.table_of(ProductCertificate),
        "certificate_id",
        of_certificate,
        current=True,
    )
    products = {row["product_id"] for row in covers}
    buildings = {
        row["building_id"]
        for model in (BillLine, Delivery)
        for column, ids in (("product_id", products), ("certificate_id", of_certificate))
        for row in bulk.rows_where_in(session, bulk.table_of(model), column, ids, current=True)
    }
    receipt = Receipt(session=session, run_id=conflict.run_id, source="", actor=actor.name, now=now)
    entities.note_stale_documents(receipt, products)
    entities.note_stale_buildings(receipt, buildings)


def _entity(conflict: SourceConflict) -> tuple[Entity, int]:
    """Return the thing to whose history a decision belongs."""
    if conflict.certificate_id is not None:
        return Entity.CERTIFICATE, conflict.certificate_id
    assert conflict.epd_id is not None  # noqa: S101  A conflict about no certificate has one.
    return Entity.DECLARATION, conflict.epd_id
