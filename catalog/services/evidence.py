"""Keep files of evidence, give them to those who may see them, and check that none was altered."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import EvidenceDamagedError, EvidenceNotFoundError
from catalog.evidence_files import EvidenceFolder, FileState
from catalog.models.evidence import Evidence
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import bulk, evidence
from catalog.rules.file_kinds import plain_name
from catalog.rules.keys import hashed_key
from catalog.services.audit import record
from catalog.views.evidence import EvidenceCheck, EvidencePage, EvidenceSheet, EvidenceView

LONGEST_NOTE = 2000
_TABLE = bulk.table_of(Evidence)
_NOBODYS = Thing()


def keep(
    session: Session,
    files: EvidenceFolder,
    stream: BinaryIO,
    *,
    name: str,
    note: str | None = None,
    whose: Thing,
    actor: Actor,
    now: dt.datetime,
) -> EvidenceView:
    """Keep a file that somebody hands in as proof; who it belongs to decides who may see it.

    A file that is refused later on, with the rest of the transaction, stays in the folder and is
    nobody's: ``check_all`` lists it.

    Raises:
        PermissionDeniedError: The actor may not hand in evidence for these.
        EvidenceRefusedError: The file is empty, too large, broken, or no PDF or picture.
    """
    ensure(actor, Action.UPLOAD_EVIDENCE, whose)
    taken = files.take(stream)
    connection = session.connection()
    before = len(evidence.of_hash(connection, taken.sha256))
    key = hashed_key("evidence", taken.sha256, str(before), now.isoformat())
    row = {
        "key": key,
        "sha256": taken.sha256,
        "size": taken.size,
        "media_type": taken.kind.value,
        "name": plain_name(name, taken.kind),
        "note": note or None,
        "organisation_id": evidence.organisation_id(connection, whose.organisation),
        "division_id": evidence.division_id(connection, whose.division),
        "uploaded_by": actor.name,
        "uploaded_at": now,
    }
    bulk.insert_mappings(session, _TABLE, [row])
    record(
        session,
        actor,
        action=Action.UPLOAD_EVIDENCE,
        thing="evidence",
        key=key,
        now=now,
        after={field: row[field] for field in ("name", "sha256", "size", "media_type", "note")},
        whose=whose,
    )
    return evidence.by_keys(connection, [key])[key]


def get(connection: Connection, key: str, *, actor: Actor) -> EvidenceView:
    """Return a file's data.

    Raises:
        EvidenceNotFoundError: There is no such file, or the actor may not know of it.
    """
    view = evidence.by_keys(connection, [key]).get(key)
    if view is None or not may(actor, Action.SEE_EVIDENCE, view.whose):
        raise EvidenceNotFoundError(key=key)
    return view


def browse(connection: Connection, *, actor: Actor, limit: int, offset: int) -> EvidencePage:
    """Return one page of the files that the actor may see, the latest first."""
    items, total = evidence.page(connection, actor, limit=limit, offset=offset)
    return EvidencePage(items, limit, offset, total)


def sheet(
    connection: Connection, files: EvidenceFolder, key: str, *, actor: Actor
) -> EvidenceSheet:
    """Return a file's data, whether its bytes are what was handed in, and where they are too.

    Raises:
        EvidenceNotFoundError: There is no such file, or the actor may not know of it.
    """
    view = get(connection, key, actor=actor)
    return EvidenceSheet(
        view, files.state(view.sha256).value, same_files(connection, view, actor=actor)
    )


def same_files(connection: Connection, view: EvidenceView, *, actor: Actor) -> list[EvidenceView]:
    """Return the other handings in of the same bytes, those that the actor may see."""
    return [
        other
        for other in evidence.of_hash(connection, view.sha256)
        if other.key != view.key and may(actor, Action.SEE_EVIDENCE, other.whose)
    ]


def open_file(
    connection: Connection, files: EvidenceFolder, key: str, *, actor: Actor
) -> tuple[EvidenceView, BinaryIO]:
    """Return a file's data and its bytes from the beginning; the caller closes them.

    Raises:
        EvidenceNotFoundError: There is no such file, or the actor may not know of it.
        EvidenceDamagedError: The kept bytes are gone, or are not those that were handed in.
    """
    view = get(connection, key, actor=actor)
    _, file = files.open(view.sha256)
    if file is None:
        raise EvidenceDamagedError(name=view.name)
    return view, file


def check_all(
    session: Session, files: EvidenceFolder, *, actor: Actor, now: dt.datetime
) -> EvidenceCheck:
    """Compare every kept file with its hash, and note since when one is missing or altered.

    Raises:
        PermissionDeniedError: The actor does not answer for everybody's files.
    """
    ensure(actor, Action.UPLOAD_EVIDENCE, _NOBODYS)
    rows = evidence.everything(session.connection())
    states = {sha256: files.state(sha256) for sha256 in {view.sha256 for _, view in rows}}
    changes, missing, altered = [], [], []
    for row_id, view in rows:
        state = states[view.sha256]
        is_missing, is_altered = state is FileState.MISSING, state is FileState.ALTERED
        changes.append(
            {
                "id": row_id,
                "checked_at": now,
                "missing_since": (view.missing_since or now) if is_missing else None,
                "altered_since": (view.altered_since or now) if is_altered else None,
            }
        )
        if is_missing:
            missing.append(view)
        if is_altered:
            altered.append(view)
    bulk.update_by_id(session, _TABLE, changes)
    unclaimed = sorted(set(files.kept()) - states.keys())
    record(
        session,
        actor,
        action=Action.UPLOAD_EVIDENCE,
        thing="evidence",
        key="all",
        now=now,
        after={
            "checked": len(rows),
            "missing": [view.key for view in missing],
            "altered": [view.key for view in altered],
            "unclaimed": len(unclaimed),
        },
    )
    return EvidenceCheck(len(states), missing, altered, unclaimed)
