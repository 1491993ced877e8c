"""Queries for what divisions handed in, and for who was let off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from catalog.models.base import UTCDateTime
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.reporting import AnnualReport, Filing, FilingExemption
from catalog.views.reporting import ExemptionView, FilingView

_AT = bindparam("known_at", type_=UTCDateTime())
_FILINGS: Select[*tuple[Any, ...]] = (
    select(
        Filing.key,
        Division.key.label("division"),
        Filing.duty,
        Filing.year,
        Filing.filed_on,
        AnnualReport.key.label("report"),
        Evidence.key.label("evidence"),
        Filing.note,
        Filing.recorded_at,
        Filing.recorded_by,
        Filing.withdrawn_at,
        Filing.withdrawn_reason,
    )
    .join(Division, Division.id == Filing.division_id)
    .outerjoin(AnnualReport, AnnualReport.id == Filing.report_id)
    .outerjoin(Evidence, Evidence.id == Filing.evidence_id)
    .order_by(Filing.filed_on, Filing.id)
)
_KNOWN = _FILINGS.where(
    Filing.recorded_at <= _AT, or_(Filing.withdrawn_at.is_(None), Filing.withdrawn_at > _AT)
)
_EXEMPTIONS: Select[*tuple[Any, ...]] = (
    select(
        FilingExemption.key,
        Division.key.label("division"),
        FilingExemption.duty,
        FilingExemption.year,
        FilingExemption.reason,
        FilingExemption.granted_at,
        FilingExemption.granted_by,
    )
    .join(Division, Division.id == FilingExemption.division_id)
    .where(
        FilingExemption.granted_at <= _AT,
        or_(FilingExemption.withdrawn_at.is_(None), FilingExemption.withdrawn_at > _AT),
    )
    .order_by(FilingExemption.id)
)
_FILING_ID: Select[*tuple[Any, ...]] = select(Filing.id).where(Filing.key == bindparam("key"))
_EXEMPTION_ID: Select[*tuple[Any, ...]] = select(FilingExemption.id).where(
    FilingExemption.key == bindparam("key"), FilingExemption.withdrawn_at.is_(None)
)


def filings(connection: Connection, *, known_at: dt.datetime) -> list[FilingView]:
    """Return what was handed in, as known at a moment; what was withdrawn by then is absent."""
    rows = connection.execute(_KNOWN, {"known_at": known_at})
    return [FilingView(**row._mapping) for row in rows]


def find_filing(connection: Connection, key: str) -> tuple[int, FilingView] | None:
    """Return the entry with its id, withdrawn or not, or None."""
    row = connection.execute(_FILINGS.where(Filing.key == key)).one_or_none()
    number = connection.scalar(_FILING_ID, {"key": key})
    if row is None or number is None:
        return None
    return int(number), FilingView(**row._mapping)


def exemptions(connection: Connection, *, known_at: dt.datetime) -> list[ExemptionView]:
    """Return who is let off what, as known at a moment."""
    rows = connection.execute(_EXEMPTIONS, {"known_at": known_at})
    return [ExemptionView(**row._mapping) for row in rows]


def exemption_id(connection: Connection, key: str) -> int | None:
    """Return the id of an exemption that stands, or None."""
    found = connection.scalar(_EXEMPTION_ID, {"key": key})
    return None if found is None else int(found)
