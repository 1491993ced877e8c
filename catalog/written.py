"""Count, as transactions commit, how often each table was written to; tell which ones are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Connection, Engine, event

from catalog.models.base import Base

_TABLE = "written_table"
_MIGRATED = "alembic_version"
_WRITTEN = "tables-written"
_READ = "tables-read"
_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE", "WITH", "COPY")
_WRITES = re.compile(
    r"\b(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM|MERGE INTO|"
    r"TRUNCATE(?: TABLE)?|COPY)\s+(?:ONLY\s+)?\"?(?!SET\b)(\w+)\"?"
    r"(?:\s+SET\s+(.*?)(?:\s+WHERE\b|$))?",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"\w+")


def follow(engine: Engine) -> None:
    """Let each transaction of this engine count, last of all, what tables it wrote to.

    Two that wrote to one table wait for each other only there, in the order of the names: nobody
    waits for ever. A migration makes the very tables, and counts nothing.
    """

    each_statement(engine, note_statement)

    @event.listens_for(engine, "commit")
    def count(connection: Connection) -> None:
        tables = sorted(connection.info.pop(_WRITTEN, ()))
        if tables and _MIGRATED not in tables:
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            connection.exec_driver_sql(
                f"INSERT INTO {_TABLE} (name, times) "  # noqa: S608  Names are ours.
                f"VALUES {', '.join([f'({mark}, 1)'] * len(tables))} "
                f"ON CONFLICT (name) DO UPDATE SET times = {_TABLE}.times + 1",
                tuple(tables),
            )

    def forget(connection: Connection) -> None:
        connection.info.pop(_WRITTEN, None)

    event.listen(engine, "begin", forget)
    event.listen(engine, "rollback", forget)


def each_statement(engine: Engine, tell: Callable[[Connection, str], None]) -> None:
    """Tell of each statement of this engine before it is executed."""

    @event.listens_for(engine, "before_cursor_execute")
    def hear(  # The arguments are SQLAlchemy's.
        connection: Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        _context: object,
        _many: object,
    ) -> None:
        tell(connection, statement)


def note_statement(connection: Connection, statement: str) -> None:
    """Remember what tables a statement writes to: for one that passes by the engine."""
    tables = {table for table, _ in writes_of(statement)} - {_TABLE}
    if tables:
        connection.info.setdefault(_WRITTEN, set()).update(tables)


def is_writing(connection: Connection) -> bool:
    """Tell whether the transaction has written anything: what it reads may yet be taken back."""
    return bool(connection.info.get(_WRITTEN))


@lru_cache(maxsize=4096)
def writes_of(statement: str) -> frozenset[tuple[str, str | None]]:
    """Return the tables that a statement writes to, each with the text that sets columns."""
    if not statement.lstrip(" \n\t(").upper().startswith(_WRITING):
        return frozenset()
    return frozenset((found[1], found[2]) for found in _WRITES.finditer(statement))


@contextmanager
def noting_reads(connection: Connection) -> Iterator[set[str]]:
    """Yield a set that comes to hold every table that is read meanwhile."""
    read: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        note_reads(connection, tables_in(statement))

    noting: list[set[str]] = connection.info.setdefault(_READ, [])
    is_first = not noting
    noting.append(read)
    if is_first:
        event.listen(connection, "before_cursor_execute", note)
    try:
        yield read
    finally:
        noting.pop()
        if is_first:
            event.remove(connection, "before_cursor_execute", note)


def note_reads(connection: Connection, tables: Iterable[str]) -> None:
    """Say that tables are read: for what is known already, and is not read again."""
    for read in connection.info.get(_READ, ()):
        read.update(tables)


@lru_cache(maxsize=4096)
def tables_in(statement: str) -> frozenset[str]:
    """Return the tables that a statement can read; a word that is a table's name counts as one."""
    return frozenset(Base.metadata.tables.keys() & _WORD.findall(statement))
