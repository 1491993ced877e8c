"""Queries for the states that things were in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select
from sqlalchemy.orm import Session

from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.epd import Epd
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.revision import Entity, Revision

IMPORTED = "import"
_CHUNK = 10_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_COLUMNS: Select[*tuple[Any, ...]] = select(
    Revision.id, Revision.entity_id, Revision.run_id, Revision.reason, Revision.data
)
_OF: Select[*tuple[Any, ...]] = _COLUMNS.where(
    Revision.entity == bindparam("entity"), Revision.entity_id.in_(_IDS)
).order_by(Revision.id)
_LAST = (
    select(func.max(Revision.id))
    .where(
        Revision.entity == bindparam("entity"),
        Revision.entity_id.in_(_IDS),
        Revision.recorded_at <= bindparam("at"),
    )
    .group_by(Revision.entity_id)
    .scalar_subquery()
)
_AT: Select[*tuple[Any, ...]] = select(Revision.entity_id, Revision.data).where(
    Revision.id.in_(_LAST)
)
_TOUCHED: Select[*tuple[Any, ...]] = (
    select(Revision.entity, Revision.entity_id)
    .where(Revision.run_id == bindparam("run"), Revision.reason == IMPORTED)
    .distinct()
)


_KEYED: dict[Entity, Any] = {
    Entity.COMPANY: Company,
    Entity.PRODUCT: Product,
    Entity.CERTIFICATE: Certificate,
    Entity.PROJECT: Project,
    Entity.BUILDING: Building,
    Entity.DECLARATION: Epd,
}

# Of each kind of thing, the divisions; what is in none is nobody's alone.
_PLACED: dict[Entity, Select[*tuple[Any, ...]]] = {
    Entity.COMPANY: select(Company.division_id),
    Entity.PRODUCT: select(Company.division_id).join(Product, Product.company_id == Company.id),
    Entity.CERTIFICATE: select(Company.division_id)
    .join(Product, Product.company_id == Company.id)
    .join(ProductCertificate, ProductCertificate.product_id == Product.id)
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .where(ProductCertificate.superseded_at.is_(None)),
    Entity.PROJECT: select(Project.division_id),
    Entity.BUILDING: select(Project.division_id).join(Building, Building.project_id == Project.id),
}


def of_key(connection: Connection, entity: Entity, key: str) -> list[Any]:
    """Return every state of the thing that has a key, the first one first."""
    thing = _KEYED[entity]
    states = (
        select(
            Revision.recorded_at, Revision.actor, Revision.reason, Revision.run_id, Revision.data
        )
        .join(thing, thing.id == Revision.entity_id)
        .where(Revision.entity == entity, thing.key == key)
        .order_by(Revision.id)
    )
    return list(connection.execute(states))


def divisions_of(connection: Connection, entity: Entity, key: str) -> frozenset[str]:
    """Return the divisions that a thing is of: its project's, or those of its companies.

    A declaration is of none.
    """
    if entity not in _PLACED:
        return frozenset()
    thing, division = _KEYED[entity], _PLACED[entity]
    places = select(Division.key).where(Division.id.in_(division.where(thing.key == key)))
    return frozenset(connection.scalars(places))


def touched_by(session: Session, run_id: int) -> dict[Entity, set[int]]:
    """Return the things that an import added or changed."""
    touched: dict[Entity, set[int]] = {}
    for entity, entity_id in session.execute(_TOUCHED, {"run": run_id}):
        touched.setdefault(entity, set()).add(entity_id)
    return touched


def states_at(
    connection: Connection, entity: Entity, ids: Iterable[int], at: dt.datetime
) -> dict[int, dict[str, Any]]:
    """Return the columns of each of the things as they were known at a moment, as plain JSON.

    What nobody knew yet is absent.
    """
    wanted = sorted(set(ids))
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        asked = {"entity": entity, "ids": wanted[start : start + _CHUNK], "at": at}
        for entity_id, data in connection.execute(_AT, asked):
            found[entity_id] = msgspec.json.decode(data)
    return found


def states_of(
    session: Session, entity: Entity, ids: Iterable[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return every state of each of the things, in the order in which they came to be."""
    wanted = sorted(ids)
    found: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(wanted), _CHUNK):
        asked = {"entity": entity, "ids": wanted[start : start + _CHUNK]}
        for row in session.execute(_OF, asked).mappings():
            found.setdefault(row["entity_id"], []).append(dict(row))
    return found
