"""What a run changed, as marks: whoever spoke of one of them later stands on the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.certificate import (
    Certificate,
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.epd import EpdVersion
from catalog.models.importing import ImportRun, RunState, SourceConflict
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.report import TestReport
from catalog.models.revision import Entity
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import bulk
from catalog.rules.terms import ConflictSubject
from catalog.services.receiving import entities
from catalog.services.receiving.brought import FACTS, Brought
from catalog.services.receiving.footprints import EVERYTHING, aspects, mark

TABLE_OF = {
    Entity.COMPANY: bulk.table_of(Company),
    Entity.PRODUCT: bulk.table_of(Product),
    Entity.PROJECT: bulk.table_of(Project),
    Entity.BUILDING: bulk.table_of(Building),
}
_CERTIFICATE = bulk.table_of(Certificate)
_VERSION = bulk.table_of(CertificateVersion)
_LINK = bulk.table_of(ProductCertificate)
_CONFLICT = bulk.table_of(SourceConflict)
_CATEGORY_COLUMN = "category_id"

Row = dict[str, Any]
Marks = dict[int, int]


def changed_marks(session: Session, brought: Brought) -> Marks:
    """Return everything that a run changed, each with the aspects that changed."""
    marks: Marks = defaultdict(int)
    recategorised = _mark_things(session, brought, marks)
    turned = {
        table.name: [
            *brought.facts[table.name],
            *bulk.rows_where_in(session, table, "superseded_run_id", [brought.run_id]),
        ]
        for table in FACTS
    }
    first = _first_brought(session, brought)
    for row in turned[_VERSION.name]:
        marks[mark("paper", row["certificate_id"], row["effective_on"])] = EVERYTHING
        marks[mark("spans", row["certificate_id"])] = EVERYTHING
    for certificate_id in first:
        marks[mark("certificate", certificate_id)] = EVERYTHING
    for name, table in (("states", CertificateStatus), ("categories", CertificateCategory)):
        for row in turned[bulk.table_of(table).name]:
            marks[mark(name, row["certificate_id"])] = EVERYTHING
    for column in ("run_id", "closed_run_id"):
        for row in bulk.rows_where_in(session, _CONFLICT, column, [brought.run_id]):
            if row["subject"] is ConflictSubject.CERTIFICATE:
                marks[mark("conflict", row["certificate_id"])] = EVERYTHING
    for row in turned[_LINK.name]:
        marks[mark("cover", row["product_id"], row["certificate_id"])] = EVERYTHING
    covers = bulk.rows_where_in(session, _LINK, "product_id", recategorised)
    named = first | {row["certificate_id"] for row in (*turned[_LINK.name], *covers)}
    for row in bulk.rows_where_in(session, _CERTIFICATE, "id", named):
        marks[mark("number", row["number_normal"])] = EVERYTHING
    lines = bulk.table_of(BillLine).name, ("building_id", "stage", "line_number")
    notes = bulk.table_of(Delivery).name, ("building_id", "note_number", "line_number")
    reports = bulk.table_of(TestReport).name, ("product_id", "laboratory", "number")
    for name, natural in (lines, notes, reports):
        for row in turned[name]:
            marks[mark(name, *(row[column] for column in natural))] = EVERYTHING
    for row in turned[bulk.table_of(EpdVersion).name]:
        marks[mark("epd", row["epd_id"], row["source"])] = EVERYTHING
    return marks


def _mark_things(session: Session, brought: Brought, marks: Marks) -> set[int]:
    """Mark companies, products, projects and buildings; return products of another category."""
    recategorised: set[int] = set()
    for entity, states in brought.before.items():
        table, first = TABLE_OF[entity], brought.first(entity)
        for held in bulk.rows_where_in(session, table, "id", states):
            before = states[held["id"]]
            was = msgspec.json.decode(before["data"]) if before else {}
            now = msgspec.json.decode(entities.snapshot(held))
            is_first = held["id"] in first
            changed = [name for name, value in now.items() if is_first or was.get(name) != value]
            of = EVERYTHING if is_first else aspects(table, changed)
            marks[mark(table.name, held["id"])] |= of
            if entity is Entity.PRODUCT and _CATEGORY_COLUMN in changed:
                recategorised.add(held["id"])
            if entity is Entity.COMPANY and "name" in changed:
                for name in {was.get("name"), now["name"]} - {None}:
                    marks[mark("company-name", name)] = EVERYTHING
    return recategorised


def _first_brought(session: Session, brought: Brought) -> set[int]:
    """Return the certificates of which no run that stands spoke before this one."""
    ids = {row["certificate_id"] for row in brought.facts[_VERSION.name]}
    gone = set(
        session.scalars(
            select(ImportRun.id).where(
                ImportRun.state.in_((RunState.UNDONE, RunState.REFUSED)),
                ImportRun.id != brought.run_id,
            )
        )
    )
    return {
        certificate_id
        for certificate_id, run_id in _earliest(
            row
            for row in bulk.rows_where_in(session, _VERSION, "certificate_id", ids)
            if row["run_id"] not in gone
        ).items()
        if run_id == brought.run_id
    }


def _earliest(rows: Iterable[Row]) -> dict[int, int]:
    """Return, by certificate, the run that brought its first version."""
    found: dict[int, Row] = {}
    for row in rows:
        held = found.setdefault(row["certificate_id"], row)
        if row["id"] < held["id"]:
            found[row["certificate_id"]] = row
    return {certificate_id: row["run_id"] for certificate_id, row in found.items()}
