"""Queries for the outbox and the lease of the one who empties it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from catalog.models.outbox import Lease, OutboxEntry

_OLDEST: Select[*tuple[Any, ...]] = (
    select(OutboxEntry.id, OutboxEntry.product_id)
    .order_by(OutboxEntry.id)
    .limit(bindparam("limit"))
)
_COUNT: Select[*tuple[Any, ...]] = select(func.count()).select_from(OutboxEntry)
_NEWEST: Select[*tuple[Any, ...]] = select(func.max(OutboxEntry.id))


def oldest(connection: Connection, *, limit: int) -> dict[int, int]:
    """Return the product of each of the entries that have waited longest."""
    return {row.id: row.product_id for row in connection.execute(_OLDEST, {"limit": limit})}


def waiting(connection: Connection) -> int:
    """Return how many entries wait."""
    return connection.scalar(_COUNT) or 0


def newest(connection: Connection) -> int:
    """Return the number of the latest entry, 0 if none waits."""
    return connection.scalar(_NEWEST) or 0


def settle(session: Session, entry_ids: Sequence[int]) -> None:
    """Forget entries whose documents the engine has taken."""
    session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(entry_ids)))


def settle_up_to(session: Session, entry_id: int) -> None:
    """Forget every entry up to this one: a whole new index was made after it."""
    session.execute(delete(OutboxEntry).where(OutboxEntry.id <= entry_id))


def take_lease(
    session: Session, name: str, holder: str, *, now: dt.datetime, until: dt.datetime
) -> bool:
    """Take or prolong the lease; tell whether the holder has it now."""
    prolonged = session.execute(
        update(Lease)
        .where(Lease.name == name, (Lease.holder == holder) | (Lease.expires_at <= now))
        .values(holder=holder, expires_at=until)
        .returning(Lease.name)
    ).one_or_none()
    if prolonged is not None:
        return True
    if session.scalar(select(Lease.name).where(Lease.name == name)) is not None:
        return False
    session.execute(insert(Lease).values(name=name, holder=holder, expires_at=until))
    return True


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give the lease back, if this holder has it."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
