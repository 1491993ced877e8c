"""Whose projects are whose, and what of a file an owner may bring in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from catalog.errors import ImportRunNotFoundError, ProjectNotFoundError
from catalog.permissions import Action, Actor, Reach, Thing, ensure, may, reach_of
from catalog.records import (
    BillLineRecord,
    DeliveryRecord,
    Issue,
    ProjectRecord,
    Record,
)
from catalog.repositories import owned
from catalog.rules.keys import project_key

_LINES = (BillLineRecord, DeliveryRecord)


def whose_project(connection: Connection, key: str) -> Thing:
    """Return whose a project is.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    found = owned.whose(connection, [key]).get(key)
    if found is None:
        raise ProjectNotFoundError(key=key)
    return found


def own_name(connection: Connection, actor: Actor) -> str | None:
    """Return the name by which projects are the actor's own; None for who owns none."""
    return None if actor.organisation is None else owned.name_of(connection, actor.organisation)


def ensure_building(connection: Connection, building: str, *, actor: Actor) -> None:
    """Let those pass who may change what a building needs and gets.

    Raises:
        PermissionDeniedError: The actor may not, or not for this building.
    """
    ensure(actor, Action.IMPORT, owned.whose_building(connection, building) or Thing())


def memory_of_building(connection: Connection, building: str) -> str | None:
    """Return the owner whose decisions count first for a building's lines; None where none is."""
    whose = owned.whose_building(connection, building)
    return None if whose is None else whose.organisation


def own_memory(actor: Actor) -> str | None:
    """Return in whose memory what the actor decides is kept: its organisation's.

    What is decided by those who answer for everybody is shared: None.
    """
    return None if reach_of(actor, Action.IMPORT) is Reach.ALL else actor.organisation


def ensure_run(connection: Connection, run: int, action: Action, *, actor: Actor) -> None:
    """Let those pass who may do this to all that a run of the ledger brought.

    Raises:
        PermissionDeniedError: The actor may not, or some of it is somebody else's.
        ImportRunNotFoundError: There is no such run.
    """
    if reach_of(actor, action) is Reach.ALL:
        return
    found = owned.owners_of_run(connection, run)
    if not found:
        raise ImportRunNotFoundError(key=run)
    for thing in sorted(found, key=str):
        ensure(actor, action, thing)


def within_reach(
    connection: Connection, records: Sequence[Record], *, actor: Actor
) -> tuple[list[Record], list[Issue]]:
    """Return the records that the actor may bring in, and an issue for each of the others.

    Who answers for everybody may bring in all. An owner may bring in its own projects, new ones
    that bear its name, and the bills and deliveries of its own.
    """
    if reach_of(actor, Action.IMPORT) is Reach.ALL:
        return list(records), []
    name = own_name(connection, actor)
    codes = {r.project for r in records if isinstance(r, _LINES)}
    codes |= {r.code for r in records if isinstance(r, ProjectRecord)}
    known = owned.whose(connection, (project_key(code) for code in codes))
    kept: list[Record] = []
    issues: list[Issue] = []
    for record in records:
        code = _project_of(record)
        thing = known.get(project_key(code)) if code is not None else None
        is_own = thing is not None and may(actor, Action.IMPORT, thing)
        if isinstance(record, ProjectRecord):
            # A project that changes hands does so by whom both owners trust.
            is_own = name is not None and (
                record.owner in (None, name) if is_own else thing is None and record.owner == name
            )
        elif isinstance(record, _LINES) and thing is None:
            # That there is no such project is said where the project is looked for.
            is_own = True
        if is_own:
            kept.append(record)
        else:
            issues.append(
                Issue(
                    code="not-your-project",
                    sheet=record.sheet,
                    row=record.row,
                    value=code or "",
                    facts={"owner": name or "—"},
                )
            )
    return kept, issues


def _project_of(record: Record) -> str | None:
    if isinstance(record, ProjectRecord):
        return record.code
    return record.project if isinstance(record, _LINES) else None
