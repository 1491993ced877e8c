"""What is shown of a contradiction between two sources."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.validity import Validity


class ConflictRow(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction in a list; it is open while nobody has decided."""

    id: int
    certificate: str
    number: str
    field: str
    held_value: str | None
    held_source: str
    offered_value: str | None
    offered_source: str
    run: int
    recorded_at: dt.datetime
    decision: str | None
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None


class ConflictSide(msgspec.Struct, frozen=True):
    """One side: what it says, who says it, and whether the certificate holds if it counts."""

    value: str | None
    source: str
    recorded_at: dt.datetime | None
    run: int | None
    validity: Validity


class ConflictDetail(ConflictRow, frozen=True, kw_only=True):
    """A contradiction with both its sides, and what hangs on it."""

    on: dt.date
    held: ConflictSide
    offered: ConflictSide
    products: list[tuple[str, str]]
    buildings: list[tuple[str, str]]


class ConflictPage(msgspec.Struct, frozen=True):
    """One page of contradictions, and how many there are in all."""

    items: list[ConflictRow]
    limit: int
    offset: int
    total: int
