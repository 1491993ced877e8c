"""Queries for what annual reports are made of, as it was known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from catalog.models.adoption import Adoption, AdoptionStatus
from catalog.models.base import decimal_of_millionths
from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.revision import Entity
from catalog.models.taxonomy import Category
from catalog.models.usage import Delivery
from catalog.repositories import revisions
from catalog.repositories.clocks import between
from catalog.rules.annual_report.shares import SharedProject
from catalog.rules.terms import AdoptionState, DatePrecision, ProjectKind, ProjectStage

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PROJECT_IDS: Select[*tuple[Any, ...]] = (
    select(Project.id).where(Project.recorded_at <= bindparam("at")).order_by(Project.id)
)
_BUILDING_IDS: Select[*tuple[Any, ...]] = select(Building.id, Building.project_id).where(
    Building.recorded_at <= bindparam("at")
)
_KNOWN_DELIVERIES = between(Delivery.recorded_at, Delivery.superseded_at)
_ADOPTED_EVER = select(Adoption.product_id).where(Adoption.recorded_at <= bindparam("known_at"))
_EVER_ADOPTED = case((Delivery.product_id.in_(_ADOPTED_EVER), Delivery.product_id), else_=None)
_IS_INEXACT = Delivery.delivered_precision != DatePrecision.DAY
_LINES = (
    select(
        Delivery.category_id,
        _EVER_ADOPTED.label("product_id"),
        Delivery.product_id.is_not(None).label("has_product"),
        Delivery.unit,
        # Only of what can have been adopted, or lie behind the close, does the day matter.
        case(
            (or_(_EVER_ADOPTED.is_not(None), _IS_INEXACT), Delivery.delivered_on), else_=None
        ).label("on"),
        Delivery.delivered_precision,
        type_coerce(Delivery.quantity, BigInteger).label("quantity"),
        type_coerce(Delivery.amount, BigInteger).label("amount"),
    )
    .where(
        Delivery.building_id.in_(_IDS),
        Delivery.delivered_on.between(bindparam("first"), bindparam("last")),
        _KNOWN_DELIVERIES,
    )
    .subquery()
)
_SAME = [column for column in _LINES.c if column.key not in ("quantity", "amount")]
_DELIVERIES: Select[*tuple[Any, ...]] = select(
    *_SAME, func.count(), func.sum(_LINES.c.quantity), func.sum(_LINES.c.amount)
).group_by(*_SAME)
_CATEGORIES: Select[*tuple[Any, ...]] = select(Category.id, Category.key)
_OF_DIVISION = or_(
    Division.key == bindparam("division", type_=String),
    bindparam("division", type_=String).is_(None),
)
_ADMITTED: Select[*tuple[Any, ...]] = (
    select(func.count(Adoption.id))
    .join(Division, Division.id == Adoption.division_id)
    .where(
        Adoption.recorded_at <= bindparam("known_at"),
        Adoption.adopted_on.between(bindparam("first"), bindparam("last")),
        _OF_DIVISION,
    )
)
_DECIDED: Select[*tuple[Any, ...]] = (
    select(AdoptionStatus.state, AdoptionStatus.ground, func.count(AdoptionStatus.id))
    .join(Adoption, Adoption.id == AdoptionStatus.adoption_id)
    .join(Division, Division.id == Adoption.division_id)
    .where(
        between(AdoptionStatus.recorded_at, AdoptionStatus.superseded_at),
        AdoptionStatus.from_on.between(bindparam("first"), bindparam("last")),
        or_(
            AdoptionStatus.state != AdoptionState.ADOPTED,
            AdoptionStatus.from_on > Adoption.adopted_on,
        ),
        _OF_DIVISION,
    )
    .group_by(AdoptionStatus.state, AdoptionStatus.ground)
)
_COMPLETED: Select[*tuple[Any, ...]] = (
    select(
        Division.key,
        Project.kinds,
        Project.floor_area_m2,
        Project.star_award,
        Project.prefabricated_share,
    )
    .join(Division, Division.id == Project.division_id)
    .where(
        Project.withdrawn_at.is_(None),
        Project.completed_on.between(bindparam("first"), bindparam("last")),
        or_(
            Division.key == bindparam("division", type_=String),
            bindparam("division", type_=String).is_(None),
        ),
    )
)
_DIVISIONS: Select[*tuple[Any, ...]] = select(Division.id, Division.key)


class KnownProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project as it was known at a moment."""

    id: int
    division: str
    kinds: frozenset[ProjectKind]
    stage: ProjectStage | None
    area_m2: Decimal | None
    star_award: int | None
    prefabricated_share: Decimal | None
    designed_on: dt.date | None
    started_on: dt.date | None
    completed_on: dt.date | None
    is_synthetic: bool


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What came to sites of one category in one unit, as one amount of so many lines.

    ``product_id`` is that of a product that was ever adopted: then, and where ``precision`` is
    less than a day, ``on`` is the day, or the first one it can be.
    """

    category: str | None
    product_id: int | None
    has_product: bool
    unit: str
    on: dt.date | None
    precision: DatePrecision
    lines: int
    quantity: Decimal
    amount: Decimal


def projects(connection: Connection, at: dt.datetime) -> list[KnownProject]:
    """Return every project that was known at the moment, in order of id."""
    places = {row[0]: row[1] for row in connection.execute(_DIVISIONS)}
    ids = list(connection.scalars(_PROJECT_IDS, {"at": at}))
    states = revisions.states_at(connection, Entity.PROJECT, ids, at)
    return [
        KnownProject(
            id=number,
            division=places[state["division_id"]],
            kinds=frozenset(map(ProjectKind, state["kinds"] or ())),
            stage=ProjectStage(state["stage"]) if state["stage"] else None,
            area_m2=_exact(state["floor_area_m2"]),
            star_award=state["star_award"],
            prefabricated_share=_exact(state["prefabricated_share"]),
            designed_on=_day(state["designed_on"]),
            started_on=_day(state["started_on"]),
            completed_on=_day(state["completed_on"]),
            is_synthetic=bool(state.get("is_synthetic")),
        )
        for number, state in sorted(states.items())
        if state.get("withdrawn_at") is None
    ]


def completed(
    connection: Connection, *, division: str | None, first: dt.date, last: dt.date
) -> list[tuple[str, SharedProject]]:
    """Return the projects that were completed from one day to another, as known now.

    Each has its division beside it.
    """
    asked = {"division": division, "first": first, "last": last}
    return [
        (
            row[0],
            SharedProject(
                kinds=row[1], area_m2=row[2], star_award=row[3], prefabricated_share=row[4]
            ),
        )
        for row in connection.execute(_COMPLETED, asked)
    ]


def deliveries(
    connection: Connection,
    project_ids: Iterable[int],
    *,
    first: dt.date,
    last: dt.date,
    known_at: dt.datetime,
) -> Iterator[Delivered]:
    """Yield what came to the sites of projects from one day to another, as it was known."""
    buildings = building_ids(connection, set(project_ids), known_at)
    categories = {row[0]: row[1] for row in connection.execute(_CATEGORIES)}
    for start in range(0, len(buildings), _CHUNK):
        asked = {
            "ids": buildings[start : start + _CHUNK],
            "first": first,
            "last": last,
            "known_at": known_at,
        }
        for row in connection.execute(_DELIVERIES, asked):
            yield Delivered(
                category=categories.get(row[0]),
                product_id=row[1],
                has_product=bool(row[2]),
                unit=row[3],
                on=row[4],
                precision=row[5],
                lines=row[6],
                quantity=decimal_of_millionths(int(row[7])),
                amount=decimal_of_millionths(int(row[8] or 0)),
            )


def building_ids(
    connection: Connection, project_ids: Container[int], known_at: dt.datetime
) -> list[int]:
    """Return the buildings of projects of which anything was known at the moment, by id."""
    rows = connection.execute(_BUILDING_IDS, {"at": known_at})
    return sorted(row[0] for row in rows if row[1] in project_ids)


def decided(
    connection: Connection,
    *,
    division: str | None,
    first: dt.date,
    last: dt.date,
    known_at: dt.datetime,
) -> dict[tuple[str, str | None], int]:
    """Return how many adoptions began, and were suspended, resumed or removed on which ground."""
    asked = {"division": division, "first": first, "last": last, "known_at": known_at}
    found = {("admitted", None): int(connection.scalar(_ADMITTED, asked) or 0)}
    for state, ground, count in connection.execute(_DECIDED, asked):
        name = "resumed" if state is AdoptionState.ADOPTED else str(state.value)
        found[(name, ground)] = int(count)
    return {key: count for key, count in found.items() if count}


def _day(stated: str | None) -> dt.date | None:
    return None if stated is None else dt.date.fromisoformat(stated)


def _exact(stated: str | float | None) -> Decimal | None:
    """Return a decimal as the database gives it back, without trailing zeros."""
    return None if stated is None else decimal_of_millionths(int(Decimal(str(stated)).scaleb(6)))
