"""Queries for the outbox and the lease of the one who empties it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models.outbox import Lease, OutboxEntry

_OLDEST: Select[*tuple[Any, ...]] = (
    select(OutboxEntry.id, OutboxEntry.product_id)
    .order_by(OutboxEntry.id)
    .limit(bindparam("limit"))
)
_COUNT: Select[*tuple[Any, ...]] = select(func.count()).select_from(OutboxEntry)
_ALL: Select[*tuple[Any, ...]] = select(OutboxEntry.id)
_CHUNK = 10_000


def oldest(connection: Connection, *, limit: int) -> dict[int, int]:
    """Return the product of each of the entries that have waited longest."""
    return {row.id: row.product_id for row in connection.execute(_OLDEST, {"limit": limit})}


def waiting(connection: Connection) -> int:
    """Return how many entries wait."""
    return connection.scalar(_COUNT) or 0


def all_numbers(connection: Connection) -> list[int]:
    """Return the number of every entry that waits.

    The latest alone would not do: an entry with a smaller number may still be on its way, in a
    transaction that has not ended.
    """
    return list(connection.scalars(_ALL))


def note(session: Session, product_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Note that the documents of these products are stale."""
    rows = [{"product_id": i, "recorded_at": now} for i in sorted(set(product_ids))]
    if rows:
        session.execute(insert(OutboxEntry), rows)


def settle(session: Session, entry_ids: Sequence[int]) -> None:
    """Forget entries whose documents the engine has taken."""
    for start in range(0, len(entry_ids), _CHUNK):
        chunk = entry_ids[start : start + _CHUNK]
        session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(chunk)))


def take_lease(
    session: Session, name: str, holder: str, *, now: dt.datetime, until: dt.datetime
) -> bool:
    """Take the lease; tell whether the holder has it now."""
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
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, expires_at=until))
    except IntegrityError:  # Somebody else found no lease either, and was quicker.
        return False
    return True


def prolong_lease(session: Session, name: str, holder: str, *, until: dt.datetime) -> bool:
    """Prolong the lease; tell whether the holder has had it all the time since taking it.

    A lease that has expired is prolonged as well, if nobody took it.
    """
    prolonged = session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .values(expires_at=until)
        .returning(Lease.name)
    )
    return prolonged.one_or_none() is not None


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give the lease back, if this holder has it."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
