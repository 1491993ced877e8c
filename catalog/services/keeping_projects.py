"""Let owners keep their projects and buildings: add, change, withdraw, and take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from catalog.errors import (
    DivisionNotFoundError,
    EntryRefusedError,
    ImportRunNotFoundError,
    ProjectNotFoundError,
)
from catalog.models.division import Division
from catalog.models.importing import ImportRun
from catalog.models.project import Building, Project
from catalog.models.revision import Entity, Revision
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.records import Kind
from catalog.repositories import bulk, projects
from catalog.repositories import owned as owners
from catalog.rules.keys import building_key, project_key
from catalog.services import audit, owning, results
from catalog.services.receiving import by_page, entities
from catalog.services.receiving.by_page import Entry
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.undoing import undo_run
from catalog.views.owner import BuildingDraft, ProjectDraft
from catalog.views.projects import BuildingView, ProjectView

_PROJECT, _BUILDING = bulk.table_of(Project), bulk.table_of(Building)
_REVISION = bulk.table_of(Revision)


def create_project(
    session: Session, draft: ProjectDraft, *, number: str = "", actor: Actor, now: dt.datetime
) -> str:
    """Keep a new project of the actor's organisation, and return its key.

    Raises:
        PermissionDeniedError: The actor keeps no projects.
        DivisionNotFoundError: There is no such division.
        EntryRefusedError: The code is taken, or the actor is no proved owner.
    """
    ensure(actor, Action.IMPORT)
    # Who looks before it is its turn does not see what another one is just about to keep.
    bulk.take_turns(session)
    connection = session.connection()
    owner = owning.own_name(connection, actor)
    if owner is None:
        raise EntryRefusedError(
            reason_zh="只有核实过的建设单位可以新建项目",
            reason_en="only a proved owner can create a project",
        )
    key = project_key(draft.code)
    number = by_page.number_of(number, draft)
    if by_page.entered_before(session, number) is not None:
        return key
    held = bulk.rows_where_in(session, _PROJECT, "key", [key])
    if held and (held[0]["withdrawn_at"] is None or held[0]["owner"] != owner):
        raise EntryRefusedError(
            reason_zh=f"项目代码“{draft.code}”已有项目使用",
            reason_en=f"the project code “{draft.code}” is in use",
        )

    def receive(receipt: Receipt) -> None:
        columns = {**_columns(session, draft), "owner": owner}
        _upsert(receipt, _PROJECT, Entity.PROJECT, key, columns, fixed={"is_synthetic": False})

    by_page.enter(
        session, Entry(Kind.PROJECTS, draft.name, "", number), receive, actor=actor, now=now
    )
    _tell(session, actor, "project", key, project=key, now=now)
    return key


def edit_project(
    session: Session,
    key: str,
    draft: ProjectDraft,
    *,
    shown: int,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Change a project and calculate it anew; return the run by which it is undone.

    The code stays: it is what the project is known by. ``shown`` is the state that the page was
    of (``state_of``).

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
        DivisionNotFoundError: There is no such division.
        EntryRefusedError: Nothing would change, or somebody changed it meanwhile.
    """
    why = by_page.reason_of(reason, is_needed=False)
    before = _own_project(session, key, actor)
    _ensure_shown(session, Entity.PROJECT, key, shown)

    def receive(receipt: Receipt) -> None:
        columns = {**_columns(session, draft), "code": before.code}
        _upsert(receipt, _PROJECT, Entity.PROJECT, key, columns)
        entities.note_stale_buildings(receipt, _buildings_of(session, key))

    run = by_page.enter(
        session, Entry(Kind.PROJECTS, draft.name, why, ""), receive, actor=actor, now=now
    )
    _tell(session, actor, "project", key, project=key, now=now, reason=why, before=before)
    results.calculate_project(session, key, actor=actor, now=now)
    return run


def withdraw_project(
    session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> int:
    """Withdraw a project with its buildings; return the run by which it comes back.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: No reason is given.
    """
    before = _own_project(session, key, actor)
    why = by_page.reason_of(reason)

    def receive(receipt: Receipt) -> None:
        living = _buildings_of(session, key)
        _withdraw(receipt, _BUILDING, Entity.BUILDING, living)
        _withdraw(receipt, _PROJECT, Entity.PROJECT, {_id(session, _PROJECT, key)})
        entities.note_stale_buildings(receipt, living)

    run = by_page.enter(
        session, Entry(Kind.PROJECTS, before.name, why, ""), receive, actor=actor, now=now
    )
    whose = owning.whose_project(session.connection(), key)
    _record(session, actor, "project", key, whose, now=now, reason=why, before=before, after=None)
    return run


def add_building(
    session: Session,
    project: str,
    draft: BuildingDraft,
    *,
    number: str = "",
    actor: Actor,
    now: dt.datetime,
) -> str:
    """Keep a new building of a project, and return its key.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: The project has a building of this code.
    """
    _own_project(session, project, actor)
    key = building_key(project, draft.code)
    number = by_page.number_of(number, project, draft)
    if by_page.entered_before(session, number) is not None:
        return key
    held = bulk.rows_where_in(session, _BUILDING, "key", [key])
    if held and held[0]["withdrawn_at"] is None:
        raise EntryRefusedError(
            reason_zh=f"本项目已有编号为“{draft.code}”的单体",
            reason_en=f"the project has a building “{draft.code}” already",
        )

    def receive(receipt: Receipt) -> None:
        columns = {
            **msgspec.structs.asdict(draft),
            "project_id": _id(session, _PROJECT, project),
        }
        _upsert(receipt, _BUILDING, Entity.BUILDING, key, columns)

    by_page.enter(
        session, Entry(Kind.PROJECTS, draft.name, "", number), receive, actor=actor, now=now
    )
    _tell(session, actor, "building", key, project=project, now=now)
    return key


def edit_building(
    session: Session,
    project: str,
    building: str,
    draft: BuildingDraft,
    *,
    shown: int,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Change a building and calculate it anew; return the run by which it is undone.

    Raises:
        ProjectNotFoundError: There is no such building of the project.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: Nothing would change, or somebody changed it meanwhile.
    """
    why = by_page.reason_of(reason, is_needed=False)
    before = _own_building(session, project, building, actor)
    building_id = _id(session, _BUILDING, building)
    _ensure_shown(session, Entity.BUILDING, building, shown)

    def receive(receipt: Receipt) -> None:
        columns = {**msgspec.structs.asdict(draft), "code": before.code}
        _upsert(receipt, _BUILDING, Entity.BUILDING, building, columns)
        entities.note_stale_buildings(receipt, {building_id})

    run = by_page.enter(
        session, Entry(Kind.PROJECTS, draft.name, why, ""), receive, actor=actor, now=now
    )
    _tell(session, actor, "building", building, project=project, now=now, reason=why, before=before)
    results.calculate_project(session, project, actor=actor, now=now)
    return run


def withdraw_building(
    session: Session, project: str, building: str, *, reason: str, actor: Actor, now: dt.datetime
) -> int:
    """Withdraw a building; return the run by which it comes back.

    Raises:
        ProjectNotFoundError: There is no such building of the project.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: No reason is given.
    """
    before = _own_building(session, project, building, actor)
    why = by_page.reason_of(reason)
    building_id = _id(session, _BUILDING, building)

    def receive(receipt: Receipt) -> None:
        _withdraw(receipt, _BUILDING, Entity.BUILDING, {building_id})
        entities.note_stale_buildings(receipt, {building_id})

    run = by_page.enter(
        session, Entry(Kind.PROJECTS, before.name, why, ""), receive, actor=actor, now=now
    )
    whose = owning.whose_project(session.connection(), project)
    _record(session, actor, "building", building, whose, now=now, reason=why, before=before)
    return run


def take_back(
    session: Session, project: str, run_id: int, *, actor: Actor, now: dt.datetime
) -> None:
    """Undo an entry that touched a project, and calculate the project anew.

    Raises:
        ImportRunNotFoundError: There is no such entry.
        PermissionDeniedError: It touched somebody else's project.
        AlreadyUndoneError: It was undone before.
        UndoRefusedError: Later work stands on it.
    """
    run = session.get(ImportRun, run_id)
    if run is None or run.source != by_page.SOURCE:
        raise ImportRunNotFoundError(key=run_id)
    undo_run(session, run_id, actor=actor, now=now)
    results.calculate_project(session, project, actor=actor, now=now)


def state_of(connection: Connection, key: str, *, building: str | None = None) -> int:
    """Return the number of a project's state, or of a building's: a change makes another."""
    if building is None:
        return owners.last_state(connection, Entity.PROJECT, key)
    return owners.last_state(connection, Entity.BUILDING, building)


def _own_project(session: Session, key: str, actor: Actor) -> ProjectView:
    bulk.take_turns(session)
    view = projects.get_by_key(session.connection(), key)
    ensure(actor, Action.IMPORT, owning.whose_project(session.connection(), key))
    return view


def _own_building(session: Session, project: str, building: str, actor: Actor) -> BuildingView:
    bulk.take_turns(session)
    connection = session.connection()
    found = next((b for b in projects.buildings_of(connection, project) if b.key == building), None)
    if found is None:
        raise ProjectNotFoundError(key=f"{project}/{building}")
    owning.ensure_building(connection, building, actor=actor)
    return found


def _columns(session: Session, draft: ProjectDraft) -> dict[str, Any]:
    division = session.scalar(select(Division.id).where(Division.key == draft.division))
    if division is None:
        raise DivisionNotFoundError(key=draft.division)
    stated = msgspec.structs.asdict(draft)
    del stated["division"]
    return {**stated, "division_id": division}


def _upsert(
    receipt: Receipt,
    table: Table,
    entity: Entity,
    key: str,
    columns: Mapping[str, Any],
    *,
    fixed: Mapping[str, Any] | None = None,
) -> None:
    outcome = entities.upsert(receipt, table, entity, {key: columns}, fixed=fixed or {})
    receipt.created += len(outcome.new)
    receipt.changed += len(outcome.changed)
    receipt.footprint.speak(table.name, outcome.ids[key])


def _withdraw(receipt: Receipt, table: Table, entity: Entity, ids: set[int]) -> None:
    """Withdraw things, each with a revision that says so."""
    held = bulk.rows_where_in(receipt.session, table, "id", sorted(ids))
    gone = {"withdrawn_at": receipt.now}
    bulk.update_by_id(receipt.session, table, [{"id": row["id"], **gone} for row in held])
    notes = [entities.revision(receipt, entity, {**row, **gone}) for row in held]
    bulk.insert_mappings(receipt.session, _REVISION, notes)
    receipt.seal(notes)
    receipt.changed += len(held)
    for row in held:
        receipt.footprint.speak(table.name, row["id"])


def _buildings_of(session: Session, project: str) -> set[int]:
    rows = bulk.rows_where_in(session, _BUILDING, "project_id", [_id(session, _PROJECT, project)])
    return {row["id"] for row in rows if row["withdrawn_at"] is None}


def _id(session: Session, table: Table, key: str) -> int:
    (row,) = bulk.rows_where_in(session, table, "key", [key])
    number: int = row["id"]
    return number


def _ensure_shown(session: Session, entity: Entity, key: str, shown: int) -> None:
    if owners.last_state(session.connection(), entity, key) != shown:
        raise EntryRefusedError(
            reason_zh="这一页打开后有人改过，请看过现在的内容再改",
            reason_en="somebody changed it after the page was opened; look at it again first",
        )


def _tell(
    session: Session,
    actor: Actor,
    thing: str,
    key: str,
    *,
    project: str,
    now: dt.datetime,
    reason: str = "",
    before: ProjectView | BuildingView | None = None,
) -> None:
    """Put a thing as it is now on record, beside what it was."""
    connection = session.connection()
    after: ProjectView | BuildingView = projects.get_by_key(connection, project)
    if thing == "building":
        after = next(b for b in projects.buildings_of(connection, project) if b.key == key)
    whose = owners.whose(connection, [project])[project]
    _record(session, actor, thing, key, whose, now=now, reason=reason, before=before, after=after)


def _record(
    session: Session,
    actor: Actor,
    thing: str,
    key: str,
    whose: Thing,
    *,
    now: dt.datetime,
    reason: str,
    before: ProjectView | BuildingView | None,
    after: ProjectView | BuildingView | None = None,
) -> None:
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing=thing,
        key=key,
        now=now,
        reason=reason or None,
        before=None if before is None else _said(before),
        after=None if after is None else _said(after),
        whose=whose,
    )


def _said(view: ProjectView | BuildingView) -> dict[str, Any]:
    derived = {"buildings", "stale_since", "is_synthetic", "key"}
    return {k: v for k, v in msgspec.structs.asdict(view).items() if k not in derived}
