"""Remember how a sender's columns are read; what was confirmed earlier stays on record."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.models.deciding import ColumnMapping
from catalog.permissions import Action, Actor, Reach, Thing, ensure, reach_of
from catalog.records import Kind
from catalog.repositories import mappings
from catalog.services import audit
from catalog.views.mappings import MappingView

LONGEST_SENDER = 200


def find_mapping(
    connection: Connection, *, sender: str, header: str, kind: Kind | None = None
) -> MappingView | None:
    """Return what counts now for a sender's header, the newest if no kind is asked for."""
    return mappings.current(connection, sender=sender_name(sender), header=header, kind=kind)


def mappings_of(connection: Connection, sender: str) -> list[MappingView]:
    """Return all that was ever confirmed for a sender, newest first."""
    return mappings.of_sender(connection, sender_name(sender))


def remember_mapping(
    session: Session,
    *,
    sender: str,
    kind: Kind,
    header: str,
    columns: str,
    actor: Actor,
    now: dt.datetime,
) -> MappingView:
    """Keep a mapping for the next file of the sender with this header.

    The same mapping again changes nothing; another one takes its place.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    connection = session.connection()
    name = sender_name(sender)
    held = mappings.current(connection, sender=name, header=header, kind=kind)
    if held is not None and held.columns == columns:
        return held
    if held is not None:
        _ensure_own(actor, held)
        mappings.supersede(connection, held.id, now=now)
    added = ColumnMapping(
        sender=name, kind=kind, header=header, columns=columns, actor=actor.name, decided_at=now
    )
    session.add(added)
    session.flush()
    said = {"sender": name, "kind": kind, "header": header}
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="column-mapping",
        key=str(added.id),
        now=now,
        before=None if held is None else {**said, "columns": held.columns},
        after={**said, "columns": columns},
    )
    return MappingView(
        id=added.id,
        sender=name,
        kind=kind,
        header=header,
        columns=columns,
        actor=actor.name,
        decided_at=now,
        superseded_at=None,
    )


def forget_mapping(
    session: Session,
    *,
    sender: str,
    header: str,
    kind: Kind,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let a mapping count no longer, so that the next file is asked about again.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    connection = session.connection()
    held = mappings.current(connection, sender=sender_name(sender), header=header, kind=kind)
    if held is not None:
        _ensure_own(actor, held)
        mappings.supersede(connection, held.id, now=now)
        audit.record(
            session,
            actor,
            action=Action.IMPORT,
            thing="column-mapping",
            key=str(held.id),
            now=now,
            before={"sender": held.sender, "kind": kind, "header": header, "columns": held.columns},
        )


def _ensure_own(actor: Actor, mapping: MappingView) -> None:
    """Let those pass who may replace a mapping, by which everybody's files are read.

    Raises:
        PermissionDeniedError: The actor answers for its own things alone, and others decided it.
    """
    if reach_of(actor, Action.IMPORT) is not Reach.ALL and mapping.actor != actor.name:
        ensure(actor, Action.IMPORT, Thing())


def sender_name(text: str) -> str:
    """Return a sender as it is kept: one line, not too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())[:LONGEST_SENDER].rstrip()
