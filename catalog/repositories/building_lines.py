"""Queries for windows on a building's bill lines and deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, Select, String, bindparam, func, or_, select

from catalog.models.project import Building
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import projects
from catalog.rules.terms import BillStage
from catalog.views.projects import BillLineView, DeliveryView

_PATTERN: BindParameter[str] = bindparam("pattern", type_=String())
_BILLED = (
    Building.key == bindparam("building"),
    BillLine.superseded_at.is_(None),
    BillLine.stage == bindparam("stage", type_=BillLine.stage.type),
    or_(
        _PATTERN.is_(None),
        BillLine.name.like(_PATTERN, escape="/"),
        BillLine.specification.like(_PATTERN, escape="/"),
        BillLine.item_code.like(_PATTERN, escape="/"),
        BillLine.line_number.like(_PATTERN, escape="/"),
    ),
)
_CAME = (
    Building.key == bindparam("building"),
    Delivery.superseded_at.is_(None),
    or_(
        _PATTERN.is_(None),
        Delivery.name.like(_PATTERN, escape="/"),
        Delivery.specification.like(_PATTERN, escape="/"),
        Delivery.supplier.like(_PATTERN, escape="/"),
        Delivery.note_number.like(_PATTERN, escape="/"),
    ),
)


def _windowed(lines: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return lines.limit(bindparam("limit")).offset(bindparam("offset"))


_BILL_WINDOW = _windowed(projects.BILL_LINES.where(*_BILLED).order_by(*projects.BILL_ORDER))
_DELIVERY_WINDOW = _windowed(projects.DELIVERIES.where(*_CAME).order_by(*projects.DELIVERY_ORDER))
_HOW_MANY_BILLED: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(BillLine)
    .join(Building, Building.id == BillLine.building_id)
    .where(*_BILLED)
)
_HOW_MANY_CAME: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(Delivery)
    .join(Building, Building.id == Delivery.building_id)
    .where(*_CAME)
)
_BILLED_IDS: Select[*tuple[Any, ...]] = (
    select(BillLine.id, BillLine.stage)
    .join(Building, Building.id == BillLine.building_id)
    .where(Building.key == bindparam("building"), BillLine.superseded_at.is_(None))
    .order_by(*projects.BILL_ORDER)
)
_CAME_IDS: Select[*tuple[Any, ...]] = (
    select(Delivery.id)
    .join(Building, Building.id == Delivery.building_id)
    .where(Building.key == bindparam("building"), Delivery.superseded_at.is_(None))
    .order_by(*projects.DELIVERY_ORDER)
)


def bill_window(
    connection: Connection,
    building: str,
    stage: BillStage,
    *,
    words: str | None,
    limit: int,
    offset: int,
) -> tuple[list[BillLineView], int]:
    """Return a window on the current lines of one bill, and how many hold the words in all."""
    asked = {"building": building, "stage": stage, "pattern": projects.pattern_of(words)}
    rows = connection.execute(_BILL_WINDOW, {**asked, "limit": limit, "offset": offset})
    return projects.planned(rows), connection.scalar(_HOW_MANY_BILLED, asked) or 0


def delivery_window(
    connection: Connection, building: str, *, words: str | None, limit: int, offset: int
) -> tuple[list[DeliveryView], int]:
    """Return a window on the current deliveries, and how many hold the words in all."""
    asked = {"building": building, "pattern": projects.pattern_of(words)}
    window = {**asked, "limit": limit, "offset": offset}
    rows = connection.execute(_DELIVERY_WINDOW, window).all()
    return (
        projects.delivered(rows, projects.evidence_of(connection, [row[0] for row in rows])),
        connection.scalar(_HOW_MANY_CAME, asked) or 0,
    )


def billed_ids(connection: Connection, building: str) -> list[tuple[int, BillStage]]:
    """Return the id and the bill of each current bill line, in the order of the windows."""
    return [(row[0], row[1]) for row in connection.execute(_BILLED_IDS, {"building": building})]


def delivered_ids(connection: Connection, building: str) -> list[int]:
    """Return the id of each current delivery, in the order of the windows."""
    return list(connection.scalars(_CAME_IDS, {"building": building}))
