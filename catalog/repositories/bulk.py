"""Many rows at once: ids in a block, inserts as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    String,
    Table,
    Text,
    any_,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from catalog import audit, public_changes, written
from catalog.repositories import changes

_CHUNK = 10_000
_TURN = 0x1CA1


def table_of(model: type[Any]) -> Table:
    """Return the table behind a model."""
    table: FromClause = model.__table__
    assert isinstance(table, Table)  # noqa: S101  A mapped class of ours always has a plain table.
    return table


def take_turns(session: Session) -> None:
    """Wait until no other transaction that called this is open.

    Imports look for what is known and then add what is not: two at once would both add it.
    SQLite has one writer at a time by itself.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def allocate_ids(session: Session, table: Table, count: int) -> range | list[int]:
    """Reserve ids for rows to be inserted in this transaction."""
    if session.connection().dialect.name == "sqlite":
        # The transaction began as a writer, so nobody else can add a row meanwhile.
        top = session.scalar(select(func.max(table.c.id))) or 0
        return range(top + 1, top + 1 + count)
    sequence = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) "
                    "FROM generate_series(1, :count)")  # fmt: skip
    return list(session.scalars(sequence, {"table": table.name, "count": count}))


def _processor(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _bound(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], dialect: Dialect
) -> list[tuple[Any, ...]]:
    """Return the rows as the driver takes them, each distinct value of a column bound once."""
    processors = [_processor(table.c[name], dialect) for name in columns]
    by_column: list[Iterable[Any]] = []
    for process, values in zip(processors, zip(*rows, strict=True), strict=True):
        if process is None:
            by_column.append(values)
        else:
            known = {value: process(value) for value in set(values)}
            by_column.append([known[value] for value in values])
    return list(zip(*by_column, strict=True))


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows given as tuples in the order of the columns. Defaults do not apply."""
    if not rows:
        return
    if "id" in columns:
        at = columns.index("id")
        changes.note_added(session, table, (row[at] for row in rows))
    public_changes.note_inserted(session, table.name, columns, rows)
    connection = session.connection()
    insert_stored(connection, table, columns, _bound(table, columns, rows, connection.dialect))


def insert_stored(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values are as the driver takes them."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # noqa: S608  Names are ours.
        return
    # This passes by the engine, which notes what all other statements write.
    statement = f'COPY "{table.name}"'
    audit.note_written(connection, audit.tables_changed_by(statement))
    written.note_statement(connection, statement)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"{statement} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_mappings(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]]
) -> Sequence[int]:
    """Insert rows given as mappings of equal keys, and return their new ids in order."""
    if not rows:
        return []
    ids = allocate_ids(session, table, len(rows))
    columns = list(rows[0])
    values = itemgetter(*columns)
    insert_rows(
        session,
        table,
        ["id", *columns],
        [(i, *values(row)) for i, row in zip(ids, rows, strict=True)],
    )
    return ids


def update_by_id(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows given as mappings of equal keys that hold the ``id``."""
    if not rows:
        return
    changes.note_changed(session, table, rows)
    public_changes.note_updated(session, table.name, (row["id"] for row in rows))
    values: dict[str, BindParameter[Any]] = {
        name: bindparam(f"new_{name}") for name in rows[0] if name != "id"
    }
    session.connection().execute(
        update(table).where(table.c.id == bindparam("old_id")).values(values),
        [
            {("old_id" if name == "id" else f"new_{name}"): value for name, value in row.items()}
            for row in rows
        ],
    )


def _is_one_of(column: Column[Any], dialect: Dialect) -> ColumnElement[bool]:
    if dialect.name == "sqlite":
        return column.in_(bindparam("values", expanding=True))
    # One array is read faster than thousands of parameters.
    kind = Text() if isinstance(column.type, String) else BigInteger()
    return column == any_(bindparam("values", type_=ARRAY(kind)))


def rows_where_in(
    session: Session, table: Table, column: str, values: Iterable[Any], *, current: bool = False
) -> list[dict[str, Any]]:
    """Return whole rows whose column is one of the values; of facts, only the current if asked."""
    wanted = list(values)
    connection = session.connection()
    statement = select(table).where(_is_one_of(table.c[column], connection.dialect))
    if current:
        statement = statement.where(table.c.superseded_at.is_(None))
    found: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _CHUNK):
        rows = connection.execute(statement, {"values": wanted[start : start + _CHUNK]})
        names = list(rows.keys())
        found.extend(dict(zip(names, row, strict=True)) for row in rows)
    return found
