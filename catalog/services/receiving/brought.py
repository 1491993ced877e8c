"""What a run brought, and what was there before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from catalog.models.certificate import (
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.epd import EpdVersion
from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.models.report import TestReport
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
        TestReport,
        BillLine,
        Delivery,
        EpdVersion,
        SurveillanceVisit,
        SpotCheck,
    )
]

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
