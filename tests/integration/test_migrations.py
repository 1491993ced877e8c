"""Migrations lead to the models, and back; an old schema is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from catalog.db import Database
from catalog.errors import SchemaOutOfDateError
from catalog.models import Base
from catalog.services.migrating import downgrade, ensure_current, migrate


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
