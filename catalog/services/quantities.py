"""Set what a building planned beside what was settled and what came, category by category."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from catalog.repositories import project_targets, projects
from catalog.repositories.calculating import Reader
from catalog.rules.greenness import accepted_by
from catalog.rules.matching_class import RatioClass, ratio_classes
from catalog.rules.packs import RatioPack
from catalog.rules.quantities import Compared, Side, Stated, compared
from catalog.rules.ratio.lines import line_id
from catalog.rules.terms import BillStage
from catalog.rules.units import UnitTable
from catalog.services.calculation import METHODS, basis

_METHOD = "B"
_SIDES = {BillStage.DESIGN: Side.PLANNED, BillStage.SETTLEMENT: Side.SETTLED}


class QuantitiesView(msgspec.Struct, frozen=True, kw_only=True):
    """A building's categories with their quantities, and where a method counts each.

    ``uncounted`` are the lines and deliveries that are of no category yet.
    """

    rows: list[tuple[Compared, RatioClass | None]]
    method: str | None
    uncounted: int
    units: UnitTable


def quantities_of(connection: Connection, building: str, *, on: dt.date) -> QuantitiesView:
    """Return the quantities of a building, in the order of its bill.

    Raises:
        ProjectNotFoundError: There is no such building.
    """
    building_id, named = projects.named_building(connection, building)
    (facts,) = Reader(connection).facts_of([building_id])
    rules = basis(connection)
    target = project_targets.standing(connection, [named.project]).get(named.project)
    pack = None
    for method in (target.method if target else _METHOD, *METHODS):
        used = rules.pack_for(facts, "ratio", facts.completed_on or on, method)
        if used is not None and isinstance(used.pack, RatioPack):
            pack = used.pack
            break
    proving = rules.proving(accepted_by(pack.policies)) if pack else None
    stated: list[Stated] = []
    uncounted = 0
    places: dict[str, str | None] = {}
    for line in facts.bill_lines:
        if line.category is None:
            uncounted += 1
            continue
        places.setdefault(line.category, line.place)
        stated.append(
            Stated(
                side=_SIDES[line.stage],
                category=line.category,
                line=line_id(line.id, is_delivered=False),
                name=line.name,
                unit=line.unit,
                quantity=line.quantity,
                declared=line.declared,
            )
        )
    for delivery in facts.deliveries:
        if delivery.category is None:
            uncounted += 1
            continue
        places.setdefault(delivery.category, delivery.place)
        came = Stated(
            side=Side.DELIVERED,
            category=delivery.category,
            line=line_id(delivery.id, is_delivered=True),
            name=delivery.name,
            unit=delivery.unit,
            quantity=delivery.quantity,
            declared=delivery.declared,
        )
        stated.append(came)
        if proving is not None and proving.of(delivery).green:
            stated.append(msgspec.structs.replace(came, side=Side.GREEN))
    return QuantitiesView(
        rows=[
            (row, ratio_classes([pack], row.category, places[row.category])[0] if pack else None)
            for row in compared(stated, rules.units)
        ],
        method=pack.method if pack else None,
        uncounted=uncounted,
        units=rules.units,
    )
