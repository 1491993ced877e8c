"""What is remembered until a table that it was found in is written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator

import pytest
from sqlalchemy import Connection, func, select, text

from api.web.names import names_of
from catalog import audit, written
from catalog.db import Database
from catalog.models import Base
from catalog.models.saved_search import SavedSearch
from catalog.permissions import Action, Actor, Role
from catalog.repositories import bulk
from catalog.services import bureau_figures
from catalog.services.audit import record
from catalog.services.remembering import Remembered

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
OPERATOR = Actor(name="operator", role=Role.OPERATOR)
CORPS = Actor(name="corps", role=Role.CORPS_BUREAU)
TABLES = sorted(Base.metadata.tables.keys() - {"written_table", "audit_entry"})


class Asking:
    """Asks how many rows tables have, remembers it, and counts how often that had to be found."""

    def __init__(self, database: Database) -> None:
        self.database, self.found = database, 0
        self.remembered: Remembered[int] = Remembered()

    def ask(self, question: Hashable, *tables: str) -> int:
        with self.database.reading() as connection:
            return self.ask_by(connection, question, *tables)

    def ask_by(self, connection: Connection, question: Hashable, *tables: str) -> int:
        def find() -> int:
            self.found += 1
            for table in tables:
                connection.scalar(select(func.count()).select_from(Base.metadata.tables[table]))
            return self.found

        return self.remembered.get(connection, question, find)


@pytest.fixture
def other_process(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def write(database: Database, table: str) -> None:
    """Write to a table, and change nothing."""
    column = next(iter(Base.metadata.tables[table].c)).name
    with database.transaction() as session:
        audit.waive(session.connection())
        session.execute(text(f'UPDATE "{table}" SET {column} = {column} WHERE 1 = 0'))  # noqa: S608  Ours.


def test_finds_once_until_a_table_that_was_read_is_written_to(database: Database) -> None:
    asking = Asking(database)
    assert [asking.ask("a", "product"), asking.ask("b", "project"), asking.ask("a")] == [1, 2, 1]
    write(database, "project")
    assert [asking.ask("a"), asking.ask("b", "project")] == [1, 3]


def test_a_sign_in_makes_nothing_of_the_catalogue_old(database: Database) -> None:
    asking = Asking(database)
    asking.ask("a", "product", "result_cube", "finding")
    write(database, "signed_in")
    with database.transaction() as session:
        record(session, OPERATOR, action=Action.SIGN_RECORDS, thing="account", key="x", now=NOW)
    assert asking.ask("a") == 1


def test_what_another_process_writes_to_any_table_shows_at_once(
    database: Database, other_process: Database
) -> None:
    asking = Asking(database)
    before = {table: asking.ask(table, table) for table in TABLES}
    for table in TABLES:
        write(other_process, table)
    assert all(asking.ask(table, table) > before[table] for table in TABLES)


def _figures(connection: Connection) -> object:
    return bureau_figures.figures(connection, CORPS, division=None, year=2026, method="B", now=NOW)


@pytest.mark.parametrize(
    ("ask", "known"),
    [
        pytest.param(
            _figures,
            {"result_cube", "project_count", "usage_cube", "report_close", "project",
             "bureau_target", "demonstration", "finding", "division", "rule_pack"},
            id="figures",
        ),
        pytest.param(
            lambda connection: names_of(connection, on=NOW.date()),
            {"category", "category_group", "division", "division_name", "place"},
            id="names",
        ),
    ],
)  # fmt: skip
def test_a_change_of_any_table_that_a_page_was_made_of_shows_at_once(
    database: Database, ask: Callable[[Connection], object], known: set[str]
) -> None:
    with database.reading() as connection, written.noting_reads(connection) as read:
        ask(connection)
    assert known <= read
    for table in sorted(read - {"written_table"}):
        with database.reading() as connection:
            before = ask(connection)
            assert ask(connection) is before
        write(database, table)
        with database.reading() as connection:
            assert ask(connection) is not before, table


def test_rows_that_pass_by_the_engine_make_an_answer_old(database: Database) -> None:
    asking = Asking(database)
    asking.ask("a", "saved_search")
    table = bulk.table_of(SavedSearch)
    with database.transaction() as session:
        bulk.insert_mappings(
            session, table, [{"owner": "x", "query": "q", "counted_at": NOW, "saved_at": NOW}]
        )
    assert asking.ask("a") == 2


def test_an_answer_found_with_another_stands_on_the_same(database: Database) -> None:
    asking, outer = Asking(database), Remembered[int]()

    def ask() -> int:
        with database.reading() as connection:
            return outer.get(
                connection, "outer", lambda: asking.ask_by(connection, "inner", "product") * 10
            )

    asking.ask("inner", "product")
    assert [ask(), ask()] == [10, 10]
    write(database, "product")
    assert ask() == 20


def test_keeps_nothing_that_a_transaction_may_yet_take_back(database: Database) -> None:
    remembered: Remembered[int] = Remembered()
    counted = select(func.count()).select_from(Base.metadata.tables["unit"])

    def ask(connection: Connection) -> int:
        return remembered.get(connection, "a", lambda: connection.scalar(counted) or 0)

    def change_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("DELETE FROM unit"))
            assert ask(session.connection()) == 0
            raise LookupError

    with pytest.raises(LookupError):
        change_and_fail()
    with database.reading() as connection:
        assert ask(connection) > 0


def test_forgets_what_was_asked_longest_ago(database: Database) -> None:
    asking = Asking(database)
    for question in ("first", *range(49), "first", "one more"):
        asking.ask(question)
    assert asking.ask("first") == 1
    assert asking.ask(0) == asking.found
