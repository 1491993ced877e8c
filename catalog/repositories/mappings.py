"""Queries for remembered column mappings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from catalog.models.account import Organisation
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
    Organisation.key.label("organisation"),
).outerjoin(Organisation, Organisation.id == ColumnMapping.organisation_id)


def current(
    connection: Connection, *, sender: str, header: str, kind: Kind | None, memory: str | None
) -> MappingView | None:
    """Return the mapping of a sender's header that counts now, the newest of several kinds.

    It is an organisation's own, or the one that everybody shares where no memory is named.
    """
    query = _VIEW.where(
        ColumnMapping.sender == sender,
        ColumnMapping.header == header,
        ColumnMapping.superseded_at.is_(None),
        _of(memory),
    ).order_by(ColumnMapping.decided_at.desc(), ColumnMapping.id.desc())
    if kind is not None:
        query = query.where(ColumnMapping.kind == kind)
    row = connection.execute(query.limit(1)).mappings().one_or_none()
    return MappingView(**row) if row else None


def of_sender(connection: Connection, sender: str, *, memory: str | None) -> list[MappingView]:
    """Return all that a memory ever held of a sender, newest first."""
    query = _VIEW.where(ColumnMapping.sender == sender, _of(memory)).order_by(
        ColumnMapping.id.desc()
    )
    return [MappingView(**row) for row in connection.execute(query).mappings()]


def supersede(connection: Connection, mapping_id: int, *, now: dt.datetime) -> None:
    """Let a mapping count no longer; it stays on record."""
    connection.execute(
        update(ColumnMapping).where(ColumnMapping.id == mapping_id).values(superseded_at=now)
    )


def _of(memory: str | None) -> ColumnElement[bool]:
    if memory is None:
        return ColumnMapping.organisation_id.is_(None)
    return Organisation.key == memory
