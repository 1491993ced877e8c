"""Queries for remembered column mappings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, select, update

from catalog.models.deciding import ColumnMapping
from catalog.records import Kind
from catalog.views.mappings import MappingView

_VIEW: Select[*tuple[Any, ...]] = select(
    ColumnMapping.id,
    ColumnMapping.sender,
    ColumnMapping.kind,
    ColumnMapping.header,
    ColumnMapping.columns,
    ColumnMapping.actor,
    ColumnMapping.decided_at,
    ColumnMapping.superseded_at,
)


def current(
    connection: Connection, *, sender: str, header: str, kind: Kind | None
) -> MappingView | None:
    """Return the mapping of a sender's header that counts now, the newest of several kinds."""
    query = _VIEW.where(
        ColumnMapping.sender == sender,
        ColumnMapping.header == header,
        ColumnMapping.superseded_at.is_(None),
    ).order_by(ColumnMapping.decided_at.desc(), ColumnMapping.id.desc())
    if kind is not None:
        query = query.where(ColumnMapping.kind == kind)
    row = connection.execute(query.limit(1)).mappings().one_or_none()
    return MappingView(**row) if row else None


def of_sender(connection: Connection, sender: str) -> list[MappingView]:
    """Return all that was ever confirmed for a sender, newest first."""
    query = _VIEW.where(ColumnMapping.sender == sender).order_by(ColumnMapping.id.desc())
    return [MappingView(**row) for row in connection.execute(query).mappings()]


def supersede(connection: Connection, mapping_id: int, *, now: dt.datetime) -> None:
    """Let a mapping count no longer; it stays on record."""
    connection.execute(
        update(ColumnMapping).where(ColumnMapping.id == mapping_id).values(superseded_at=now)
    )
