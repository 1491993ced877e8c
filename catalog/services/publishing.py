"""Publish figures, read them, and make them again from what was known then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import (
    DivisionNotFoundError,
    IncompleteImportError,
    NothingToPublishError,
    RulePackNotFoundError,
)
from catalog.models.published import PublishedFigure
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, published, restating, usage_facts
from catalog.rules.periods import Basis, report_span
from catalog.rules.publication import canonical, fingerprint, first_difference
from catalog.rules.terms import Stage
from catalog.services import audit, freezing
from catalog.services.calculation import METHODS
from catalog.services.figure_content import compose
from catalog.services.jobs import Tell, tell_nobody
from catalog.views.published import (
    FigureContent,
    PublishedPage,
    PublishedView,
    Rebuilt,
    Scope,
)

LONGEST_NOTE = 2000
_TABLE = bulk.table_of(PublishedFigure)


class NewPublication(msgspec.Struct, frozen=True, kw_only=True):
    """What to publish: a division's year, or the Corps' where no division is named."""

    year: int
    division: str | None = None
    basis: Basis = Basis.CALENDAR
    stage: Stage = Stage.COMPLETION
    method: str = "B"
    note: str | None = None


def publish_figures(
    session: Session, new: NewPublication, *, actor: Actor, now: dt.datetime
) -> PublishedView:
    """Freeze figures as they are known now; figures that were published already stay one.

    Results that do not say what the facts say are calculated anew first.

    Raises:
        PermissionDeniedError: The actor may not publish figures.
        DivisionNotFoundError: There is no such division.
        RulePackNotFoundError: No pack has the method.
        IncompleteImportError: A file is half taken in: figures would stand on that half.
        FiguresUnsettledError: Results are dated after now.
        NothingToPublishError: No building of the scope has a result.
    """
    ensure(actor, Action.PUBLISH_FIGURES)
    return freeze_figures(session, new, actor=actor, now=now)


def publish_at_length(
    database: Database,
    new: NewPublication,
    *,
    actor: Actor,
    clock: Callable[[], dt.datetime],
    tell: Tell = tell_nobody,
) -> PublishedView:
    """Publish figures as above, while others go on writing: it is kept in a short transaction.

    Raises:
        StillChangingError: Others record things as known before what was read already.
        PermissionDeniedError, DivisionNotFoundError, RulePackNotFoundError,
        IncompleteImportError, FiguresUnsettledError, NothingToPublishError: As above.
    """
    ensure(actor, Action.PUBLISH_FIGURES)
    return freezing.freeze(
        database,
        lambda connection, now: _something(make_figures(connection, now, new, tell=tell), new),
        lambda session, made, now: keep_figures(session, new, made, actor=actor, now=now),
        clock=clock,
        tell=tell,
    )


def freeze_figures(
    session: Session, new: NewPublication, *, actor: Actor, now: dt.datetime
) -> PublishedView:
    """Freeze figures, for services that have asked whether the actor may.

    Raises:
        DivisionNotFoundError, RulePackNotFoundError, IncompleteImportError,
        FiguresUnsettledError, NothingToPublishError: As above.
    """
    bulk.take_turns(session)
    made = freezing.settled(session, partial(make_figures, new=new), now)
    return keep_figures(session, new, _something(made, new), actor=actor, now=now)


def make_figures(
    connection: Connection, now: dt.datetime, new: NewPublication, *, tell: Tell = tell_nobody
) -> FigureContent | None:
    """Return figures as they are known now, or None where no building of the scope has a result.

    Raises:
        OutdatedError: Results do not say what the facts say.
        DivisionNotFoundError, RulePackNotFoundError, IncompleteImportError: As above.
    """
    _refuse_running(connection)
    if new.division is not None and new.division not in _divisions(connection):
        raise DivisionNotFoundError(key=new.division)
    if new.method not in METHODS:
        raise RulePackNotFoundError(key=new.method, known=", ".join(METHODS))
    composed = compose(connection, scope_of(connection, new), now, tell=tell)
    if composed.outdated:
        raise freezing.OutdatedError(composed.outdated)
    return composed.content


def keep_figures(
    session: Session,
    new: NewPublication,
    content: FigureContent,
    *,
    actor: Actor,
    now: dt.datetime,
) -> PublishedView:
    """Keep figures that were made as known now; the same ones stay one.

    Raises:
        IncompleteImportError: As above.
    """
    connection = session.connection()
    _refuse_running(connection)
    spelling = canonical(content)
    content_hash = fingerprint(spelling)
    held = published.find(connection, content_hash)
    if held is not None:
        return PublishedView(held[0], content, is_new=False)
    row = {
        "content_hash": content_hash,
        "division_id": _divisions(connection)[new.division] if new.division else None,
        "basis": new.basis,
        "year": new.year,
        "stage": new.stage,
        "method": new.method,
        "content": spelling.decode(),
        "published_at": now,
        "published_by": actor.name,
        "note": new.note or None,
    }
    bulk.insert_mappings(session, _TABLE, [row])
    audit.record(
        session,
        actor,
        action=Action.PUBLISH_FIGURES,
        thing="published-figure",
        key=content_hash,
        now=now,
        reason=new.note,
        after=msgspec.to_builtins(content.scope),
        whose=Thing(division=new.division),
    )
    return PublishedView(published.get(connection, content_hash)[0], content, is_new=True)


def _refuse_running(connection: Connection) -> None:
    running = published.running_import(connection)
    if running is not None:
        raise IncompleteImportError(run=running)


def _something(content: FigureContent | None, new: NewPublication) -> FigureContent:
    if content is None:
        raise NothingToPublishError(year=new.year)
    return content


def _divisions(connection: Connection) -> dict[str, int]:
    return {key: number for number, key in published.division_keys(connection).items()}


def scope_of(connection: Connection, new: NewPublication) -> Scope:
    """Return what is to be published, with the days that its year takes in."""
    first, last = dt.date(new.year, 1, 1), dt.date(new.year, 12, 31)
    if new.basis is Basis.REPORT:
        first, last = report_span(new.year, usage_facts.closes(connection))
    return Scope(
        division=new.division,
        basis=new.basis,
        year=new.year,
        first=first,
        last=last,
        stage=new.stage,
        method=new.method,
    )


def browse_published(
    connection: Connection, *, division: str | None, limit: int, offset: int
) -> PublishedPage:
    """Return one page of published figures, the latest first."""
    items, total = published.page(connection, division=division, limit=limit, offset=offset)
    return PublishedPage(items=items, limit=limit, offset=offset, total=total)


def get_published(connection: Connection, content_hash: str) -> PublishedView:
    """Return a published figure.

    Raises:
        PublishedFigureNotFoundError: No figure was published with this hash.
    """
    head, content = published.get(connection, content_hash)
    return PublishedView(head, _content(content), is_new=False)


def published_bytes(connection: Connection, content_hash: str) -> bytes:
    """Return the very bytes whose SHA-256 is the hash.

    Raises:
        PublishedFigureNotFoundError: No figure was published with this hash.
    """
    return published.get(connection, content_hash)[1].encode()


def rebuild(connection: Connection, content_hash: str, *, tell: Tell = tell_nobody) -> Rebuilt:
    """Make a published figure again from the facts and the packs that were known then.

    Raises:
        PublishedFigureNotFoundError: No figure was published with this hash.
    """
    head, stored = published.get(connection, content_hash)
    frozen = stored.encode()
    content = _content(stored)
    composed = compose(connection, content.scope, head.published_at, form=content.format, tell=tell)
    again = canonical(composed.content)
    difference = first_difference(frozen, again)
    is_same = difference is None and fingerprint(frozen) == content_hash
    return Rebuilt(
        content_hash=content_hash,
        rebuilt_hash=fingerprint(again),
        is_same=is_same,
        path=difference.path if difference else None,
        published=difference.published if difference else None,
        rebuilt=difference.rebuilt if difference else None,
    )


def _content(spelling: str) -> FigureContent:
    return msgspec.json.decode(spelling, type=FigureContent)


def names_behind(connection: Connection, content: FigureContent) -> dict[str, tuple[str, str, str]]:
    """Return project, project's name and name of the buildings behind a figure, by key."""
    return restating.names(connection, [result.building for result in content.results])


def whole_hash(connection: Connection, start: str) -> str:
    """Return the hash that begins so, of all that was published.

    Raises:
        PublishedFigureNotFoundError: None does, or more than one.
    """
    return published.whole_hash(connection, start)
