"""What a run brought, what was there before it, and which later runs stand on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from catalog.models.certificate import (
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.epd import EpdVersion
from catalog.models.importing import ImportRun, RunState, SourceConflict
from catalog.models.product import Product
from catalog.models.project import Building
from catalog.models.revision import Entity
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import bulk, revisions

FACTS = [
    bulk.table_of(model)
    for model in (
        CertificateVersion,
        CertificateStatus,
        CertificateCategory,
        ProductCertificate,
        BillLine,
        Delivery,
        EpdVersion,
    )
]
_VERSION = bulk.table_of(CertificateVersion)
_LINK = bulk.table_of(ProductCertificate)
_CONFLICT = bulk.table_of(SourceConflict)
_LINES = (bulk.table_of(BillLine), bulk.table_of(Delivery))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Brought:
    """What one run brought: facts by table, and things with the state they had before it.

    ``before`` maps each touched thing to its revision from before the run, None if it was unknown;
    ``others`` are the runs that changed it afterwards.
    """

    run_id: int
    facts: dict[str, list[Row]]
    before: dict[Entity, dict[int, Row | None]]
    others: set[int]

    @classmethod
    def by(cls, session: Session, run_id: int) -> Brought:
        """Look up all of it."""
        before: dict[Entity, dict[int, Row | None]] = {}
        others: set[int] = set()
        for entity, ids in revisions.touched_by(session, run_id).items():
            before[entity] = {}
            for thing, states in revisions.states_of(session, entity, ids).items():
                imported = [row for row in states if row["reason"] == revisions.IMPORTED]
                first = next(row["id"] for row in imported if row["run_id"] == run_id)
                earlier = [row for row in states if row["id"] < first]
                before[entity][thing] = earlier[-1] if earlier else None
                others |= {row["run_id"] for row in imported if row["id"] > first}
        facts = {t.name: bulk.rows_where_in(session, t, "run_id", [run_id]) for t in FACTS}
        return cls(run_id=run_id, facts=facts, before=before, others=others)

    def touched(self, entity: Entity) -> set[int]:
        """Return the things of one sort that the run added or changed."""
        return set(self.before.get(entity, ()))

    def first(self, entity: Entity) -> set[int]:
        """Return the things that were not there before the run: unknown, or withdrawn."""
        return {
            thing
            for thing, row in self.before.get(entity, {}).items()
            if row is None or msgspec.json.decode(row["data"])["withdrawn_at"]
        }


def later_runs(session: Session, brought: Brought) -> set[int]:
    """Return the runs that changed or use what a run brought, and are not undone themselves."""
    undone = session.scalars(select(ImportRun.id).where(ImportRun.state == RunState.UNDONE))
    later = {
        row["superseded_run_id"] for rows in brought.facts.values() for row in rows
    } | brought.others  # fmt: skip
    later |= _users_of_entities(session, brought)
    later |= _users_of_certificates(session, brought)
    return {i for i in later if i is not None} - set(undone) - {brought.run_id}


def _users_of_entities(session: Session, brought: Brought) -> set[int]:
    later: set[int] = set()
    for table in _LINES:
        for column, entity in (("product_id", Entity.PRODUCT), ("building_id", Entity.BUILDING)):
            later |= _runs_of(session, table, column, brought.first(entity))
    later |= _runs_of(session, _LINK, "product_id", brought.first(Entity.PRODUCT))
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
    for model in (CertificateStatus, CertificateCategory, ProductCertificate):
        later |= _runs_of(session, bulk.table_of(model), "certificate_id", gone)
    later |= {
        row["run_id"]
        for row in bulk.rows_where_in(session, _CONFLICT, "certificate_id", gone)
        if row["closed_at"] is None
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
