"""Keep rows out whose texts are longer than the store keeps: nothing is ever cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Enum, String

from catalog.models.base import Base
from catalog.models.certificate import Certificate, CertificateStatus, CertificateVersion
from catalog.models.company import Company
from catalog.models.inspection import SpotCheck
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.records import (
    BillLineRecord,
    BuildingRecord,
    CertificateRecord,
    CompanyRecord,
    DeliveryRecord,
    EpdRecord,
    EvidenceRecord,
    InspectionRecord,
    Issue,
    ProductRecord,
    ProjectRecord,
    Record,
)
from catalog.repositories import bulk

_KEPT_IN: Mapping[type, tuple[type[Base], ...]] = {
    CompanyRecord: (Company,),
    ProductRecord: (Product,),
    CertificateRecord: (Certificate, CertificateVersion),
    ProjectRecord: (Project,),
    BuildingRecord: (Building,),
    BillLineRecord: (BillLine,),
    DeliveryRecord: (Delivery,),
    EvidenceRecord: (DeliveryEvidence,),
    InspectionRecord: (SpotCheck,),
}


def _limits() -> dict[type, list[tuple[str, int]]]:
    """Return the longest text of each field, as the columns that keep it have it."""
    limits: dict[type, dict[str, int]] = {}
    for record, models in _KEPT_IN.items():
        columns = [column for model in models for column in bulk.table_of(model).columns]
        limits[record] = {
            column.name: column.type.length
            for column in columns
            if isinstance(column.type, String)
            and not isinstance(column.type, Enum)
            and column.type.length
            and column.name in record.__struct_fields__  # type: ignore[attr-defined]  # Structs all.
        }
    # A body is kept by its name, a state's reason beside the state.
    limits[CertificateRecord]["body"] = limits[CompanyRecord]["name"]
    reason = bulk.table_of(CertificateStatus).c.reason.type
    assert isinstance(reason, String) and reason.length  # noqa: S101  The model says so.
    limits[CertificateRecord]["state_reason"] = reason.length
    return {record: list(found.items()) for record, found in limits.items()}


_LIMITS = _limits()


def too_long(record: Record) -> Issue | None:
    """Return what is wrong with the first text that is too long, or None."""
    for part in _parts(record):
        for name, limit in _LIMITS[type(part)]:
            text = getattr(part, name)
            if text is not None and len(text) > limit:
                return Issue(
                    code="text-too-long",
                    sheet=record.sheet,
                    row=record.row,
                    column=name,
                    value=text,
                    facts={"column": name, "length": str(len(text)), "limit": str(limit)},
                )
    return None


def _parts(record: Record) -> Iterator[Any]:
    if isinstance(record, EpdRecord):
        return  # Its parts are kept in other shapes: receiving.epds looks at those.
    yield record
    match record:
        case ProductRecord():
            yield record.company
            if record.certificate:
                yield record.certificate
        case ProjectRecord():
            if record.building:
                yield record.building
        case DeliveryRecord():
            yield from record.evidence
        case BillLineRecord() | InspectionRecord():
            pass


def keepable(records: Sequence[Record]) -> tuple[list[Record], list[Issue]]:
    """Part the records into those that can be kept, and the issues of the others."""
    kept: list[Record] = []
    issues: list[Issue] = []
    for record in records:
        issue = too_long(record)
        if issue is None:
            kept.append(record)
        else:
            issues.append(issue)
    return kept, issues
