"""The record: every change by any door, sealed as it commits, and proved afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.audit import TECHNICAL, UnrecordedChangeError, tables_changed_by
from catalog.db import Database
from catalog.errors import AuditEntryNotFoundError, PermissionDeniedError
from catalog.models import Base
from catalog.models.audit import AuditEntry
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.permissions import ANYONE, Action, Actor, Role, Thing
from catalog.repositories import bulk
from catalog.services import audit
from catalog.views.audit import AuditPage, AuditQuestion, RecordVerdict
from tests.builders import a_product, bring, making_up, undo
from tests.conftest import NOW, OPERATOR

BUREAU = Actor(
    name="张三 · 八师住建局", role=Role.DIVISION_BUREAU, organisation="bureau-08", division="08"
)


def numbers(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.scalars(select(AuditEntry.number).order_by(AuditEntry.number)))


def put(session: Session, key: str, *, actor: Actor = OPERATOR, whose: Thing | None = None) -> None:
    audit.record(session, actor, action=Action.IMPORT, thing="trial", key=key, now=NOW, whose=whose)


def put_alone(database: Database, key: str) -> None:
    with database.transaction() as session:
        put(session, key)


def verdict(database: Database, expected: str | None = None) -> RecordVerdict:
    with database.transaction() as session:
        return audit.verify_record(session, expected=expected)


def seen_by(database: Database, actor: Actor, **asked: Any) -> AuditPage:
    with database.reading() as connection:
        return audit.browse_record(
            connection, AuditQuestion(**asked), actor=actor, limit=100, offset=0
        )


def tamper(database: Database, statement: str) -> None:
    """Change the record as who has the database's own password could."""
    with making_up(database) as session:
        if database.is_embedded:
            for event in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_entry_no_{event}"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_only_grows"))
        session.execute(text(statement))


def test_numbers_entries_without_gaps_by_many_writers_at_once(database: Database) -> None:
    before = len(numbers(database))
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda i: put_alone(database, str(i)), range(24)))
    assert numbers(database) == list(range(1, before + 25))
    assert verdict(database).is_whole


def test_forgets_what_a_savepoint_or_a_transaction_took_back(database: Database) -> None:
    before = len(numbers(database))

    def in_a_savepoint(session: Session) -> None:
        with session.begin_nested():
            put(session, "gone")
            raise ValueError

    def take_all_back() -> None:
        with database.transaction() as session:
            put(session, "gone too")
            raise ValueError

    with database.transaction() as session:
        with pytest.raises(ValueError):  # noqa: PT011  Ours, a line above.
            in_a_savepoint(session)
        with session.begin_nested():
            put(session, "kept in a savepoint")
        put(session, "kept")
    with pytest.raises(ValueError):  # noqa: PT011  As above.
        take_all_back()
    with database.reading() as connection:
        found = select(AuditEntry.thing_key).order_by(AuditEntry.number)
        assert list(connection.scalars(found))[before:] == ["kept in a savepoint", "kept"]


def test_refuses_to_commit_a_change_that_is_not_on_record(database: Database) -> None:
    change = text("UPDATE division SET jurisdiction = 'elsewhere'")
    with pytest.raises(UnrecordedChangeError, match="division"), database.transaction() as session:
        session.execute(change)
    with pytest.raises(UnrecordedChangeError), database.engine.begin() as connection:
        connection.execute(change)
    with database.reading() as connection:
        assert "elsewhere" not in set(connection.scalars(select(Division.jurisdiction)))
    with database.transaction() as session:
        session.execute(change)
        put(session, "with an entry")
    with database.reading() as connection:
        assert set(connection.scalars(select(Division.jurisdiction))) == {"elsewhere"}


def test_refuses_rows_in_bulk_that_are_not_on_record(database: Database) -> None:
    row = {"key": "a", "name": "甲", "recorded_at": NOW, "credit_code": None, "division_id": None,
           "is_synthetic": False, "withdrawn_at": None}  # fmt: skip
    table = bulk.table_of(Company)
    known = {name: value for name, value in row.items() if name in table.columns}
    with pytest.raises(UnrecordedChangeError, match="company"), database.transaction() as session:
        bulk.insert_mappings(session, table, [known])
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT name FROM product FOR UPDATE", set()),
        ("INSERT INTO product (key) VALUES (?)", {"product"}),
        ('INSERT OR IGNORE INTO "product" (key) VALUES (?)', {"product"}),
        ("INSERT INTO unit (key) VALUES (?) ON CONFLICT (key) DO UPDATE SET name_zh = ?", {"unit"}),
        ("UPDATE building SET stale_since=? WHERE building.id = ?", set()),
        ("UPDATE building SET stale_since=?, name=? WHERE building.id = ?", {"building"}),
        ("UPDATE ONLY building SET name=?", {"building"}),
        ("DELETE FROM line_decision", {"line_decision"}),
        ("WITH x AS (DELETE FROM unit RETURNING id) INSERT INTO place SELECT 1", {"unit", "place"}),
        ("INSERT INTO outbox_entry (product_id) VALUES (?)", set()),
        ('COPY "delivery" (id) FROM STDIN', {"delivery"}),
        ("TRUNCATE TABLE product", {"product"}),
        ("CREATE TABLE product (id INTEGER)", set()),
    ],
)
def test_sees_which_tables_a_statement_changes(statement: str, tables: set[str]) -> None:
    assert tables_changed_by(statement) == tables


def test_every_table_without_entries_is_there_and_has_a_reason() -> None:
    assert set(TECHNICAL) - {"alembic_version"} <= set(Base.metadata.tables)
    assert all(TECHNICAL.values())


def test_the_database_refuses_to_change_or_delete_an_entry(database: Database) -> None:
    put_alone(database, "kept")
    for statement in ("UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="only added to"), database.transaction() as session:
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "how"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE number = 2", "altered"),
        ("DELETE FROM audit_entry WHERE number = 2", "number"),
        ("UPDATE audit_entry SET number = 9 WHERE number = 2", "number"),
    ],
    ids=["changed", "deleted", "moved"],
)
def test_proves_where_the_record_was_touched(database: Database, statement: str, how: str) -> None:
    for key in "abc":
        put_alone(database, key)
    assert verdict(database).is_whole
    tamper(database, statement)
    found = verdict(database)
    assert (found.is_whole, found.broken_at, found.how) == (False, 2, how)


def test_a_noted_hash_tells_that_the_last_entries_are_gone(database: Database) -> None:
    put_alone(database, "a")
    put_alone(database, "b")
    noted = verdict(database).last_hash
    tamper(database, "DELETE FROM audit_entry WHERE thing_key = 'b'")
    assert verdict(database).is_whole
    assert verdict(database, expected=noted).how == "shortened"


def test_proves_the_states_that_imports_left_behind(database: Database) -> None:
    first = bring(database, [a_product(), a_product(model="C40")])
    bring(database, [a_product(brand="新牌")])
    undo(database, first.run_id + 1)
    found = verdict(database)
    assert (found.is_whole, found.broken_revisions) == (True, [])
    assert found.revisions >= 5
    with making_up(database) as session:
        session.execute(
            text("UPDATE revision SET data = replace(data, '新牌', '旧牌') WHERE run_id = :run"),
            {"run": first.run_id + 1},
        )
    found = verdict(database)
    assert (found.is_whole, found.how) == (False, None)
    assert found.broken_revisions == [f"import {first.run_id + 1}"]


def test_finds_a_state_that_was_added_to_an_import(database: Database) -> None:
    run = bring(database, [a_product()]).run_id
    with making_up(database) as session:
        session.execute(
            text(
                "INSERT INTO revision (entity, entity_id, recorded_at, actor, reason, run_id, data)"
                " SELECT entity, entity_id, recorded_at, actor, reason, run_id, data FROM revision"
            )
        )
    assert verdict(database).broken_revisions == [f"import {run}"]


def test_an_import_stands_on_record_with_its_counts(database: Database) -> None:
    run = bring(database, [a_product()]).run_id
    batch, end = reversed(seen_by(database, OPERATOR, thing="import", key=str(run)).items)
    assert batch.after is not None
    assert batch.after["created"] == 1
    assert end.after is not None
    assert (end.after["state"], end.after["kind"]) == ("finished", "products")


def test_a_division_reads_its_own_entries_and_no_others(database: Database) -> None:
    with database.transaction() as session:
        put(session, "own", whose=Thing(division="08"))
        put(session, "done by us", actor=BUREAU)
        put(session, "another's", whose=Thing(division="01"))
        put(session, "nobody's")
    assert {each.thing_key for each in seen_by(database, BUREAU).items} == {"own", "done by us"}
    assert seen_by(database, OPERATOR, thing="trial").total == 4
    other = seen_by(database, OPERATOR, key="another's").items[0].number
    with database.reading() as connection:
        assert audit.get_entry(connection, other, actor=OPERATOR).thing_key == "another's"
        with pytest.raises(AuditEntryNotFoundError):
            audit.get_entry(connection, other, actor=BUREAU)
        with pytest.raises(PermissionDeniedError):
            audit.get_entry(connection, other, actor=ANYONE)


def test_a_stale_page_is_told_who_changed_what_meanwhile(database: Database) -> None:
    states = ["draft", "division-review", "returned"]
    with database.transaction() as session:
        for version, state in enumerate(states, start=1):
            audit.record(
                session,
                BUREAU,
                action=Action.REVIEW_CASES,
                thing="case",
                key="c-1",
                now=NOW,
                before={"state": states[version - 2], "version": version - 1},
                after={"state": state, "version": version},
            )
    with database.reading() as connection:
        error = audit.changed_meanwhile(connection, thing="case", key="c-1", shown=1)
    assert error.changes == [("state", "draft", "returned")]
    assert BUREAU.name in error.text("zh")
    assert "2026-06-01 16:00" in error.text("en")


def test_no_secret_of_a_column_can_go_on_record(database: Database) -> None:
    with database.transaction() as session, pytest.raises(ValueError, match="password_hash"):
        audit.record(session, OPERATOR, action=Action.KEEP_ACCOUNTS, thing="account", key="a",
                     now=NOW, after={"password_hash": "x"})  # fmt: skip
    assert seen_by(database, OPERATOR, thing="account").total == 0
