"""Bring the database to the version that this program needs, or say that it is not there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import catalog.migrations
from catalog.db import Database
from catalog.errors import SchemaOutOfDateError


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(catalog.migrations.__file__).parent))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Run every migration that the database has not seen."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an earlier version."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def draft_migration(database: Database, message: str) -> None:
    """Write a migration for what the models have and the database has not; then read and edit."""
    with database.engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def ensure_current(database: Database) -> None:
    """Let the program start.

    Raises:
        SchemaOutOfDateError: The database is at another version.
    """
    needed = ScriptDirectory.from_config(_config()).get_current_head()
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != needed:
        raise SchemaOutOfDateError(found=found or "—", needed=needed)
