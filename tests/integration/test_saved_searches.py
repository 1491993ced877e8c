"""Saved searches belong to who saved them, whichever door asks; the service decides."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.db import Database
from catalog.errors import (
    PermissionDeniedError,
    SavedSearchNotFoundError,
    TooManySavedSearchesError,
)
from catalog.permissions import ANYONE, Action, Actor, Role, may
from catalog.services import searches
from catalog.views.searches import SavedSearchView
from tests.builders import NOW

ONE = Actor(name="visitor:one", role=Role.VISITOR)
TWO = Actor(name="visitor:two", role=Role.VISITOR)


def save(
    database: Database, query: str, *, actor: Actor = ONE, name: str = "", limit: int = 9
) -> SavedSearchView:
    with database.transaction() as session:
        return searches.save_search(
            session, query, name=name, total=1, actor=actor, limit=limit, now=NOW
        )


def kept(database: Database, actor: Actor = ONE) -> list[str]:
    with database.reading() as connection:
        return [saved.query for saved in searches.saved_searches(connection, actor=actor)]


def test_a_visitor_may_keep_searches_and_open_an_account_of_their_own_and_nothing_else() -> None:
    allowed = {action for action in Action if may(ONE, action)}
    assert allowed == {Action.KEEP_SEARCHES, Action.REGISTER, Action.KEEP_OWN_ACCOUNT}


def test_nobody_in_particular_keeps_nothing(database: Database) -> None:
    with pytest.raises(PermissionDeniedError):
        save(database, "q=a", actor=ANYONE)
    with database.reading() as connection, pytest.raises(PermissionDeniedError):
        searches.saved_searches(connection, actor=ANYONE)


def test_lists_the_newest_first_and_no_others(database: Database) -> None:
    save(database, "q=a")
    save(database, "q=b")
    save(database, "q=b", actor=TWO)
    assert kept(database) == ["q=b", "q=a"] and kept(database, TWO) == ["q=b"]


def test_each_owner_has_room_of_their_own(database: Database) -> None:
    save(database, "q=a", limit=1)
    save(database, "q=a", limit=1, actor=TWO)
    with pytest.raises(TooManySavedSearchesError):
        save(database, "q=b", limit=1)
    assert kept(database) == ["q=a"]


def test_what_is_kept_already_needs_no_room(database: Database) -> None:
    first = save(database, "q=a", name="甲", limit=1)
    assert save(database, "q=a", name="乙", limit=1) == first


def test_a_long_name_is_cut_to_what_fits(database: Database) -> None:
    saved = save(database, "q=a", name="绿" * 500)
    assert saved.name == "绿" * searches.LONGEST_NAME


def test_takes_note_of_a_new_count(database: Database) -> None:
    saved = save(database, "q=a")
    later = NOW + dt.timedelta(days=1)
    with database.transaction() as session:
        searches.recount_search(session, saved.id, 7, actor=ONE, now=later)
    with database.reading() as connection:
        found = searches.get_search(connection, saved.id, actor=ONE)
    assert (found.total, found.counted_at, found.saved_at) == (7, later, NOW)


def test_strangers_can_do_nothing(database: Database) -> None:
    saved = save(database, "q=a", name="甲")
    with database.transaction() as session:
        searches.delete_search(session, saved.id, actor=ONE, now=NOW)
        with pytest.raises(SavedSearchNotFoundError):
            searches.restore_search(session, saved.id, actor=TWO, limit=9)
        searches.restore_search(session, saved.id, actor=ONE, limit=9)
        for attempt in (
            lambda: searches.rename_search(session, saved.id, "乙", actor=TWO),
            lambda: searches.recount_search(session, saved.id, 0, actor=TWO, now=NOW),
            lambda: searches.delete_search(session, saved.id, actor=TWO, now=NOW),
        ):
            with pytest.raises(SavedSearchNotFoundError):
                attempt()
    with database.reading() as connection:
        assert searches.get_search(connection, saved.id, actor=ONE) == saved
