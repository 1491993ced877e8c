"""Queries for the ratios that bureaus set out to reach."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select

from catalog.models.division import Division
from catalog.models.reporting import BureauTarget
from catalog.views.reporting import TargetView

_EVERY: Select[*tuple[Any, ...]] = (
    select(
        BureauTarget.id,
        BureauTarget.key,
        Division.key.label("division"),
        BureauTarget.year,
        BureauTarget.method,
        BureauTarget.percent,
        BureauTarget.document,
        BureauTarget.recorded_at,
        BureauTarget.recorded_by,
        BureauTarget.withdrawn_at,
        BureauTarget.withdrawn_reason,
    )
    .outerjoin(Division, Division.id == BureauTarget.division_id)
    .order_by(BureauTarget.year.desc(), BureauTarget.id)
)


def every(connection: Connection) -> list[tuple[int, TargetView]]:
    """Return every target with its id, withdrawn or not, the latest year first."""
    found = []
    for row in connection.execute(_EVERY):
        columns = dict(row._mapping)
        found.append((int(columns.pop("id")), TargetView(**columns)))
    return found
