"""What a reader sees of the change feed."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.terms import PublicThing


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that became known, changed or was withdrawn; what it is now is asked by its key.

    ``is_listed`` tells whether the catalogue lists it now.
    """

    number: int
    thing: PublicThing
    key: str
    is_listed: bool
    recorded_at: dt.datetime


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order in which they were committed.

    ``next_since`` is what to ask ``since`` next, also when there is nothing more yet.
    """

    items: list[ChangeView]
    since: int
    next_since: int
    has_more: bool
