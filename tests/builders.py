"""Records as a reader would yield them, with true defaults, and the way to bring them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from catalog import audit
from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.records import (
    BillLineRecord,
    BuildingRecord,
    CertificateRecord,
    CompanyRecord,
    DeliveryRecord,
    EpdRecord,
    EvidenceRecord,
    InspectionRecord,
    Kind,
    ProductRecord,
    ProductReference,
    ProjectRecord,
    Record,
)
from catalog.rules.terms import BillStage, EvidenceKind, ProjectStage
from catalog.services import results
from catalog.services.receiving import runs
from catalog.services.receiving.receipt import Change, Receipt
from catalog.services.receiving.undoing import undo_run

OPERATOR = Actor(name="test", role=Role.OPERATOR)
NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
OWN = "template"
REGISTRY = "registry"
_KIND_OF = {
    ProductRecord: Kind.PRODUCTS,
    ProjectRecord: Kind.PROJECTS,
    BillLineRecord: Kind.BILL_LINES,
    DeliveryRecord: Kind.DELIVERIES,
    EpdRecord: Kind.EPDS,
    InspectionRecord: Kind.INSPECTIONS,
}
_files = count(1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def a_company(name: str = "绿洲混凝土有限公司", **stated: Any) -> CompanyRecord:
    return CompanyRecord(name=name, **stated)


def a_certificate(number: str = "CTC-2024-001", **stated: Any) -> CertificateRecord:
    defaults: dict[str, Any] = {
        "body": "示例认证中心",
        "star": 2,
        "valid_from": day("2024-01-01"),
        "valid_to": day("2028-12-31"),
    }
    return CertificateRecord(number=number, **(defaults | stated))


def a_product(
    name: str = "预拌混凝土", certificate: CertificateRecord | None = None, **stated: Any
) -> ProductRecord:
    defaults: dict[str, Any] = {
        "row": 2,
        "company": a_company(),
        "category": "ready-mixed-concrete",
        "model": "C30 P6",
    }
    return ProductRecord(name=name, certificate=certificate, **(defaults | stated))


def a_building(code: str = "1#", **stated: Any) -> BuildingRecord:
    defaults: dict[str, Any] = {"name": f"{code}楼", "floor_area_m2": Decimal(1000)}
    return BuildingRecord(code=code, **(defaults | stated))


def a_project(code: str = "P-1", **stated: Any) -> ProjectRecord:
    defaults: dict[str, Any] = {
        "row": 2,
        "name": "示例中学",
        "division": "08",
        "stage": ProjectStage.COMPLETED,
        "designed_on": day("2024-11-01"),
        "completed_on": day("2025-11-30"),
        "building": a_building(),
    }
    return ProjectRecord(code=code, **(defaults | stated))


def a_bill_line(line_number: str = "1", **stated: Any) -> BillLineRecord:
    defaults: dict[str, Any] = {
        "row": 2,
        "project": "P-1",
        "building": "1#",
        "stage": BillStage.SETTLEMENT,
        "name": "预拌混凝土 C30",
        "category": "ready-mixed-concrete",
        "unit": "m3",
        "quantity": Decimal(100),
    }
    return BillLineRecord(line_number=line_number, **(defaults | stated))


def a_delivery(line_number: str = "1", **stated: Any) -> DeliveryRecord:
    defaults: dict[str, Any] = {
        "row": 2,
        "project": "P-1",
        "building": "1#",
        "note_number": "SH-1",
        "delivered_on": day("2025-03-12"),
        "name": "预拌混凝土 C30",
        "category": "ready-mixed-concrete",
        "unit": "m3",
        "quantity": Decimal(100),
    }
    return DeliveryRecord(line_number=line_number, **(defaults | stated))


def by_number(number: str = "CTC-2024-001", **stated: Any) -> ProductReference:
    return ProductReference(certificate_number=number, **stated)


def evidence(reference: str, kind: EvidenceKind = EvidenceKind.ENTRY_ACCEPTANCE) -> EvidenceRecord:
    return EvidenceRecord(kind=kind, reference=reference)


def bring(
    database: Database,
    records: Sequence[Record],
    *,
    source: str = OWN,
    now: dt.datetime = NOW,
    is_synthetic: bool = False,
    changes: list[Change] | None = None,
) -> Receipt:
    """Take the records in as one file with one batch."""
    number = next(_files)
    new = runs.NewRun(
        kind=_KIND_OF[type(records[0])],
        source=source,
        file_name=f"file-{number}.csv",
        file_hash=f"hash-{number}",
        is_synthetic=is_synthetic,
    )
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=OPERATOR, now=now)
        receipt = runs.receive_batch(
            session, run.id, records, [], actor=OPERATOR, batch=0, now=now,
            is_synthetic=is_synthetic,
            changes=changes,
        )  # fmt: skip
        runs.finish_run(session, run.id, actor=OPERATOR, now=now)
    return receipt


def bring_in_batches(database: Database, records: Sequence[Record], batch_rows: int) -> int:
    """Take the records in as one file with batches of so many rows; return the run's id."""
    number = next(_files)
    new = runs.NewRun(
        kind=_KIND_OF[type(records[0])],
        source=OWN,
        file_name=f"file-{number}.csv",
        file_hash=f"hash-{number}",
    )
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=OPERATOR, now=NOW)
        for batch, start in enumerate(range(0, len(records), batch_rows)):
            runs.receive_batch(
                session, run.id, records[start : start + batch_rows], [],
                actor=OPERATOR, batch=batch, is_synthetic=False, now=NOW,
            )  # fmt: skip
        runs.finish_run(session, run.id, actor=OPERATOR, now=NOW)
    return run.id


def undo(database: Database, run_id: int, *, now: dt.datetime = NOW) -> None:
    """Take a run back."""
    with database.transaction() as session:
        undo_run(session, run_id, actor=OPERATOR, now=now)


def recalculated(database: Database, *, now: dt.datetime = NOW) -> int:
    """Calculate every stale building; return how many there were."""
    with database.reading() as connection:
        basis = results.basis(connection)
    done = 0
    while True:
        with database.transaction() as session:
            found = results.calculate_stale(session, basis, actor=OPERATOR, now=now)
        if not found:
            return done
        done += found


@contextmanager
def making_up(database: Database) -> Iterator[Session]:
    """Yield a session that may write rows directly, with nothing put on record."""
    with database.transaction() as session:
        audit.waive(session.connection())
        yield session
