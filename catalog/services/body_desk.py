"""A certification body's desk: what it issued."""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import body_desk
from catalog.repositories.body_desk import Issued


def issued(connection: Connection, *, actor: Actor) -> Issued | None:
    """Return what the actor's certification body issued; None where the catalogue has no such body.

    Raises:
        PermissionDeniedError: The actor acts for no organisation that was proved.
    """
    ensure(actor, Action.READ_NOTICES, Thing(organisation=actor.organisation))
    return body_desk.issued_by(connection, actor.organisation or "")
