"""Compare editions: with each other, with themselves made again, and with the one to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from catalog.errors import EditionRefusedError
from catalog.permissions import Actor
from catalog.repositories import editions
from catalog.rules.editions import EditionEntry, compare, content_hash, spelled
from catalog.rules.terms import EditionKind
from catalog.services.edition_content import compose, standings
from catalog.services.editions import NewEdition, all_entries, ensure_publishable, entries_as_of
from catalog.services.jobs import Step, Tell, tell_nobody
from catalog.views.editions import EditionDifference, EditionOutlook, EditionRebuilt, Gone

MOST_SHOWN = 200
"""How many entries of each sort a look at an edition to come names."""


def rebuild(connection: Connection, key: str) -> EditionRebuilt:
    """Make an edition again from what was known when it was published, and compare hashes.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    edition_id, view, spelling = editions.get(connection, key)
    head = editions.head_of(spelling)
    again = compose(connection, head.kind, head.as_of, head.known_at)
    return EditionRebuilt(
        published_hash=view.content_hash,
        kept_hash=content_hash(spelling.encode(), editions.lines(connection, edition_id)),
        rebuilt_hash=content_hash(spelling.encode(), map(spelled, again)),
    )


def difference(connection: Connection, older: str, newer: str) -> EditionDifference:
    """Return what a later edition adds, lacks and states otherwise, with grounds.

    Raises:
        EditionNotFoundError: There is no such edition.
        EditionRefusedError: They are not of one list, or not in order of their days.
    """
    before, _, then = all_entries(connection, older)
    after, head, now = all_entries(connection, newer)
    if before.kind is not after.kind or before.as_of >= after.as_of:
        raise EditionRefusedError(
            reason_zh="只能把同一名单较早的一期与较晚的一期比较",
            reason_en="compare an earlier edition with a later one of the same list",
        )
    found = compare(then, now)
    return EditionDifference(
        older=before,
        newer=after,
        added=list(found.added),
        removed=_gone(connection, after.kind, found.removed, head.as_of, head.known_at),
        changed=list(found.changed),
        unchanged=found.unchanged,
    )


def look_ahead(
    connection: Connection,
    new: NewEdition,
    *,
    actor: Actor,
    now: dt.datetime,
    tell: Tell = tell_nobody,
) -> EditionOutlook:
    """Return what publishing a list would freeze, and how that differs from its last edition.

    Nothing is kept. Of each sort the first ``MOST_SHOWN`` are named.

    Raises:
        PermissionDeniedError, IncompleteImportError, EditionRefusedError: As publishing it would.
    """
    ensure_publishable(connection, new, actor=actor, now=now)
    entries = entries_as_of(connection, new, now, tell=tell)
    tell(Step(name="compare"))
    last = editions.before(connection, new.kind, new.as_of)
    found = compare(all_entries(connection, last.key)[2] if last else [], entries)
    gone = _gone(connection, new.kind, found.removed[:MOST_SHOWN], new.as_of, now)
    return EditionOutlook(
        kind=new.kind,
        as_of=new.as_of,
        note=new.note,
        number=editions.last_number(connection, new.kind, new.as_of.year) + 1,
        last=last,
        entries=len(entries),
        companies=len({entry.company_name for entry in entries}),
        is_synthetic=any(entry.is_synthetic for entry in entries),
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
        unchanged=found.unchanged,
        first_added=list(found.added[:MOST_SHOWN]),
        first_removed=gone,
        first_changed=list(found.changed[:MOST_SHOWN]),
        seen_at=now,
    )


def _gone(
    connection: Connection,
    kind: EditionKind,
    entries: Sequence[EditionEntry],
    as_of: dt.date,
    known_at: dt.datetime,
) -> list[Gone]:
    became = standings(connection, kind, entries, as_of, known_at)
    grounds = editions.grounds(connection, [entry.key for entry in entries], as_of, known_at)
    nothing = (None, None)
    return [Gone(entry, became[entry.key], *grounds.get(entry.key, nothing)) for entry in entries]
