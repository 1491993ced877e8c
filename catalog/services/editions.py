"""Publish editions of the catalogue and the adoption list, read, rebuild and compare them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import EditionRefusedError, IncompleteImportError
from catalog.models.edition import Edition, EditionLine, EditionNote
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, editions, published
from catalog.rules.editions import (
    EditionEntry,
    EditionHead,
    content_hash,
    content_pieces,
    spelled,
    words_of,
)
from catalog.rules.keys import normal_name
from catalog.rules.periods import CHINA
from catalog.rules.publication import canonical
from catalog.rules.terms import EditionKind
from catalog.services.audit import record
from catalog.services.edition_content import compose, head_of
from catalog.services.freezing import freeze
from catalog.services.jobs import Tell, tell_nobody
from catalog.views.editions import (
    EditionNoteView,
    EditionSheet,
    EditionsPage,
    EditionView,
)

LONGEST_NOTE = 2000
_EDITION = bulk.table_of(Edition)
_LINE = bulk.table_of(EditionLine)
_NOTE = bulk.table_of(EditionNote)


class NewEdition(msgspec.Struct, frozen=True, kw_only=True):
    """What to publish: which list, as of which day, and a word about it."""

    kind: EditionKind
    as_of: dt.date
    note: str | None = None


class _Made(msgspec.Struct, frozen=True):
    """The entries of a list, and how each is spelled."""

    entries: list[EditionEntry]
    lines: list[bytes]


def publish_edition(
    session: Session, new: NewEdition, *, actor: Actor, now: dt.datetime
) -> EditionView:
    """Freeze a list as of a day, from what is known now, under the next number of the year.

    Raises:
        PermissionDeniedError: The actor may not publish editions.
        IncompleteImportError: A file is half taken in: the list would stand on that half.
        EditionRefusedError: The day is yet to come, or not later than the last edition's, or
            nothing is on the list.
    """
    ensure(actor, Action.PUBLISH_EDITIONS)
    bulk.take_turns(session)
    return _keep(session, new, _make(session.connection(), new, now), actor=actor, now=now)


def publish_at_length(
    database: Database,
    new: NewEdition,
    *,
    actor: Actor,
    clock: Callable[[], dt.datetime],
    tell: Tell = tell_nobody,
) -> EditionView:
    """Freeze a list as above, while others go on writing: it is kept in a short transaction.

    Raises:
        StillChangingError: Others record things as known before what was read already.
        PermissionDeniedError, IncompleteImportError, EditionRefusedError: As above.
    """
    ensure(actor, Action.PUBLISH_EDITIONS)
    return freeze(
        database,
        lambda connection, now: _make(connection, new, now, tell=tell),
        lambda session, made, now: _keep(session, new, made, actor=actor, now=now),
        clock=clock,
        tell=tell,
    )


def ensure_publishable(
    connection: Connection, new: NewEdition, *, actor: Actor, now: dt.datetime
) -> None:
    """Refuse at once what would be refused before a list is made.

    Raises:
        PermissionDeniedError, IncompleteImportError, EditionRefusedError: As above.
    """
    ensure(actor, Action.PUBLISH_EDITIONS)
    running = published.running_import(connection)
    if running is not None:
        raise IncompleteImportError(run=running)
    _refuse_day(connection, new, now)


def _make(
    connection: Connection, new: NewEdition, now: dt.datetime, *, tell: Tell = tell_nobody
) -> _Made:
    entries = entries_as_of(connection, new, now, tell=tell)
    return _Made(entries, [spelled(entry) for entry in entries])


def entries_as_of(
    connection: Connection, new: NewEdition, now: dt.datetime, *, tell: Tell = tell_nobody
) -> list[EditionEntry]:
    """Return what would be on a list if it was published now.

    Raises:
        EditionRefusedError: As above.
    """
    _refuse_day(connection, new, now)
    entries = compose(connection, new.kind, new.as_of, now, tell=tell)
    if not entries:
        raise EditionRefusedError(
            reason_zh="这一天名单上没有产品", reason_en="nothing is on the list on that day"
        )
    return entries


def _keep(
    session: Session, new: NewEdition, made: _Made, *, actor: Actor, now: dt.datetime
) -> EditionView:
    connection = session.connection()
    ensure_publishable(connection, new, actor=actor, now=now)
    entries, lines = made.entries, made.lines
    number = editions.last_number(connection, new.kind, new.as_of.year) + 1
    head = canonical(
        head_of(connection, new.kind, new.as_of, number=number, entries=entries, known_at=now)
    )
    row = {
        "key": f"{new.kind}-{new.as_of.year}-{number}",
        "kind": new.kind,
        "year": new.as_of.year,
        "number": number,
        "as_of": new.as_of,
        "head": head.decode(),
        "content_hash": content_hash(head, lines),
        "entries": len(entries),
        "is_synthetic": any(entry.is_synthetic for entry in entries),
        "published_at": now,
        "published_by": actor.name,
        "note": new.note or None,
    }
    (edition_id,) = bulk.insert_mappings(session, _EDITION, [row])
    bulk.insert_mappings(
        session,
        _LINE,
        [
            {
                "edition_id": edition_id,
                "position": position,
                "words": words_of(entry),
                "content": line.decode(),
            }
            for position, (entry, line) in enumerate(zip(entries, lines, strict=True))
        ],
    )
    record(
        session,
        actor,
        action=Action.PUBLISH_EDITIONS,
        thing="edition",
        key=str(row["key"]),
        now=now,
        reason=new.note,
        after={name: row[name] for name in ("as_of", "entries", "content_hash")},
    )
    return editions.get(connection, str(row["key"]))[1]


def annotate(
    session: Session, key: str, *, text: str, actor: Actor, now: dt.datetime
) -> EditionSheet:
    """Publish a correction beside an edition; the edition itself stays as it is.

    Raises:
        PermissionDeniedError: The actor may not publish editions.
        EditionNotFoundError: There is no such edition.
        EditionRefusedError: The correction says nothing.
    """
    ensure(actor, Action.PUBLISH_EDITIONS)
    connection = session.connection()
    edition_id, _, _ = editions.get(connection, key)
    if not text.strip():
        raise EditionRefusedError(reason_zh="请写明更正内容", reason_en="say what is corrected")
    row = {
        "edition_id": edition_id,
        "text": text.strip(),
        "written_at": now,
        "written_by": actor.name,
    }
    bulk.insert_mappings(session, _NOTE, [row])
    record(
        session, actor, action=Action.PUBLISH_EDITIONS, thing="edition", key=key, now=now,
        after={"correction": text.strip()},
    )  # fmt: skip
    return get_edition(connection, key, words="", limit=20, offset=0)


def browse_editions(
    connection: Connection, *, kind: EditionKind | None, limit: int, offset: int
) -> EditionsPage:
    """Return one page of editions, the latest first; editions are public."""
    items, total = editions.page(connection, kind, limit=limit, offset=offset)
    return EditionsPage(items, limit, offset, total)


def get_edition(
    connection: Connection, key: str, *, words: str, limit: int, offset: int
) -> EditionSheet:
    """Return an edition with those of its entries that hold all the words, one page of them.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    edition_id, view, head = editions.get(connection, key)
    asked = normal_name(words).split()
    found, total = editions.find_lines(connection, edition_id, asked, limit=limit, offset=offset)
    earlier = editions.before(connection, view.kind, view.as_of)
    return EditionSheet(
        edition=view,
        head=editions.head_of(head),
        notes=editions.notes(connection, edition_id),
        earlier=earlier.key if earlier else None,
        entries=found,
        limit=limit,
        offset=offset,
        total=total,
    )


def read_entries(
    connection: Connection, key: str
) -> tuple[EditionView, EditionHead, Iterator[EditionEntry]]:
    """Return an edition with its head, and its entries as they are read one after another.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    edition_id, view, head = editions.get(connection, key)
    lines = editions.lines(connection, edition_id)
    return view, editions.head_of(head), (_entry(line) for line in lines)


def all_entries(
    connection: Connection, key: str
) -> tuple[EditionView, EditionHead, list[EditionEntry]]:
    """Return an edition with its head and every entry.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    view, head, entries = read_entries(connection, key)
    return view, head, list(entries)


def notes_of(connection: Connection, key: str) -> list[EditionNoteView]:
    """Return the corrections of an edition, the first one first.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    return editions.notes(connection, editions.get(connection, key)[0])


def edition_pieces(connection: Connection, key: str) -> Iterable[bytes]:
    """Return the very bytes whose SHA-256 is the edition's hash, as they are read.

    Raises:
        EditionNotFoundError: There is no such edition.
    """
    edition_id, _, head = editions.get(connection, key)
    return content_pieces(head.encode(), editions.lines(connection, edition_id))


def _refuse_day(connection: Connection, new: NewEdition, now: dt.datetime) -> None:
    if new.as_of > now.astimezone(CHINA).date():
        raise EditionRefusedError(
            reason_zh="截止日期还没有到", reason_en="the day of the list is yet to come"
        )
    latest, _ = editions.page(connection, new.kind, limit=1, offset=0)
    if latest and new.as_of <= latest[0].as_of:
        raise EditionRefusedError(
            reason_zh=f"截止日期须晚于上一期（{latest[0].as_of}）",
            reason_en=f"the day must be later than the last edition's ({latest[0].as_of})",
        )


def _entry(line: bytes) -> EditionEntry:
    return msgspec.json.decode(line, type=EditionEntry)
