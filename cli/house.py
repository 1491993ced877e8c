"""What every command stands on: settings, the database, the index."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.services.migrating import ensure_current, migrate
from catalog.settings import Settings
from cli.output import say

if TYPE_CHECKING:
    from search.engine import SearchEngine


def clock() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


def operator() -> Actor:
    """Return whoever is at the shell: who can run commands here may do everything."""
    return Actor(name=f"shell:{getpass.getuser()}", role=Role.OPERATOR)


def settings() -> Settings:
    """Read the settings.

    Raises:
        click.UsageError: An environment variable says something that it may not.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"LUCAI_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        ]
        raise click.UsageError("\n".join(lines)) from error


@contextmanager
def open_database(*, create: bool = False) -> Iterator[Database]:
    """Yield the database, at this program's version; ``create`` brings it there."""
    config = settings()
    if config.database_url is None:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(config.url)
    try:
        if create:
            prepare(database)
        else:
            ensure_current(database)
        yield database
    finally:
        database.close()


def prepare(database: Database) -> int:
    """Migrate, and publish the reference lists; return how many of their rows are new."""
    from catalog.services import reference as publishing  # noqa: PLC0415  Only those who prepare.
    from seed_data.reference import reference  # noqa: PLC0415  As above.

    migrate(database)
    with database.transaction() as session:
        return publishing.publish(session, reference(), actor=operator(), now=clock())


@contextmanager
def open_engine() -> Iterator[SearchEngine]:
    """Yield the search engine that the settings name."""
    from search import engines  # noqa: PLC0415  Only those who search.

    chosen = settings()
    key = chosen.meilisearch_key
    engine = engines.open_engine(
        chosen.index_dir,
        chosen.meilisearch_url,
        key.get_secret_value() if key else None,
        timeout_s=chosen.meilisearch_timeout_s,
    )
    try:
        yield engine
    finally:
        engine.close()


def catch_up_index(database: Database) -> None:
    """Bring the index up to date, or say that another process has yet to."""
    from search.service import index_backlog  # noqa: PLC0415  Only those who search.
    from search.worker import catch_up  # noqa: PLC0415  As above.

    with open_engine() as engine:
        catch_up(database, engine)
    waiting = index_backlog(database)
    if waiting:
        say(
            f"索引还差 {waiting} 项更新，由另一进程完成；此前的搜索结果不全。",
            f"The index has yet to learn {waiting} changes from another process; until then "
            "search is incomplete.",
        )
