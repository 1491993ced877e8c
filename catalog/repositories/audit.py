"""Queries for the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, false, func, or_, select

from catalog.models.audit import AuditEntry
from catalog.models.revision import Revision
from catalog.permissions import Thing
from catalog.rules.periods import CHINA
from catalog.rules.record import Entry, Sealed
from catalog.views.audit import AuditEntryView, AuditQuestion

_CHUNK = 5_000
_FIELDS = AuditEntryView.__struct_fields__
_VIEW: Select[*tuple[Any, ...]] = select(*(getattr(AuditEntry, name) for name in _FIELDS))
_OF_THING: Select[*tuple[Any, ...]] = _VIEW.where(
    AuditEntry.thing == bindparam("thing"), AuditEntry.thing_key == bindparam("key")
).order_by(AuditEntry.number)
_LAST_NUMBER = select(func.max(AuditEntry.number))
_AFTER: Select[*tuple[Any, ...]] = (
    _VIEW.where(AuditEntry.number > bindparam("number")).order_by(AuditEntry.number).limit(_CHUNK)
)
_REVISIONS: Select[*tuple[Any, ...]] = (
    select(
        Revision.id,
        Revision.entity,
        Revision.entity_id,
        Revision.recorded_at,
        Revision.actor,
        Revision.data,
    )
    .where(Revision.reason == bindparam("reason"), Revision.id > bindparam("after"))
    .order_by(Revision.id)
    .limit(bindparam("limit"))
)
_OF_RUN = _REVISIONS.where(Revision.run_id == bindparam("run"))


def last_number(connection: Connection) -> int:
    """Return the number of the last entry, 0 before the first."""
    return connection.scalar(_LAST_NUMBER) or 0


def page_of(
    connection: Connection,
    question: AuditQuestion,
    *,
    within: Thing | None,
    limit: int,
    offset: int,
) -> tuple[list[AuditEntryView], int]:
    """Return one page of the entries, newest first, and how many there are.

    ``within`` names the division and the organisation whose entries alone may be seen.
    """
    wanted = [*_asked(question), *_seen(within)]
    rows = connection.execute(
        _VIEW.where(*wanted).order_by(AuditEntry.number.desc()).limit(limit).offset(offset)
    )
    total = connection.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    return [_view(row) for row in rows], total


def by_number(
    connection: Connection, number: int, *, within: Thing | None
) -> AuditEntryView | None:
    """Return one entry, None if there is none or it is not to be seen."""
    wanted = _VIEW.where(AuditEntry.number == number, *_seen(within))
    row = connection.execute(wanted).one_or_none()
    return _view(row) if row else None


def of_thing(connection: Connection, thing: str, key: str) -> list[AuditEntryView]:
    """Return every entry about a thing, the first one first."""
    return [_view(row) for row in connection.execute(_OF_THING, {"thing": thing, "key": key})]


def words_used(connection: Connection, *, within: Thing | None) -> tuple[list[str], list[str]]:
    """Return the actions and the kinds of things that the record has, in order."""
    actions = select(AuditEntry.action).where(*_seen(within)).distinct()
    things = select(AuditEntry.thing).where(*_seen(within)).distinct()
    return sorted(connection.scalars(actions)), sorted(connection.scalars(things))


def every(connection: Connection) -> Iterator[Sealed]:
    """Yield every entry as it is kept, in the order of the numbers."""
    last = -(2**63)
    while rows := connection.execute(_AFTER, {"number": last}).mappings().all():
        for row in rows:
            content = dict(row)
            kept = content.pop("hash")
            yield Sealed(Entry(**content), kept)
        last = rows[-1]["number"]


def revisions(
    connection: Connection, *, reason: str, run: int | None, after: int, limit: int
) -> list[tuple[Any, ...]]:
    """Return states behind one number: number, entity, its id, when, by whom, and the data."""
    statement = _REVISIONS if run is None else _OF_RUN
    asked = {"reason": reason, "after": after, "limit": limit, "run": run}
    return [tuple(row) for row in connection.execute(statement, asked)]


def _asked(question: AuditQuestion) -> Iterator[ColumnElement[bool]]:
    if question.words:
        yield AuditEntry.actor.icontains(question.words, autoescape=True)
    for column, value in (
        (AuditEntry.action, question.action),
        (AuditEntry.thing, question.thing),
        (AuditEntry.thing_key, question.key),
    ):
        if value:
            yield column == value
    if question.first is not None:
        yield AuditEntry.at >= _begin(question.first)
    if question.last is not None and question.last < dt.date.max:
        yield AuditEntry.at < _begin(question.last + dt.timedelta(days=1))


def _begin(day: dt.date) -> dt.datetime:
    # Shanghai's first hours of the very first day lie before the first moment that there is.
    return dt.datetime.combine(max(day, dt.date(1, 1, 2)), dt.time(), tzinfo=CHINA)


def _seen(within: Thing | None) -> Iterator[ColumnElement[bool]]:
    if within is None:
        return
    belongs = [
        column == key
        for column, key in (
            (AuditEntry.division, within.division),
            (AuditEntry.organisation, within.organisation),
        )
        if key is not None
    ]
    yield or_(false(), *belongs)


def _view(row: Any) -> AuditEntryView:  # noqa: ANN401  A row of the columns above.
    content = row._asdict()
    for name in ("before", "after"):
        if content[name] is not None:
            content[name] = msgspec.json.decode(content[name])
    return AuditEntryView(**content)
