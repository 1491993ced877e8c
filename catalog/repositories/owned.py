"""Queries for whose a project is: that of the proved owner whose name it bears."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, func, select

from catalog.models.account import Organisation
from catalog.models.division import Division
from catalog.models.importing import ImportRun
from catalog.models.project import Building, Project
from catalog.models.revision import Entity, Revision
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Role, Thing
from catalog.records import Kind
from catalog.rules.terms import OrganisationState

OWNERS_KINDS = (Kind.PROJECTS, Kind.BILL_LINES, Kind.DELIVERIES)
"""What an owner may bring in; products and papers are not an owner's to state."""

_CHUNK = 500
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# Of two owners of one name the project is the first's: who comes later takes nothing away.
_OWNER = (
    select(func.min(Organisation.id).label("id"), Organisation.name)
    .where(
        Organisation.role == Role.OWNER,
        Organisation.state.in_((OrganisationState.PROVED, OrganisationState.CLOSED)),
    )
    .group_by(Organisation.name)
    .subquery()
)
_WHOSE: Select[*tuple[Any, ...]] = (
    select(Project.key, Organisation.key, Division.key)
    .join(Division, Division.id == Project.division_id)
    .outerjoin(_OWNER, _OWNER.c.name == Project.owner)
    .outerjoin(
        Organisation,
        and_(Organisation.id == _OWNER.c.id, Organisation.state == OrganisationState.PROVED),
    )
)
_BY_KEYS: Select[*tuple[Any, ...]] = _WHOSE.where(Project.key.in_(_KEYS))
_BY_IDS: Select[*tuple[Any, ...]] = _WHOSE.where(Project.id.in_(_IDS))
_OF_BUILDING: Select[*tuple[Any, ...]] = _WHOSE.join(
    Building, Building.project_id == Project.id
).where(Building.key == bindparam("building"))
_NAME: Select[*tuple[Any, ...]] = (
    select(Organisation.name)
    .join(_OWNER, _OWNER.c.id == Organisation.id)
    .where(Organisation.key == bindparam("organisation"))
)
_KIND_OF_RUN: Select[*tuple[Any, ...]] = select(ImportRun.kind).where(
    ImportRun.id == bindparam("run")
)


class OwnRow(NamedTuple):
    """A project of an owner, and its id."""

    id: int
    key: str


_OWN: Select[*tuple[Any, ...]] = (
    select(Project.id, Project.key)
    .where(Project.owner == bindparam("name"), Project.withdrawn_at.is_(None))
    .order_by(Project.name, Project.id)
)


def whose(connection: Connection, keys: Iterable[str]) -> dict[str, Thing]:
    """Return whose each known project is; one without a proved owner is its division's alone."""
    wanted = sorted(set(keys))
    found: dict[str, Thing] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = connection.execute(_BY_KEYS, {"keys": wanted[start : start + _CHUNK]})
        found |= {key: Thing(organisation=own, division=division) for key, own, division in rows}
    return found


def whose_building(connection: Connection, building: str) -> Thing | None:
    """Return whose a building is, by its key; None where there is no such building."""
    row = connection.execute(_OF_BUILDING, {"building": building}).one_or_none()
    return None if row is None else Thing(organisation=row[1], division=row[2])


def name_of(connection: Connection, organisation: str) -> str | None:
    """Return the name by which projects are an owner's; None for who owns none."""
    found: str | None = connection.scalar(_NAME, {"organisation": organisation})
    return found


def busiest_owner(connection: Connection) -> str | None:
    """Return the name that most projects give their owner; None where none gives any."""
    count = func.count().label("count")
    statement = (
        select(Project.owner)
        .where(Project.owner.is_not(None), Project.withdrawn_at.is_(None))
        .group_by(Project.owner)
        .order_by(count.desc(), Project.owner)
        .limit(1)
    )
    return connection.scalar(statement)


def last_state(connection: Connection, entity: Entity, key: str) -> int:
    """Return the number of the last state of a project or building; 0 where it has none."""
    table = Project if entity is Entity.PROJECT else Building
    statement = (
        select(func.max(Revision.id))
        .join(table, table.id == Revision.entity_id)
        .where(Revision.entity == entity, table.key == key)
    )
    return connection.scalar(statement) or 0


def own_projects(connection: Connection, name: str) -> list[OwnRow]:
    """Return the projects that bear an owner's name, in order of name."""
    return [OwnRow(*row) for row in connection.execute(_OWN, {"name": name})]


def owners_of_run(connection: Connection, run: int) -> set[Thing]:
    """Return whose projects a run touched; nobody's is among them if it touched anything else."""
    kind = connection.scalar(_KIND_OF_RUN, {"run": run})
    if kind not in OWNERS_KINDS:
        return {Thing()}
    buildings = _touched(connection, run, Entity.BUILDING) | {
        row[0]
        for line in (BillLine, Delivery)
        for row in connection.execute(
            select(line.building_id)
            .where((line.run_id == run) | (line.superseded_run_id == run))
            .distinct()
        )
    }
    projects = _touched(connection, run, Entity.PROJECT)
    projects |= {
        row[0]
        for row in _in_parts(
            connection, select(Building.project_id).where(Building.id.in_(_IDS)), buildings
        )
    }
    return {
        Thing(organisation=row[1], division=row[2])
        for row in _in_parts(connection, _BY_IDS, projects)
    }


def _touched(connection: Connection, run: int, entity: Entity) -> set[int]:
    statement = (
        select(Revision.entity_id)
        .where(Revision.run_id == run, Revision.entity == entity)
        .distinct()
    )
    return set(connection.scalars(statement))


def _in_parts(
    connection: Connection, statement: Select[*tuple[Any, ...]], ids: Collection[int]
) -> list[Any]:
    wanted = sorted(ids)
    return [
        row
        for start in range(0, len(wanted), _CHUNK)
        for row in connection.execute(statement, {"ids": wanted[start : start + _CHUNK]})
    ]
