"""Migrations lead to the models, and back; an old schema is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, func, inspect, select

from catalog.db import Database
from catalog.errors import SchemaOutOfDateError, UnknownSchemaError
from catalog.models import Base
from catalog.services.migrating import downgrade, ensure_current, migrate
from tests.builders import NOW


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield database
    database.close()


def test_up_down_and_up_again(database: Database) -> None:
    everything = set(Base.metadata.tables)
    assert tables(database) == everything
    downgrade(database, "base")
    assert tables(database) == set()
    migrate(database)
    assert tables(database) == everything
    ensure_current(database)


def a_row(connection: Connection, table: Table) -> None:
    """Put the first row into a table and into those that it needs; a row that is there stays."""
    if connection.scalar(select(func.count()).select_from(table)):
        return
    values: dict[str, object] = {}
    for column in table.columns:
        needed = [key.column.table for key in column.foreign_keys]
        if needed and needed[0] is not table and not column.nullable:
            a_row(connection, needed[0])
        if not column.nullable or column.primary_key:
            kind = column.type.python_type
            values[column.name] = {int: 1, str: "1", bool: True}.get(kind, NOW)
            if kind is dt.date:
                values[column.name] = NOW.date()
    connection.execute(table.insert().values(values))


def test_a_store_that_was_filled_at_the_first_version_comes_up_whole(empty: Database) -> None:
    migrate(empty)
    downgrade(empty, "0001")
    # The program of today keeps lists of what it writes, which the first version has not.
    plain = create_engine(empty.engine.url)
    with plain.begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        first = MetaData()
        first.reflect(connection)
        for table in first.sorted_tables:
            a_row(connection, table)
    plain.dispose()
    migrate(empty)
    ensure_current(empty)
    with empty.engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(first.tables["delivery"])) == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_refuses_an_old_schema(database: Database) -> None:
    ensure_current(database)
    downgrade(database, "base")
    with pytest.raises(SchemaOutOfDateError) as refusal:
        ensure_current(database)
    assert "lucai migrate" in refusal.value.text("zh")


def test_refuses_a_database_that_was_never_migrated(empty: Database) -> None:
    with pytest.raises(SchemaOutOfDateError):
        ensure_current(empty)
    assert tables(empty) == set()


def test_refuses_a_database_of_a_newer_program(empty: Database) -> None:
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnknownSchemaError) as refusal:
        migrate(empty)
    assert "9999" in refusal.value.text("en")
