"""Record facts: what replaces one closes it and stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from catalog.repositories import bulk
from catalog.services.receiving.receipt import Receipt

RECORDED = ("recorded_at", "run_id", "superseded_at", "superseded_run_id")


def add(receipt: Receipt, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert facts as known from now on; return their ids in order."""
    stamp = {
        "recorded_at": receipt.now,
        "run_id": receipt.run_id,
        "superseded_at": None,
        "superseded_run_id": None,
    }
    return bulk.insert_mappings(receipt.session, table, [{**row, **stamp} for row in rows])


def close(receipt: Receipt, table: Table, ids: Iterable[int]) -> None:
    """End the facts: from now on they are what we knew, not what we know."""
    bulk.update_by_id(
        receipt.session,
        table,
        [{"id": i, "superseded_at": receipt.now, "superseded_run_id": receipt.run_id} for i in ids],
    )


def differs(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether the wanted columns say something else than the held row."""
    return any(held[name] != value for name, value in wanted.items())
