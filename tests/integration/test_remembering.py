"""What is remembered until anything is put on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

from catalog.db import Database
from catalog.permissions import Action, Actor, Role
from catalog.services import audit
from catalog.services.remembering import Remembered

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
OPERATOR = Actor(name="operator", role=Role.OPERATOR)


class Asking:
    """Asks what is remembered, and counts how often it had to be found."""

    def __init__(self, database: Database) -> None:
        self.database, self.found = database, 0
        self.remembered: Remembered[int] = Remembered()

    def ask(self, question: Hashable) -> int:
        with self.database.reading() as connection:
            return self.remembered.get(connection, question, self._find)

    def _find(self) -> int:
        self.found += 1
        return self.found


def test_finds_once_until_anything_is_put_on_record(database: Database) -> None:
    asking = Asking(database)
    assert [asking.ask("a"), asking.ask("a"), asking.ask("b"), asking.ask("a")] == [1, 1, 2, 1]
    with database.transaction() as session:
        audit.record(session, OPERATOR, action=Action.IMPORT, thing="project", key="x", now=NOW)
    assert [asking.ask("a"), asking.ask("b"), asking.ask("b")] == [3, 4, 4]


def test_forgets_what_was_asked_longest_ago(database: Database) -> None:
    asking = Asking(database)
    for question in ("first", *range(49), "first", "one more"):
        asking.ask(question)
    assert asking.ask("first") == 1
    assert asking.ask(0) == asking.found
