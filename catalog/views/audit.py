"""What a reader sees of the record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec


class AuditEntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One change: who, in what role and for whom, when, why, and from what to what.

    ``thing`` and ``thing_key`` say what was changed; ``division`` and ``organisation`` are the keys
    of those to whom it belongs. ``hash`` seals the entry and, through ``previous_hash``, all
    before it.
    """

    number: int
    at: dt.datetime
    actor: str
    account: str | None
    acts_for: str | None
    role: str
    action: str
    thing: str
    thing_key: str
    division: str | None
    organisation: str | None
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    previous_hash: str
    hash: str


class AuditPage(msgspec.Struct, frozen=True):
    """One page of the record."""

    items: list[AuditEntryView]
    limit: int
    offset: int
    total: int


class AuditQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for on the record; ``words`` is part of the name of whoever did it.

    ``first`` and ``last`` are days of the country's time, both taken in.
    """

    words: str | None = None
    action: str | None = None
    thing: str | None = None
    key: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None


class RecordVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the record holds: its length, last hash, and where and how it is broken first.

    ``revisions`` counts the states that imports left behind and the record vouches for;
    ``broken_revisions`` names the imports of which a state was changed since.
    """

    length: int
    last_hash: str
    is_whole: bool
    broken_at: int | None
    how: str | None
    revisions: int
    broken_revisions: list[str]
