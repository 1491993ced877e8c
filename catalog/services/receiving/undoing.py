"""Take an import back: what it brought is closed, what it closed is known again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from catalog.errors import (
    AlreadyUndoneError,
    ImportRunNotFoundError,
    IncompleteImportError,
    UndoRefusedError,
)
from catalog.models.certificate import Certificate, CertificateVersion, ProductCertificate
from catalog.models.epd import EpdVersion
from catalog.models.importing import ImportRun, RunState, SourceConflict
from catalog.models.report import TestReport
from catalog.models.revision import Entity, Revision
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk
from catalog.rules.terms import Decision
from catalog.services import audit, owning
from catalog.services.receiving import entities, facts
from catalog.services.receiving.brought import FACTS, Brought
from catalog.services.receiving.changed import TABLE_OF
from catalog.services.receiving.disagreements import refresh_conflicts
from catalog.services.receiving.epd_links import refresh_links
from catalog.services.receiving.epd_undoing import (
    copy_amounts,
    links_by_people,
    withdraw_empty,
)
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.standing import later_runs

_REVISION = bulk.table_of(Revision)
_EVIDENCE = bulk.table_of(DeliveryEvidence)
_BILL_LINE = bulk.table_of(BillLine)
_DELIVERY = bulk.table_of(Delivery)
_LINK = bulk.table_of(ProductCertificate)
_REPORT = bulk.table_of(TestReport)
_EPD_VERSION = bulk.table_of(EpdVersion)
Row = dict[str, Any]


def undo_run(session: Session, run_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Take back everything that a run brought and changed. Nothing is deleted.

    Raises:
        PermissionDeniedError: The actor may not undo imports.
        ImportRunNotFoundError: There is no such run.
        AlreadyUndoneError: Nothing of the run is left: it was undone before, or refused.
        IncompleteImportError: The run was cut off and not finished yet.
        UndoRefusedError: A later run changed or uses what this one brought.
    """
    ensure(actor, Action.UNDO_IMPORT)
    bulk.take_turns(session)
    run = session.get(ImportRun, run_id)
    if run is None:
        raise ImportRunNotFoundError(key=run_id)
    owning.ensure_run(session.connection(), run_id, Action.UNDO_IMPORT, actor=actor)
    if run.state in (RunState.UNDONE, RunState.REFUSED):
        raise AlreadyUndoneError(run=run_id)
    if run.state is RunState.RUNNING:
        raise IncompleteImportError(run=run_id)
    take_back(session, run, actor=actor, now=now)
    run.state = RunState.UNDONE
    run.undone_at = now
    session.flush()


def take_back(session: Session, run: ImportRun, *, actor: Actor, now: dt.datetime) -> None:
    """Close all that a run brought and know again what it closed; its line stays as it is.

    Raises:
        UndoRefusedError: A later run changed or uses what this one brought.
    """
    receipt = Receipt(session=session, run_id=run.id, source=run.source, actor=actor.name, now=now)
    brought = Brought.by(session, run.id)
    later = [f"#{i}" for i in sorted(later_runs(session, brought))]
    later += links_by_people(
        session, run.id, brought.facts[_EPD_VERSION.name], brought.first(Entity.PRODUCT)
    )
    later += _decisions_for(session, run.id)
    if later:
        raise UndoRefusedError(run=run.id, later=", ".join(later))

    turned = {t.name: _turn_back(receipt, t, brought.facts[t.name]) for t in FACTS}
    for entity, before in brought.before.items():
        _restore(receipt, entity, before)
    certificates = {
        row["certificate_id"]
        for rows in turned.values()
        for row in rows
        if row.get("certificate_id")
    }
    _withdraw_empty_certificates(receipt, certificates)
    withdraw_empty(receipt, {row["epd_id"] for row in turned[_EPD_VERSION.name]})
    refresh_links(session, actor=actor.name, run_id=None, now=now)
    _turn_conflicts_back(session, run.id, now)
    refresh_conflicts(
        session, {row["epd_id"] for row in turned[_EPD_VERSION.name]}, run_id=None, now=now
    )
    _note_what_is_stale(receipt, brought, turned, certificates)
    audit.record(
        session,
        actor,
        action=Action.UNDO_IMPORT,
        thing="import",
        key=str(run.id),
        now=now,
        before={"created": run.created, "changed": run.changed},
        after={"revisions": {"count": receipt.revisions.count, "sha256": receipt.revisions.sha256}},
    )


def _turn_conflicts_back(session: Session, run_id: int, now: dt.datetime) -> None:
    """Open again what the run ended, and close what it brought."""
    session.execute(
        update(SourceConflict)
        .where(SourceConflict.closed_run_id == run_id)
        .values(closed_at=None, closed_run_id=None)
    )
    session.execute(
        update(SourceConflict)
        .where(SourceConflict.run_id == run_id, SourceConflict.closed_at.is_(None))
        .values(closed_at=now)
    )


def _decisions_for(session: Session, run_id: int) -> list[str]:
    """Name the decisions by which what a run offered counts in place of what was held."""
    decided = select(SourceConflict.id).where(
        SourceConflict.run_id == run_id, SourceConflict.decision == Decision.OFFERED
    )
    return [f"conflict {i}" for i in sorted(session.scalars(decided))]


def _turn_back(receipt: Receipt, table: Table, brought: list[Row]) -> list[Row]:
    """Close what the run brought, know again what it closed; return both."""
    facts.close(receipt, table, [r["id"] for r in brought if r["superseded_at"] is None])
    closed = [
        row
        for row in bulk.rows_where_in(receipt.session, table, "superseded_run_id", [receipt.run_id])
        if row["run_id"] != receipt.run_id
    ]
    again = [
        {
            **{k: v for k, v in row.items() if k != "id"},
            "recorded_at": receipt.now,
            "superseded_at": None,
            "superseded_run_id": None,
        }
        for row in closed
    ]
    ids = bulk.insert_mappings(receipt.session, table, again)
    copies = dict(zip([r["id"] for r in closed], ids, strict=True))
    if table is _DELIVERY:
        copy_evidence(receipt.session, copies)
    if table is _EPD_VERSION:
        copy_amounts(receipt.session, copies)
    return [*brought, *closed]


def copy_evidence(session: Session, copies: dict[int, int]) -> None:
    """Give each new delivery the evidence of the one that it replaces."""
    rows = bulk.rows_where_in(session, _EVIDENCE, "delivery_id", copies)
    bulk.insert_mappings(
        session,
        _EVIDENCE,
        [
            {
                "delivery_id": copies[row["delivery_id"]],
                "kind": row["kind"],
                "reference": row["reference"],
            }
            for row in rows
        ],
    )


def _restore(receipt: Receipt, entity: Entity, before: Mapping[int, Row | None]) -> None:
    """Give each thing the state that it had before the run, or withdraw it if it had none."""
    session = receipt.session
    table = TABLE_OF[entity]
    restored: list[Row] = []
    withdrawn: list[Row] = []
    notes = []
    for held in bulk.rows_where_in(session, table, "id", before):
        earlier = before[held["id"]]
        values = _columns_of(table, earlier["data"]) if earlier else {"withdrawn_at": receipt.now}
        (restored if earlier else withdrawn).append({"id": held["id"], **values})
        notes.append(
            {
                "entity": entity,
                "entity_id": held["id"],
                "recorded_at": receipt.now,
                "actor": receipt.actor,
                "reason": f"undo of import {receipt.run_id}",
                # The state belongs to the run that brought it first.
                "run_id": earlier["run_id"] if earlier else receipt.run_id,
                "data": entities.snapshot({**held, **values}),
            }
        )
    bulk.update_by_id(session, table, restored)
    bulk.update_by_id(session, table, withdrawn)
    bulk.insert_mappings(session, _REVISION, notes)
    receipt.seal(notes)


def _columns_of(table: Table, data: str) -> Row:
    """Return the columns that a revision keeps, as the table's types."""
    raw = msgspec.json.decode(data)
    return {
        name: _typed(table, name, value) for name, value in raw.items() if name in table.columns
    }


def _typed(table: Table, name: str, value: object) -> object:
    if value is None:
        return None
    kind = entities.python_type(table.columns[name])
    return msgspec.convert(value, kind, strict=False)


def _withdraw_empty_certificates(receipt: Receipt, ids: set[int]) -> None:
    """Withdraw the certificates of which nothing is known any more."""
    session = receipt.session
    versions = bulk.table_of(CertificateVersion)
    known = {
        row["certificate_id"]
        for row in bulk.rows_where_in(session, versions, "certificate_id", ids, current=True)
    }
    bulk.update_by_id(
        session,
        bulk.table_of(Certificate),
        [{"id": i, "withdrawn_at": receipt.now} for i in sorted(ids - known)],
    )


def _note_what_is_stale(
    receipt: Receipt, brought: Brought, turned: dict[str, list[Row]], certificates: set[int]
) -> None:
    """Tell the search worker and the calculation what they must look at again."""
    session = receipt.session
    products = brought.touched(Entity.PRODUCT)
    products |= {
        row["product_id"]
        for row in bulk.rows_where_in(session, _LINK, "certificate_id", certificates)
    }
    products |= {row["product_id"] for row in turned[_REPORT.name]}
    makers = brought.touched(Entity.COMPANY)
    table = TABLE_OF[Entity.PRODUCT]
    products |= {row["id"] for row in bulk.rows_where_in(session, table, "company_id", makers)}

    buildings = brought.touched(Entity.BUILDING)
    buildings |= {
        row["building_id"] for rows in turned.values() for row in rows if "building_id" in row
    }
    table, projects = TABLE_OF[Entity.BUILDING], brought.touched(Entity.PROJECT)
    buildings |= {row["id"] for row in bulk.rows_where_in(session, table, "project_id", projects)}
    buildings |= {
        row["building_id"]
        for lines in (_DELIVERY, _BILL_LINE)
        for row in bulk.rows_where_in(session, lines, "product_id", products, current=True)
    }
    entities.note_stale_documents(receipt, products)
    entities.note_stale_buildings(receipt, buildings)
