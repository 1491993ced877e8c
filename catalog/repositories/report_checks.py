"""Queries for what an annual report must check, as it was known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
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
    false,
    func,
    or_,
    select,
    type_coerce,
)

from catalog.models.audit import AuditEntry
from catalog.models.base import DECIMAL_PLACES
from catalog.models.division import Division
from catalog.models.finding import Finding, FindingGround
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.models.revision import Entity, Revision
from catalog.models.taxonomy import Category
from catalog.models.usage import Delivery
from catalog.repositories.clocks import between
from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.rules.pack_measures import LocalMaterialsPack
from catalog.rules.periods import CHINA
from catalog.rules.terms import Stage

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WORTH: Select[*tuple[Any, ...]] = select(
    Result.building_id, Result.points, Result.gate_star
).where(
    Result.method == bindparam("method"),
    Result.stage == Stage.COMPLETION,
    between(Result.computed_at, Result.superseded_at),
)
_STANDING = case(
    (Finding.verdict.is_not(None), type_coerce(Finding.verdict, String)),
    else_=FindingStanding.OPEN.value,
)
_FOUND: Select[*tuple[Any, ...]] = (
    select(Finding.kind, _STANDING, func.count(Finding.id))
    .where(
        Finding.found_at <= bindparam("known_at"),
        or_(Finding.verdict.is_not(None), Finding.gone_at.is_(None)),
        or_(
            Finding.day.between(bindparam("first"), bindparam("last")),
            Finding.day.is_(None) & Finding.found_at.between(bindparam("start"), bindparam("end")),
        ),
        or_(
            bindparam("division", type_=String).is_(None),
            Finding.id.in_(
                select(FindingGround.finding_id)
                .join(Division, Division.id == FindingGround.division_id)
                .where(Division.key == bindparam("division", type_=String))
            ),
        ),
    )
    .group_by(Finding.kind, Finding.verdict)
)
_NAMED = ("division", "project", "project_name", "building", "building_name", "is_synthetic")
_NAMES: Select[*tuple[Any, ...]] = (
    select(
        Building.id,
        Division.key,
        Project.key,
        Project.name,
        Building.key,
        Building.name,
        Project.is_synthetic,
    )
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .where(Building.id.in_(_IDS))
)
_CATEGORIES: Select[*tuple[Any, ...]] = select(Category.id, Category.key)
_CHECKED = select(AuditEntry.id).where(
    AuditEntry.thing == "findings",
    AuditEntry.thing_key == "run",
    AuditEntry.at <= bindparam("known_at"),
)


class Came(msgspec.Struct, frozen=True):
    """What came to a building in one unit, from near or far, as one amount of one sign.

    ``product_id`` is there where the product may say what the line does not: its category or a
    factor. ``is_near`` of None is an unknown distance; ``millionths`` are those of the unit.
    """

    building: int
    category_id: int | None
    product_id: int | None
    unit: str
    declared: str | None
    is_near: bool | None
    is_site_mixed: bool
    millionths: int


def worth(
    connection: Connection, method: str, known_at: dt.datetime
) -> dict[int, tuple[Decimal, int | None]]:
    """Return the points and the star gate of every building's ratio at completion."""
    rows = connection.execute(_WORTH, {"method": method, "known_at": known_at})
    return {row[0]: (row[1], row[2]) for row in rows}


def came(
    connection: Connection,
    pack: LocalMaterialsPack,
    building_ids: Sequence[int],
    known_at: dt.datetime,
) -> Iterator[Came]:
    """Yield what came to buildings, added up where the pack makes no difference."""
    says_more = select(Product.id).where(Product.declared.is_not(None))
    # What was declared of it then may have been taken back since.
    changed = select(Revision.entity_id).where(
        Revision.entity == Entity.PRODUCT, Revision.recorded_at > bindparam("known_at")
    )
    product = case(
        (
            or_(
                Delivery.category_id.is_(None),
                Delivery.product_id.in_(says_more),
                Delivery.product_id.in_(changed),
            ),
            Delivery.product_id,
        ),
        else_=None,
    )
    lines = (
        select(
            Delivery.building_id,
            Delivery.category_id,
            product.label("product_id"),
            Delivery.unit,
            Delivery.declared,
            (type_coerce(Delivery.transport_km, BigInteger) <= bindparam("within")).label("near"),
            or_(
                false(),
                *(Delivery.name.contains(word, autoescape=True) for word in pack.site_mixed),
            ).label("mixed"),
            (type_coerce(Delivery.quantity, BigInteger) > 0).label("positive"),
            type_coerce(Delivery.quantity, BigInteger).label("quantity"),
        )
        .where(
            Delivery.building_id.in_(_IDS), between(Delivery.recorded_at, Delivery.superseded_at)
        )
        .subquery()
    )
    same = [column for column in lines.c if column.key != "quantity"]
    query = select(*same, func.sum(lines.c.quantity)).group_by(*same)
    within = int(pack.within_km.scaleb(DECIMAL_PLACES))
    for start in range(0, len(building_ids), _CHUNK):
        asked = {
            "ids": list(building_ids[start : start + _CHUNK]),
            "within": within,
            "known_at": known_at,
        }
        for row in connection.execute(query, asked):
            yield Came(
                building=row[0],
                category_id=row[1],
                product_id=row[2],
                unit=row[3],
                declared=row[4],
                is_near=None if row[5] is None else bool(row[5]),
                is_site_mixed=bool(row[6]),
                millionths=int(row[8]),
            )


def findings(
    connection: Connection,
    *,
    division: str | None,
    first: dt.date,
    last: dt.date,
    known_at: dt.datetime,
) -> list[tuple[FindingKind, FindingStanding, int]]:
    """Return how many findings of the days there are of each kind, by what people held of them."""
    asked = {
        "division": division,
        "first": first,
        "last": last,
        "start": dt.datetime.combine(first, dt.time.min, CHINA),
        "end": dt.datetime.combine(last, dt.time.max, CHINA),
        "known_at": known_at,
    }
    return [
        (kind, FindingStanding(standing), count)
        for kind, standing, count in connection.execute(_FOUND, asked)
    ]


def named(connection: Connection, building_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return division, project and building of the buildings, with their names, by id."""
    found = {}
    for start in range(0, len(building_ids), _CHUNK):
        for number, *names in connection.execute(
            _NAMES, {"ids": list(building_ids[start : start + _CHUNK])}
        ):
            found[number] = dict(zip(_NAMED, names, strict=True))
    return found


def categories(connection: Connection) -> dict[int, str]:
    """Return the keys of the categories by id."""
    return {row[0]: row[1] for row in connection.execute(_CATEGORIES)}


def was_checked(connection: Connection, known_at: dt.datetime) -> bool:
    """Tell whether the checks across projects ever ran."""
    return connection.execute(_CHECKED.limit(1), {"known_at": known_at}).first() is not None
