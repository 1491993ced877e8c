"""Read the change feed: every change of what is public, in the order of commits, none left out."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from catalog.repositories import public_changes
from catalog.rules.terms import PublicThing
from catalog.views.changes import ChangesPage, ChangeView

MOST_CHANGES = 1_000
"""How many changes one page holds at most."""


def changes_since(
    connection: Connection, since: int, *, things: Collection[PublicThing] = (), limit: int
) -> ChangesPage:
    """Return the changes behind a number, of every kind of thing or of those named.

    Numbers follow the order of commits, so a reader who goes on from ``next_since`` never misses
    one, however many write at the same time; a number that does not appear was never public.
    """
    rows = public_changes.following(connection, since, things=things, limit=limit + 1)
    has_more = len(rows) > limit
    rows = rows[:limit]
    names = public_changes.named(connection, rows)
    return ChangesPage(
        items=[
            ChangeView(
                number=number,
                thing=thing,
                key=names[thing, thing_id][0],
                is_listed=names[thing, thing_id][1],
                recorded_at=recorded_at,
            )
            for number, thing, thing_id, recorded_at in rows
            if (thing, thing_id) in names
        ],
        since=since,
        next_since=rows[-1][0] if rows else since,
        has_more=has_more,
    )


def last_change(connection: Connection) -> int:
    """Return the number of the last change, 0 before the first."""
    return public_changes.last_number(connection)
