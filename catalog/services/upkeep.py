"""See how the system stands, and put on record what was done to keep it whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import products, reference, upkeep
from catalog.services import audit
from catalog.views.audit import AuditEntryView, RecordVerdict
from catalog.views.projects import RulePackView
from catalog.views.upkeep import StandingTokenPage, SystemState

BACKUP = "backup"
"""What the record calls a backup that was verified."""

_INDEX, _RECORD = ("search-index", "products"), ("record", "all")
_NOBODYS = Thing()
_SHOWN = 50


def ensure_runs(actor: Actor) -> None:
    """Let those pass who run the system.

    Raises:
        PermissionDeniedError: The actor does not.
    """
    ensure(actor, Action.RUN_SYSTEM, _NOBODYS)


def system_state(
    connection: Connection, *, actor: Actor, on: dt.date, now: dt.datetime
) -> SystemState:
    """Return how the system stands.

    Raises:
        PermissionDeniedError: The actor does not run it.
    """
    ensure_runs(actor)
    accounts, with_second_factor = upkeep.accounts(connection)
    tokens, tokens_total = upkeep.tokens(connection, now=now, limit=_SHOWN)
    backlog, backlog_since = upkeep.backlog(connection)
    letters_waiting, letters_given_up, letters = upkeep.letters(connection, limit=_SHOWN)
    messages_waiting, messages_given_up, messages = upkeep.messages(connection, limit=_SHOWN)
    packs = reference.rule_packs(connection)
    return SystemState(
        organisations=upkeep.organisations(connection),
        accounts=accounts,
        accounts_with_second_factor=with_second_factor,
        tokens=tokens,
        tokens_total=tokens_total,
        runs=upkeep.runs(connection),
        products=products.count(connection),
        backlog=backlog,
        backlog_since=backlog_since,
        letters_waiting=letters_waiting,
        letters_given_up=letters_given_up,
        letters=letters,
        messages_waiting=messages_waiting,
        messages_given_up=messages_given_up,
        messages=messages,
        entries=upkeep.entries(connection),
        last_entry=upkeep.last_entry(connection),
        verified=upkeep.last_entry(connection, *_RECORD),
        rebuilt=upkeep.last_entry(connection, *_INDEX),
        packs_in_force=[pack for pack in packs if _is_in_force(pack, on)],
        packs_coming=[
            pack for pack in packs if pack.effective_from is not None and pack.effective_from > on
        ],
        database_version=upkeep.database_version(connection),
    )


def browse_tokens(
    connection: Connection,
    *,
    words: str,
    stands: bool,
    actor: Actor,
    now: dt.datetime,
    limit: int,
    offset: int,
) -> StandingTokenPage:
    """Return one page of everybody's tokens: those that open something, or those that did.

    Raises:
        PermissionDeniedError: The actor does not run the system.
    """
    ensure_runs(actor)
    found = upkeep.tokens(
        connection, now=now, limit=limit, offset=offset, words=words, stands=stands
    )
    return StandingTokenPage(*found)


def documents_wanted(connection: Connection) -> int:
    """Return how many documents search should hold."""
    return products.count(connection)


def note_rebuilt(session: Session, documents: int, *, actor: Actor, now: dt.datetime) -> None:
    """Put on record that the search index was built anew.

    Raises:
        PermissionDeniedError: The actor does not run the system.
    """
    ensure_runs(actor)
    thing, key = _INDEX
    audit.record(
        session,
        actor,
        action=Action.RUN_SYSTEM,
        thing=thing,
        key=key,
        now=now,
        after={"documents": documents},
    )


def note_backup_verified(
    session: Session, name: str, *, is_whole: bool, files: int, actor: Actor, now: dt.datetime
) -> None:
    """Put on record that a backup was read to its end, and whether it is whole.

    Raises:
        PermissionDeniedError: The actor does not run the system.
    """
    ensure_runs(actor)
    audit.record(
        session,
        actor,
        action=Action.RUN_SYSTEM,
        thing=BACKUP,
        key=name,
        now=now,
        after={"files": files, "whole": "yes" if is_whole else "no"},
    )


def backups_verified(connection: Connection, names: Iterable[str]) -> dict[str, AuditEntryView]:
    """Return the last entry of the record about each backup that somebody has verified."""
    found = ((name, upkeep.last_entry(connection, BACKUP, name)) for name in names)
    return {name: entry for name, entry in found if entry is not None}


def verify_record(
    session: Session,
    *,
    actor: Actor,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> RecordVerdict:
    """Recompute the record of changes as ``audit.verify_record`` does, and put that on record.

    Raises:
        PermissionDeniedError: The actor does not run the system.
    """
    ensure_runs(actor)
    verdict = audit.verify_record(session, progress=progress)
    thing, key = _RECORD
    audit.record(
        session,
        actor,
        action=Action.RUN_SYSTEM,
        thing=thing,
        key=key,
        now=now,
        after={
            "entries": verdict.length,
            "last": verdict.last_hash,
            "whole": "yes" if verdict.is_whole else "no",
            "broken_at": verdict.broken_at,
        },
    )
    return verdict


def _is_in_force(pack: RulePackView, on: dt.date) -> bool:
    begun = pack.effective_from is None or pack.effective_from <= on
    return begun and (pack.effective_to is None or on <= pack.effective_to)
