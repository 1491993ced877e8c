"""Keep files of evidence, give them to those who may see them, and check that none was altered.

What a file proves is private until those whose it is, or their bureau, make it public.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import (
    EvidenceChoiceRefusedError,
    EvidenceDamagedError,
    EvidenceNotFoundError,
)
from catalog.evidence_files import EvidenceFolder, FileState
from catalog.models.evidence import Evidence
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import bulk, evidence
from catalog.rules.file_kinds import plain_name
from catalog.rules.keys import hashed_key
from catalog.services.audit import record
from catalog.views.evidence import EvidenceCheck, EvidencePage, EvidenceSheet, EvidenceView

LONGEST_NOTE = 2000
_KEY = re.compile("[0-9a-f]{16}")
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
    shown = None if view is None else _as_seen(view, actor)
    if shown is None:
        raise EvidenceNotFoundError(key=key)
    return shown


def seen_by_keys(
    connection: Connection, keys: Collection[str], *, actor: Actor
) -> dict[str, EvidenceView]:
    """Return by key those of the files that the actor may know of.

    Among the keys may be references that name no file of ours; they are not looked up.
    """
    ours = sorted(filter(_KEY.fullmatch, keys))
    known = evidence.by_keys(connection, ours) if ours else {}
    shown = {key: _as_seen(view, actor) for key, view in known.items()}
    return {key: view for key, view in shown.items() if view is not None}


def of_certificate(connection: Connection, key: str, *, actor: Actor) -> list[EvidenceView]:
    """Return the files of a certificate that the actor may know of, the latest first."""
    shown = (_as_seen(view, actor) for view in evidence.of_certificate(connection, key))
    return [view for view in shown if view is not None]


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
    others = (
        _as_seen(other, actor)
        for other in evidence.of_hash(connection, view.sha256)
        if other.key != view.key
    )
    return [other for other in others if other is not None]


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


def set_public(
    session: Session,
    key: str,
    *,
    is_public: bool,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> EvidenceView:
    """Let anyone open a file, or no longer; why stays on record.

    Raises:
        EvidenceNotFoundError: There is no such file, or the actor may not know of it.
        PermissionDeniedError: The file is not the actor's to make public.
        EvidenceChoiceRefusedError: No reason is given, or it is so already.
    """
    connection = session.connection()
    view = get(connection, key, actor=actor)
    ensure(actor, Action.PUBLISH_EVIDENCE, view.whose)
    bulk.take_turns(session)
    view = evidence.by_keys(connection, [key])[key]
    why = reason.replace("\x00", "").strip()[:LONGEST_NOTE]
    if not why:
        raise EvidenceChoiceRefusedError(reason_zh="请写明理由", reason_en="give a reason")
    if view.is_public == is_public:
        raise EvidenceChoiceRefusedError(
            reason_zh="这份材料已经公开" if is_public else "这份材料没有公开",
            reason_en="the file is public already" if is_public else "the file is not public",
        )
    row = {
        "id": evidence.ids_by_keys(connection, [key])[key],
        "public_since": now if is_public else None,
        "public_by": actor.name if is_public else None,
        "public_reason": why if is_public else None,
    }
    bulk.update_by_id(session, _TABLE, [row])
    record(
        session,
        actor,
        action=Action.PUBLISH_EVIDENCE,
        thing="evidence",
        key=key,
        now=now,
        reason=why,
        before={"is_public": view.is_public},
        after={"is_public": is_public},
        whose=view.whose,
    )
    return get(connection, key, actor=actor)


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


def _as_seen(view: EvidenceView, actor: Actor) -> EvidenceView | None:
    """Return what the actor may know of a file: nothing, all, or what is public of it."""
    if may(actor, Action.SEE_EVIDENCE, view.whose):
        return view
    if not view.is_public:
        return None
    return msgspec.structs.replace(view, uploaded_by=None, public_by=None)
