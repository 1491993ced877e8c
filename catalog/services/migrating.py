"""Bring the database to the version that this program needs, or say that it is not there.

Alembic is imported only to migrate: a server that starts on a current database need not wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from catalog import audit
from catalog.db import Database
from catalog.errors import BrokenLinksError, SchemaOutOfDateError, UnknownSchemaError
from catalog.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415  See the module's first lines.

    config = Config()
    config.set_main_option("script_location", "catalog:migrations")
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _run(database: Database, name: str, *arguments: object, **options: Any) -> None:  # noqa: ANN401  Alembic's.
    from alembic import command  # noqa: PLC0415  See the module's first lines.

    with _rebuilding(database) as connection:
        audit.waive(connection)  # Whoever runs this version runs its migrations: nobody chose.
        getattr(command, name)(_config(connection), *arguments, **options)


@contextmanager
def _rebuilding(database: Database) -> Iterator[Connection]:
    """Yield a transaction in which a table can be made anew while others refer to it.

    SQLite changes a table by dropping it, which foreign keys forbid as soon as it holds lines.
    They rest meanwhile, and all are checked before anything is kept.
    """
    if not database.is_embedded:
        with database.engine.begin() as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys = OFF")  # Heard only outside a transaction.
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise BrokenLinksError(count=len(broken), table=broken[0][0])
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.close()


def current_version(database: Database) -> str | None:
    """Return the version that the database is at, None if it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def migrate(database: Database) -> None:
    """Run every migration that the database has not seen.

    Raises:
        UnknownSchemaError: The database is at a version that this program does not know.
        BrokenLinksError: Something would be left that refers to what is not there.
    """
    found = current_version(database)
    if found == HEAD:
        return
    from alembic.util.exc import CommandError  # noqa: PLC0415  See the module's first lines.

    try:
        _run(database, "upgrade", "head")
    except CommandError as error:
        raise UnknownSchemaError(found=found or "—", needed=HEAD) from error


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an earlier version."""
    _run(database, "downgrade", revision)


def draft_migration(database: Database, message: str) -> None:
    """Write a migration for what the models have and the database has not; then read and edit."""
    _run(database, "revision", message=message, autogenerate=True)


def ensure_current(database: Database) -> None:
    """Let the program start.

    Raises:
        SchemaOutOfDateError: The database is at another version.
    """
    found = current_version(database)
    if found != HEAD:
        raise SchemaOutOfDateError(found=found or "—", needed=HEAD)
