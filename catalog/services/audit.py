"""Put changes on record, read the record, and prove that nobody altered it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog import audit
from catalog.errors import AuditEntryNotFoundError, ChangedMeanwhileError
from catalog.permissions import Action, Actor, Reach, Thing, ensure, reach_of
from catalog.repositories import audit as entries
from catalog.repositories.revisions import IMPORTED
from catalog.rules.periods import CHINA
from catalog.rules.record import Chain, Entry, RevisionSeal, Sealed, canonical, verified
from catalog.rules.record_differences import changes_over
from catalog.views.audit import AuditEntryView, AuditPage, AuditQuestion, RecordVerdict

_LONGEST_REASON = 2000
# An embedded database lets nobody else write meanwhile.
_TOLD_EACH = 1_000
_ONE_STATE = {"isolation_level": "REPEATABLE READ"}


def record(
    session: Session,
    actor: Actor,
    *,
    action: Action,
    thing: str,
    key: str,
    now: dt.datetime,
    reason: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    whose: Thing | None = None,
) -> None:
    """Put one change on record, in the transaction that makes it.

    ``before`` and ``after`` hold what changed, None where there was or is nothing: text, integers,
    decimals, days and moments, lists and mappings of them. ``whose`` says who else than the
    Corps may read the entry; without it, it belongs to those for whom the actor acts.

    Raises:
        SecretOnRecordError: They name a secret.
    """
    belongs = whose or Thing(organisation=actor.organisation, division=actor.division)
    why = (reason or "").replace("\x00", "").strip()[:_LONGEST_REASON]
    audit.note(
        session,
        Entry(
            number=0,  # It gets its place when the transaction commits.
            at=now,
            actor=actor.name,
            account=actor.account,
            acts_for=actor.organisation,
            role=actor.role.value,
            action=action.value,
            thing=thing,
            thing_key=key,
            division=belongs.division,
            organisation=belongs.organisation,
            reason=why or None,
            before=None if before is None else canonical(before),
            after=None if after is None else canonical(after),
            previous_hash="",
        ),
    )


def changed_meanwhile(
    connection: Connection, *, thing: str, key: str, shown: int
) -> ChangedMeanwhileError:
    """Return the error that tells who changed a thing since version ``shown`` of it, and what.

    Each entry about the thing has the ``version`` that it made in its ``after``.
    """
    later = [
        entry
        for entry in entries.of_thing(connection, thing, key)
        if entry.after is not None and entry.after.get("version", 0) > shown
    ]
    differing = [
        (change.field, change.before, change.after)
        for change in changes_over((entry.before, entry.after) for entry in later)
        if change.field != "version"
    ]
    if not later:
        return ChangedMeanwhileError(differing, actor="—", at="—")
    last = later[-1]
    at = last.at.astimezone(CHINA)
    return ChangedMeanwhileError(differing, actor=last.actor, at=f"{at:%Y-%m-%d %H:%M}")


def browse_record(
    connection: Connection, question: AuditQuestion, *, actor: Actor, limit: int, offset: int
) -> AuditPage:
    """Return one page of the record, the latest first: a bureau's own, or all of it.

    Raises:
        PermissionDeniedError: The actor may not read the record.
    """
    ensure(actor, Action.READ_AUDIT)
    rows, total = entries.page_of(
        connection, question, within=_within(actor), limit=limit, offset=offset
    )
    return AuditPage(rows, limit, offset, total)


def get_entry(connection: Connection, number: int, *, actor: Actor) -> AuditEntryView:
    """Return one entry.

    Raises:
        PermissionDeniedError: The actor may not read the record.
        AuditEntryNotFoundError: There is no such entry, or it is not the actor's to read.
    """
    ensure(actor, Action.READ_AUDIT)
    entry = entries.by_number(connection, number, within=_within(actor))
    if entry is None:
        raise AuditEntryNotFoundError(key=number)
    return entry


def words_of_record(connection: Connection, *, actor: Actor) -> tuple[list[str], list[str]]:
    """Return the actions and the kinds of things that the actor can look for.

    Raises:
        PermissionDeniedError: The actor may not read the record.
    """
    ensure(actor, Action.READ_AUDIT)
    return entries.words_used(connection, within=_within(actor))


def _within(actor: Actor) -> Thing | None:
    """Return whose entries alone the actor may see, None for everybody's."""
    if reach_of(actor, Action.READ_AUDIT) is Reach.ALL:
        return None
    return Thing(division=actor.division, organisation=actor.organisation)


def verify_record(
    session: Session,
    *,
    expected: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> RecordVerdict:
    """Recompute every entry's hash, and the hashes of the states that imports left behind.

    The session must be fresh: from its first query on, it sees one state of the database.

    ``expected`` is a hash noted earlier, outside: without it nobody can tell that the last entries
    are missing, or that all were made anew. ``progress`` is told how many entries were read.
    """
    is_server = session.get_bind().dialect.name == "postgresql"
    connection = session.connection(execution_options=_ONE_STATE if is_server else None)
    proof = _Proof(connection)
    chain: Chain = verified(
        proof.following(_counted(entries.every(connection), progress)), expected=expected
    )
    return RecordVerdict(
        length=chain.length,
        last_hash=chain.last_hash,
        is_whole=chain.is_whole and not proof.broken,
        broken_at=chain.broken_at,
        how=chain.how,
        revisions=proof.count,
        broken_revisions=sorted(proof.broken),
    )


def _counted(every: Iterable[Sealed], progress: Callable[[int], None]) -> Iterator[Sealed]:
    """Yield what is read, and tell how much that was."""
    for number, sealed in enumerate(every, start=1):
        if number % _TOLD_EACH == 0:
            progress(number)
        yield sealed


class _Proof:
    """Compares the states of imports with what the record says of them, entry by entry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reached: dict[tuple[str, int | None], int] = {}
        self.count = 0
        self.broken: set[str] = set()

    def following(self, chain: Iterable[Sealed]) -> Iterator[Sealed]:
        """Yield the entries on, each after what it says of states was compared."""
        for each in chain:
            if each.entry.thing == "import" and each.entry.after is not None:
                self._compare(each.entry)
            yield each
        for (reason, run), after in self._reached.items():
            if entries.revisions(self._connection, reason=reason, run=run, after=after, limit=1):
                self.broken.add(reason if run is None else f"import {run}")

    def _compare(self, entry: Entry) -> None:
        said = msgspec.json.decode(entry.after or "{}").get("revisions")
        if said is None:
            return
        is_undo = entry.action == Action.UNDO_IMPORT
        reason = f"undo of import {entry.thing_key}" if is_undo else IMPORTED
        run = None if is_undo else int(entry.thing_key)
        seal = RevisionSeal()
        after = self._reached.get((reason, run), 0)
        found = entries.revisions(
            self._connection, reason=reason, run=run, after=after, limit=said["count"]
        )
        seal.add((entity, i, at, who, data) for _, entity, i, at, who, data in found)
        after = found[-1][0] if found else after
        self._reached[reason, run] = after
        self.count += seal.count
        if (seal.count, seal.sha256) != (said["count"], said["sha256"]):
            self.broken.add(reason if run is None else f"import {run}")
