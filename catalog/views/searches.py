"""What the owner of a saved search sees of it."""

from __future__ import annotations

import datetime as dt

import msgspec


class SavedSearchView(msgspec.Struct, frozen=True):
    """A saved search; ``total`` is what it found at ``counted_at``, None if nobody could count."""

    id: int
    name: str | None
    query: str
    total: int | None
    counted_at: dt.datetime
    saved_at: dt.datetime
