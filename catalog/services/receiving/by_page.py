"""Take in what a person fills in on a page: a run of the ledger like any file, of one entry."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import EntryRefusedError
from catalog.models.importing import ImportRun, RunState
from catalog.permissions import Actor
from catalog.records import Kind, Severity
from catalog.services.receiving import runs
from catalog.services.receiving.receipt import Receipt

SOURCE = "page"
LONGEST_REASON = 500


class Entry(NamedTuple):
    """What is entered: its kind, what the ledger calls it, why, and the form's own number.

    The same form sent twice is one entry: its number tells.
    """

    kind: Kind
    label: str
    reason: str
    number: str


class _Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the ledger keeps beside an entry."""

    reason: str = ""
    number: str = ""


def reason_of(stated: str, *, is_needed: bool = True) -> str:
    """Return the reason that somebody gave.

    Raises:
        EntryRefusedError: There is none where one is needed, it is too long, or has a NUL.
    """
    why = stated.replace("\x00", "").strip()
    if not why and is_needed:
        raise EntryRefusedError(reason_zh="请说明理由", reason_en="give a reason")
    if len(why) > LONGEST_REASON:
        raise EntryRefusedError(
            reason_zh=f"理由最多 {LONGEST_REASON} 个字符",
            reason_en=f"the reason has more than {LONGEST_REASON} characters",
        )
    return why


def number_of(number: str, *content: object) -> str:
    """Return the number of a form as it is filled in: changed and sent again, it has another.

    Who goes back in the browser and changes what was typed means another entry.
    """
    return f"{number} {msgspec.json.encode(content, order='sorted').decode()}" if number else ""


def entered_before(session: Session, number: str) -> int | None:
    """Return the run that took in the form of this number, None if it was not sent before."""
    if not number:
        return None
    return session.scalars(
        select(ImportRun.id)
        .where(
            ImportRun.file_hash == _hash(number),
            ImportRun.source == SOURCE,
            ImportRun.state == RunState.FINISHED,
        )
        .limit(1)
    ).one_or_none()


def enter(
    session: Session,
    entry: Entry,
    receive: Callable[[Receipt], None],
    *,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Take an entry in whole or not at all, and return its run, by which it can be undone.

    Raises:
        PermissionDeniedError: The actor may not bring anything in.
        EntryRefusedError: Something in it is wrong, or it changes nothing.
    """
    note = msgspec.json.encode(_Note(entry.reason, entry.number)).decode()
    new = runs.NewRun(
        kind=entry.kind,
        source=SOURCE,
        file_name=entry.label,
        file_hash=_hash(entry.number or f"{now.isoformat()} {note}"),
        options=note,
    )
    opened = runs.open_run(session, new, actor=actor, now=now, is_resumable=False)
    receipt = Receipt(
        session=session,
        run_id=opened.id,
        source=SOURCE,
        actor=actor.name,
        now=now,
        is_whole=True,
    )
    receive(receipt)
    wrong = [issue for issue in receipt.issues if issue.severity is Severity.ERROR]
    if wrong:
        codes = ", ".join(issue.code for issue in wrong)
        raise EntryRefusedError(wrong, reason_zh=codes, reason_en=codes)
    if not (receipt.created or receipt.changed):
        raise EntryRefusedError(reason_zh="没有任何改动", reason_en="nothing would change")
    receipt.footprint.keep(0)
    run = session.get_one(ImportRun, opened.id)
    run.read, run.created, run.changed = 1, receipt.created, receipt.changed
    session.flush()
    runs.put_batch_on_record(receipt, actor, 0)
    runs.finish_run(session, run.id, actor=actor, now=now)
    return run.id


def _hash(number: str) -> str:
    return hashlib.sha256(f"{SOURCE}\x1f{number}".encode()).hexdigest()
