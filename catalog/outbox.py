"""Note, in the same transaction as a change, that a search document became stale."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session, UOWTransaction

from catalog.models.outbox import OutboxEntry


def _stale_product_ids(session: Session) -> set[int]:
    changed = [
        *session.new,
        *session.deleted,
        *(o for o in session.dirty if session.is_modified(o)),
    ]
    return {o.indexed_product_id for o in changed if hasattr(o, "indexed_product_id")}


def watch(session_class: type[Session]) -> None:
    """Make sessions of this class record stale products at every flush.

    Bulk statements pass by the flush: repositories that write so note the products themselves.
    """

    @event.listens_for(session_class, "after_flush")
    def record(session: Session, _context: UOWTransaction) -> None:
        now = dt.datetime.now(dt.UTC)
        rows: list[dict[str, Any]] = [
            {"product_id": i, "recorded_at": now} for i in sorted(_stale_product_ids(session))
        ]
        if rows:
            session.execute(insert(OutboxEntry), rows)
