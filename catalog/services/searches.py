"""Keep searches for whoever saved them; nobody sees or changes another's."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import TooManySavedSearchesError
from catalog.models.saved_search import SavedSearch
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import searches
from catalog.views.searches import SavedSearchView

LONGEST_NAME = 200


def saved_searches(connection: Connection, *, actor: Actor) -> list[SavedSearchView]:
    """Return the actor's searches, newest first."""
    ensure(actor, Action.KEEP_SEARCHES)
    return searches.by_newest(connection, owner=actor.name)


def get_search(connection: Connection, search_id: int, *, actor: Actor) -> SavedSearchView:
    """Return one of the actor's searches."""
    ensure(actor, Action.KEEP_SEARCHES)
    return searches.get_by_id(connection, search_id, owner=actor.name)


def is_deleted(connection: Connection, search_id: int, *, actor: Actor) -> bool:
    """Tell whether ``restore_search`` could bring the search back."""
    ensure(actor, Action.KEEP_SEARCHES)
    return searches.is_deleted(connection, search_id, owner=actor.name)


def save_search(
    session: Session,
    query: str,
    *,
    name: str,
    total: int | None,
    actor: Actor,
    limit: int,
    now: dt.datetime,
) -> SavedSearchView:
    """Keep a search; one that the actor keeps already is returned as it is.

    Raises:
        PermissionDeniedError: The actor may not keep searches.
        TooManySavedSearchesError: The actor keeps as many as one may.
    """
    ensure(actor, Action.KEEP_SEARCHES)
    connection = session.connection()
    known = searches.find_by_query(connection, query, owner=actor.name)
    if known is not None:
        return known
    _ensure_room(connection, actor, limit)
    saved = SavedSearch(
        owner=actor.name,
        name=_name(name),
        query=query,
        total=total,
        counted_at=now,
        saved_at=now,
    )
    session.add(saved)
    session.flush()
    return searches.get_by_id(connection, saved.id, owner=actor.name)


def rename_search(session: Session, search_id: int, name: str, *, actor: Actor) -> None:
    """Give a search another name, or none.

    Raises:
        SavedSearchNotFoundError: The actor keeps no such search.
    """
    connection = session.connection()
    get_search(connection, search_id, actor=actor)
    searches.change(connection, search_id, owner=actor.name, name=_name(name))


def recount_search(
    session: Session, search_id: int, total: int | None, *, actor: Actor, now: dt.datetime
) -> None:
    """Take note of what a search finds now.

    Raises:
        SavedSearchNotFoundError: The actor keeps no such search.
    """
    connection = session.connection()
    get_search(connection, search_id, actor=actor)
    searches.change(connection, search_id, owner=actor.name, total=total, counted_at=now)


def delete_search(session: Session, search_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Delete a search. The last one deleted can be brought back, those before it are forgotten.

    Raises:
        SavedSearchNotFoundError: The actor keeps no such search.
    """
    connection = session.connection()
    get_search(connection, search_id, actor=actor)
    searches.forget_deleted(connection, owner=actor.name, before=now)
    searches.change(connection, search_id, owner=actor.name, deleted_at=now)


def restore_search(session: Session, search_id: int, *, actor: Actor, limit: int) -> None:
    """Bring back the search that was deleted last; one that is there already stays.

    Raises:
        SavedSearchNotFoundError: The search is forgotten, or never was.
        TooManySavedSearchesError: The actor keeps as many as one may.
    """
    connection = session.connection()
    if not is_deleted(connection, search_id, actor=actor):
        get_search(connection, search_id, actor=actor)
        return
    _ensure_room(connection, actor, limit)
    searches.change(connection, search_id, owner=actor.name, deleted_at=None)


def _ensure_room(connection: Connection, actor: Actor, limit: int) -> None:
    # Two tabs at one instant may end up with one more: nothing stands on the exact number.
    if searches.count(connection, owner=actor.name) >= limit:
        raise TooManySavedSearchesError(limit=limit)


def _name(text: str) -> str | None:
    """Return the name as it is kept: one line, not too long, None for nothing."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain[:LONGEST_NAME] or None
