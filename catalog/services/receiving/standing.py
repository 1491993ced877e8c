"""Which later runs stand on what a run brought: they changed it, use it or said it again."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from catalog.models.certificate import (
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.importing import ImportRun, RunState, SourceConflict
from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.models.product import Product
from catalog.models.project import Building
from catalog.models.report import TestReport
from catalog.models.revision import Entity
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import bulk, revisions
from catalog.rules.terms import ConflictSubject
from catalog.services.receiving.brought import Brought
from catalog.services.receiving.changed import changed_marks
from catalog.services.receiving.footprints import speakers_after

_VERSION = bulk.table_of(CertificateVersion)
_LINK = bulk.table_of(ProductCertificate)
_CONFLICT = bulk.table_of(SourceConflict)
_CHECK = bulk.table_of(SpotCheck)
_REPORT = bulk.table_of(TestReport)
_LINES = (bulk.table_of(BillLine), bulk.table_of(Delivery))
_GONE = (RunState.UNDONE, RunState.REFUSED)


def later_runs(session: Session, brought: Brought) -> set[int]:
    """Return the runs that stand on what a run brought and are not taken back themselves.

    Runs from before footprints were kept are known by what they changed and use alone.
    """
    gone = session.scalars(select(ImportRun.id).where(ImportRun.state.in_(_GONE)))
    later = {
        row["superseded_run_id"] for rows in brought.facts.values() for row in rows
    } | brought.others  # fmt: skip
    later |= _users_of_entities(session, brought)
    later |= _users_of_certificates(session, brought)
    later |= speakers_after(session, brought.run_id, changed_marks(session, brought))
    return {i for i in later if i is not None} - set(gone) - {brought.run_id}


def _users_of_entities(session: Session, brought: Brought) -> set[int]:
    later: set[int] = set()
    for table in _LINES:
        for column, entity in (("product_id", Entity.PRODUCT), ("building_id", Entity.BUILDING)):
            later |= _runs_of(session, table, column, brought.first(entity))
    for table in (_LINK, _REPORT, _CHECK):
        later |= _runs_of(session, table, "product_id", brought.first(Entity.PRODUCT))
    for model, column, owner, entity in (
        (Product, "company_id", Entity.COMPANY, Entity.PRODUCT),
        (Building, "project_id", Entity.PROJECT, Entity.BUILDING),
    ):
        table = bulk.table_of(model)
        rows = bulk.rows_where_in(session, table, column, brought.first(owner))
        living = {row["id"] for row in rows if row["withdrawn_at"] is None}
        strangers = revisions.states_of(session, entity, living - brought.touched(entity))
        later |= {row["run_id"] for states in strangers.values() for row in states}
    return later


def _users_of_certificates(session: Session, brought: Brought) -> set[int]:
    """Return the runs that say more of a certificate that would be gone, or name its cover."""
    gone = {row["certificate_id"] for row in brought.facts[_VERSION.name]}
    closed = bulk.rows_where_in(session, _VERSION, "superseded_run_id", [brought.run_id])
    held = bulk.rows_where_in(session, _VERSION, "certificate_id", gone, current=True)
    gone -= {row["certificate_id"] for row in (*closed, *held) if row["run_id"] != brought.run_id}
    later: set[int] = set()
    for model in (CertificateStatus, CertificateCategory, ProductCertificate, SurveillanceVisit):
        later |= _runs_of(session, bulk.table_of(model), "certificate_id", gone)
    later |= {
        row["run_id"]
        for row in bulk.rows_where_in(session, _CONFLICT, "certificate_id", gone)
        if row["closed_at"] is None and row["subject"] is ConflictSubject.CERTIFICATE
    }
    covers = {
        (row["product_id"], row["certificate_id"])
        for row in brought.facts[_LINK.name]
        if row["superseded_at"] is None
    }
    for table in _LINES:
        products = {product for product, _ in covers}
        for row in bulk.rows_where_in(session, table, "product_id", products, current=True):
            if (row["product_id"], row["certificate_id"]) in covers:
                later.add(row["run_id"])
    return later


def _runs_of(session: Session, table: Table, column: str, ids: Iterable[int]) -> set[int]:
    rows = bulk.rows_where_in(session, table, column, ids, current=True)
    return {row["run_id"] for row in rows}
