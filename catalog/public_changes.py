"""Note which public things a transaction changes, and number them as it commits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from catalog.models.base import Base
from catalog.models.public_change import PublicChange
from catalog.rules.terms import PublicThing

COLUMNS: Mapping[str, Mapping[str, PublicThing]] = {
    "company": {"id": PublicThing.COMPANY},
    "product": {"id": PublicThing.PRODUCT},
    "test_report": {"product_id": PublicThing.PRODUCT},
    "product_epd": {"product_id": PublicThing.PRODUCT, "epd_id": PublicThing.DECLARATION},
    "certificate": {"id": PublicThing.CERTIFICATE},
    "certificate_version": {"certificate_id": PublicThing.CERTIFICATE},
    "certificate_status": {"certificate_id": PublicThing.CERTIFICATE},
    "certificate_category": {"certificate_id": PublicThing.CERTIFICATE},
    "product_certificate": {
        "product_id": PublicThing.PRODUCT,
        "certificate_id": PublicThing.CERTIFICATE,
    },
    "adoption": {"id": PublicThing.ADOPTION},
    "adoption_status": {"adoption_id": PublicThing.ADOPTION},
    "epd": {"id": PublicThing.DECLARATION},
    "epd_version": {"epd_id": PublicThing.DECLARATION},
    "edition": {"id": PublicThing.EDITION},
    "edition_note": {"edition_id": PublicThing.EDITION},
    "published_figure": {"id": PublicThing.FIGURE},
}
"""The tables that public things are told in, and the columns that say of which thing."""

_NOTED = "public-changes"
_TURN = 0x1CAE
_CHUNK = 10_000
_ORDER = {thing: place for place, thing in enumerate(PublicThing)}


class _Noted:
    """Things by kind, and rows of which it must yet be looked up whose they are."""

    def __init__(self) -> None:
        self.things: dict[PublicThing, set[int]] = defaultdict(set)
        self.rows: dict[str, set[int]] = defaultdict(set)


def note_inserted(
    session: Session, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Note rows that are new, given as tuples in the order of the columns."""
    for column, thing in COLUMNS.get(table, {}).items():
        if column in columns:
            place = columns.index(column)
            _noted(session).things[thing].update(row[place] for row in rows)


def note_updated(session: Session, table: str, ids: Iterable[int]) -> None:
    """Note rows that change."""
    if table in COLUMNS:
        _noted(session).rows[table].update(ids)


def watch(session_class: type[Session]) -> None:
    """Make sessions of this class write down what they changed just before they commit.

    Two writers wait for each other only then, and until the first has committed: so numbers are
    in the order of commits, and whoever reads one can read all before it.
    """

    @event.listens_for(session_class, "after_flush")
    def note_objects(session: Session, _context: UOWTransaction) -> None:
        for each in (*session.new, *session.deleted, *session.dirty):
            table = each.__tablename__ if isinstance(each, Base) else ""
            for column, thing in COLUMNS.get(table, {}).items():
                _noted(session).things[thing].add(getattr(each, column))

    @event.listens_for(session_class, "before_commit")
    def write_down(session: Session) -> None:
        if session.in_nested_transaction():
            return
        session.flush()
        noted: _Noted | None = session.info.pop(_NOTED, None)
        if noted is not None:
            _write(session.connection(), noted, dt.datetime.now(dt.UTC))

    @event.listens_for(session_class, "after_soft_rollback")
    def forget(session: Session, ended: SessionTransaction) -> None:
        # What a savepoint took back may be told nevertheless: to look once more does no harm.
        if not ended.nested:
            session.info.pop(_NOTED, None)


def _noted(session: Session) -> _Noted:
    found: _Noted = session.info.setdefault(_NOTED, _Noted())
    return found


def _write(connection: Connection, noted: _Noted, now: dt.datetime) -> None:
    for table, ids in noted.rows.items():
        _look_up(connection, table, sorted(ids), noted)
    changed = [
        (thing, number)
        for thing in sorted(noted.things, key=_ORDER.__getitem__)
        for number in sorted(noted.things[thing])
    ]
    if not changed:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
    last = connection.scalar(select(func.max(PublicChange.number))) or 0
    connection.execute(
        insert(PublicChange),
        [
            {"number": number, "thing": thing, "thing_id": thing_id, "recorded_at": now}
            for number, (thing, thing_id) in enumerate(changed, start=last + 1)
        ],
    )


def _look_up(connection: Connection, name: str, ids: Sequence[int], noted: _Noted) -> None:
    table = Base.metadata.tables[name]
    for column, thing in COLUMNS[name].items():
        if column == "id":
            noted.things[thing].update(ids)
            continue
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            found = connection.scalars(select(table.c[column]).where(table.c.id.in_(part)))
            noted.things[thing].update(found)
