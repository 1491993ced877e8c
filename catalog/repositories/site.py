"""Queries for what comes to site: the next line of a note, and what a product's maker declares."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, exists, func, select

from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.rules.units import Declared

_LINES_OF_NOTE: Select[*tuple[Any, ...]] = (
    select(Delivery.line_number)
    .join(Building, Building.id == Delivery.building_id)
    .where(Building.key == bindparam("building"), Delivery.note_number == bindparam("note"))
)
_DECLARED: Select[*tuple[Any, ...]] = select(Product.declared).where(
    Product.key == bindparam("key"), Product.withdrawn_at.is_(None)
)
_PLACE: Select[*tuple[Any, ...]] = (
    select(Building.code, Building.name, Project.code, Project.name)
    .join(Project, Project.id == Building.project_id)
    .where(Building.key == bindparam("building"))
)
_PROVEN = exists().where(DeliveryEvidence.delivery_id == Delivery.id)
_COUNTS: Select[*tuple[Any, ...]] = (
    select(
        Building.key,
        select(func.count())
        .where(BillLine.building_id == Building.id, BillLine.superseded_at.is_(None))
        .scalar_subquery(),
        select(func.count())
        .where(Delivery.building_id == Building.id, Delivery.superseded_at.is_(None))
        .scalar_subquery(),
        select(func.count())
        .where(Delivery.building_id == Building.id, Delivery.superseded_at.is_(None), ~_PROVEN)
        .scalar_subquery(),
    )
    .join(Project, Project.id == Building.project_id)
    .where(Project.key == bindparam("project"), Building.withdrawn_at.is_(None))
)


class Counts(NamedTuple):
    """How many current bill lines and deliveries a building has, and how many without evidence."""

    bill_lines: int
    deliveries: int
    without_evidence: int


def next_line(connection: Connection, building: str, note: str) -> str:
    """Return the number of the next line of a delivery note at a building."""
    taken = connection.scalars(_LINES_OF_NOTE, {"building": building, "note": note})
    numbers = [int(text) for text in taken if text.isascii() and text.isdigit()]
    return str(max(numbers, default=0) + 1)


def declared_of(connection: Connection, product: str) -> tuple[Declared, ...]:
    """Return the factors that a product's maker declares."""
    stated: str | None = connection.scalar(_DECLARED, {"key": product})
    return tuple(msgspec.json.decode(stated, type=list[Declared])) if stated else ()


def place_of(connection: Connection, building: str) -> tuple[str, str, str, str]:
    """Return a building's code and name, and those of its project."""
    row = connection.execute(_PLACE, {"building": building}).one()
    return row[0], row[1], row[2], row[3]


def counts_of(connection: Connection, project: str) -> dict[str, Counts]:
    """Return what each building of a project has, by the building's key."""
    rows = connection.execute(_COUNTS, {"project": project})
    return {row[0]: Counts(*row[1:]) for row in rows}
