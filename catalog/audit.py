"""Seal what a transaction puts on record as it commits, and let no change commit without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from catalog.models.audit import AuditEntry
from catalog.rules.record import GENESIS, Entry, content_of, sealed
from catalog.written import each_statement, writes_of

TECHNICAL: Mapping[str, str] = {
    "alembic_version": "the program's own version of the tables",
    "audit_entry": "the record itself",
    "outbox_entry": "what the search index has yet to learn; forgotten once learnt",
    "public_change": "tells that something public changed; the change itself has its entry",
    "lease": "which process does a piece of background work just now",
    "import_run": "the ledger of imports is their own record; entries name its runs",
    "import_issue": "part of the ledger of imports",
    "import_footprint": "part of the ledger of imports",
    "written_table": "counts itself, whenever any of the others is written to",
    "result": "follows from the facts and the rules, and keeps every former state itself",
    "result_trace": "the lines behind a result, as they were calculated with",
    "usage_fact": "follows from the lines; can be made anew",
    "usage_cube": "follows from the facts; can be made anew",
    "result_cube": "follows from the results; can be made anew",
    "project_count": "follows from the projects; can be made anew",
    "product_interest": "how often readers asked for a product on a day; changes nothing",
    "saved_search": "what a browser keeps for itself; concerns nobody else",
    "signed_in": "comes and goes with every visit",
    "known_device": "comes and goes with every visit",
    "sign_in_guess": "counted against guessing, and forgotten",
    "notice": "follows from days and rules; made by nobody, and once",
    "notice_read": "what a member has read concerns nobody else",
    "letter": "mail that waits or went out, and tells of notices",
    "webhook_delivery": "what is sent to a webhook, and its log",
    "webhook_try": "part of the log of what is sent to a webhook",
}
"""The tables whose changes need no entry, each with the reason; of every other table they do."""

TECHNICAL_COLUMNS: Mapping[str, frozenset[str]] = {
    "building": frozenset({"stale_since"}),
    "api_token": frozenset({"used_at"}),
    "account": frozenset({"second_factor_step", "password_hash"}),
}
"""Columns that say nothing new of a row: what waits, what was used when, a hash made stronger."""

_PENDING = "audit-pending"
_CHANGED = "audit-changed"
_RECORDED = "audit-recorded"
_TURN = 0x1CAD


class UnrecordedChangeError(RuntimeError):
    """A transaction changed what must be on record and put nothing there: a slip of ours."""


@dataclass(slots=True)
class _Noted:
    entry: Entry
    savepoint: SessionTransaction | None


def note(session: Session, entry: Entry) -> None:
    """Keep an entry until the transaction commits; it gets its number and hash then."""
    noted = _Noted(entry, session.get_nested_transaction())
    session.info.setdefault(_PENDING, []).append(noted)


def noted(session: Session) -> list[Entry]:
    """Return what this transaction has put on record so far."""
    return [each.entry for each in session.info.get(_PENDING, ())]


def waive(connection: Connection) -> None:
    """Let this transaction change what it likes: a migration, or data made up for a trial."""
    connection.info[_RECORDED] = True


def watch(session_class: type[Session]) -> None:
    """Make sessions of this class seal what was put on record, last of all before they commit.

    Only then do two writers wait for each other: numbers have no gaps, and an import takes long.
    """

    @event.listens_for(session_class, "before_commit")
    def seal(session: Session) -> None:
        if session.in_nested_transaction() or not session.info.get(_PENDING):
            return
        session.flush()
        pending: list[_Noted] = session.info.pop(_PENDING)
        _seal(session.connection(), [each.entry for each in pending])

    @event.listens_for(session_class, "after_soft_rollback")
    def forget(session: Session, ended: SessionTransaction) -> None:
        pending: list[_Noted] = session.info.pop(_PENDING, [])
        kept = [each for each in pending if ended.nested and not _is_within(each.savepoint, ended)]
        if kept:
            session.info[_PENDING] = kept


def _is_within(savepoint: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is ended:
            return True
        savepoint = savepoint.parent
    return False


def _seal(connection: Connection, entries: Iterable[Entry]) -> None:
    """Write the entries behind the last one; nobody else can write one before this commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
    last = connection.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).one_or_none()
    number, previous_hash = last if last is not None else (0, GENESIS)
    rows: list[dict[str, Any]] = [
        {**content_of(each.entry), "hash": each.hash}
        for each in sealed(entries, number=number, previous_hash=previous_hash)
    ]
    connection.execute(insert(AuditEntry), rows)
    connection.info[_RECORDED] = True


def guard(engine: Engine) -> None:
    """Let no transaction of this engine commit that changed something and put nothing on record."""

    each_statement(
        engine,
        lambda connection, statement: note_written(connection, tables_changed_by(statement)),
    )

    @event.listens_for(engine, "commit")
    def refuse(connection: Connection) -> None:
        changed = connection.info.pop(_CHANGED, None)
        is_recorded = connection.info.pop(_RECORDED, False)
        if changed and not is_recorded:
            connection.connection.rollback()
            raise UnrecordedChangeError(f"not on record: changes of {', '.join(sorted(changed))}")

    def forget(connection: Connection) -> None:
        connection.info.pop(_CHANGED, None)
        connection.info.pop(_RECORDED, None)

    event.listen(engine, "begin", forget)
    event.listen(engine, "rollback", forget)


def note_written(connection: Connection, tables: frozenset[str]) -> None:
    """Remember that the transaction changes tables, if these are such as must be on record."""
    if tables:
        connection.info.setdefault(_CHANGED, set()).update(tables)


@lru_cache(maxsize=4096)
def tables_changed_by(statement: str) -> frozenset[str]:
    """Return the tables that a statement changes in a way that must be on record."""
    return frozenset(
        table for table, columns in writes_of(statement) if not _is_technical(table, columns)
    )


def _is_technical(table: str, columns: str | None) -> bool:
    if table in TECHNICAL:
        return True
    named = {part.split("=")[0].strip(' "') for part in (columns or "").split(",")}
    return columns is not None and named <= TECHNICAL_COLUMNS.get(table, frozenset())
