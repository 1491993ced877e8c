"""Remember how a sender's columns are read; what was confirmed earlier stays on record."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.models.deciding import ColumnMapping
from catalog.permissions import Action, Actor, ensure
from catalog.records import Kind
from catalog.repositories import mappings
from catalog.repositories.matching import organisation_id
from catalog.services import audit, owning
from catalog.views.mappings import MappingView

LONGEST_SENDER = 200


def find_mapping(
    connection: Connection,
    *,
    sender: str,
    header: str,
    actor: Actor,
    kind: Kind | None = None,
) -> MappingView | None:
    """Return what counts now for a sender's header, the newest if no kind is asked for.

    What the actor's organisation confirmed comes before what everybody shares; what other
    organisations confirmed does not count.
    """
    name, memory = sender_name(sender), owning.own_memory(actor)
    own = mappings.current(connection, sender=name, header=header, kind=kind, memory=memory)
    if own is not None or memory is None:
        return own
    return mappings.current(connection, sender=name, header=header, kind=kind, memory=None)


def mappings_of(connection: Connection, sender: str, *, actor: Actor) -> list[MappingView]:
    """Return all that the actor's organisation ever confirmed for a sender, newest first."""
    memory = owning.own_memory(actor)
    return mappings.of_sender(connection, sender_name(sender), memory=memory)


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
    """Keep a mapping for the organisation's next file of the sender with this header.

    What is confirmed by those who answer for everybody is kept for everybody. The same mapping
    again changes nothing; another one takes its place.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    connection = session.connection()
    name, memory = sender_name(sender), owning.own_memory(actor)
    held = mappings.current(connection, sender=name, header=header, kind=kind, memory=memory)
    if held is not None and held.columns == columns:
        return held
    if held is not None:
        mappings.supersede(connection, held.id, now=now)
    added = ColumnMapping(
        sender=name,
        kind=kind,
        header=header,
        columns=columns,
        actor=actor.name,
        decided_at=now,
        organisation_id=None if memory is None else organisation_id(connection, memory),
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
        organisation=memory,
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
    """Let a mapping of the actor's organisation count no longer: the next file is asked about.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    connection = session.connection()
    name, memory = sender_name(sender), owning.own_memory(actor)
    held = mappings.current(connection, sender=name, header=header, kind=kind, memory=memory)
    if held is not None:
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


def sender_name(text: str) -> str:
    """Return a sender as it is kept: one line, not too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())[:LONGEST_SENDER].rstrip()
