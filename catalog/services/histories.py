"""How a thing came to be what it is: the states that imports and their undoing left behind.

What people did stands on the record (``services.audit``); what files brought, in these states.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from catalog.models.revision import Entity
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import revisions
from catalog.rules.record_differences import FieldChange, changes

_SILENT = frozenset({"id", "key", "name_folded", "recorded_at"})
_REFERENCE = "_id"


class StateView(msgspec.Struct, frozen=True, kw_only=True):
    """What one import, or its undoing, changed of a thing; ``run`` is the import's number."""

    at: dt.datetime
    actor: str
    run: int | None
    is_import: bool
    changes: list[FieldChange]


def states_of_thing(
    connection: Connection, thing: str, key: str, *, actor: Actor
) -> list[StateView]:
    """Return what changed a company, product, certificate, project or building, the latest first.

    Of anything else, of what is not there and of what is not the actor's to read, nothing: a
    division's bureau reads of its own projects and companies, and of what these make and hold.
    References to other things are left out.

    Raises:
        PermissionDeniedError: The actor may not read the record.
    """
    ensure(actor, Action.READ_AUDIT)
    if thing not in set(Entity):
        return []
    entity = Entity(thing)
    divisions = revisions.divisions_of(connection, entity, key)
    places = [Thing(division=division) for division in divisions] or [Thing()]
    if not any(may(actor, Action.READ_AUDIT, place) for place in places):
        return []
    found: list[StateView] = []
    before = None
    for row in revisions.of_key(connection, entity, key):
        after = msgspec.json.decode(row.data)
        found.append(
            StateView(
                at=row.recorded_at,
                actor=row.actor,
                run=row.run_id,
                is_import=row.reason == revisions.IMPORTED,
                changes=[change for change in changes(before, after) if _is_telling(change.field)],
            )
        )
        before = after
    return found[::-1]


def _is_telling(field: str) -> bool:
    return field not in _SILENT and not field.endswith(_REFERENCE)
