"""Mappings an organisation remembers for a sender: reused for the next file of the same header."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import ImportRefusedError
from catalog.permissions import Actor
from catalog.records import Kind
from catalog.services import mappings
from importers.lookups import Lookups
from importers.mapping.propose import Confirmed, Proposal, propose
from importers.source import SourceFile
from importers.table.mapping import Mapping, mapping_from_json, mapping_to_json


def propose_for(
    connection: Connection,
    source: SourceFile,
    lookups: Lookups,
    *,
    sender: str | None,
    actor: Actor,
    kind: Kind | None = None,
) -> Proposal:
    """Return how a sender's table might be read, or how it was confirmed for the same header.

    What counts is what the actor's organisation confirmed, and else what everybody shares.

    Raises:
        ImportRefusedError: It is no table, or has no header, or is a list that nobody imports.
    """

    def remembered(header: str) -> Confirmed | None:
        if not sender:
            return None
        held = mappings.find_mapping(
            connection, sender=sender, header=header, kind=kind, actor=actor
        )
        if held is None:
            return None
        try:
            mapping = mapping_from_json(held.columns)
        except ImportRefusedError:
            return None  # It names fields that this version no longer has: ask again.
        return Confirmed(
            mapping=mapping, sender=held.sender, actor=held.actor, decided_at=held.decided_at
        )

    return propose(source, lookups, kind=kind, remembered=remembered)


def remember(
    session: Session,
    proposal: Proposal,
    mapping: Mapping,
    *,
    sender: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Keep a confirmed mapping for the next file of the sender with this header.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    mappings.remember_mapping(
        session,
        sender=sender,
        kind=mapping.kind,
        header=proposal.heads.fingerprint,
        columns=mapping_to_json(mapping),
        actor=actor,
        now=now,
    )
