"""Tell owners which products they have yet to receive while the certificates run out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import Connection

from catalog.repositories import certificates, expiring, reference
from catalog.repositories.expiring import OnBill
from catalog.rules.expiring import asked_for, is_to_come, last_day
from catalog.rules.terms import BillStage
from catalog.rules.watching import expiring_step
from catalog.services import watching
from catalog.views.owner import ExpiringProduct

_Pair = tuple[int, int]


def expiring_products(
    connection: Connection, projects: Collection[str], *, on: dt.date
) -> dict[str, list[ExpiringProduct]]:
    """Return by building the products that are billed, have yet to come, and expire soon.

    They end within the largest of the watch pack's days, or have ended. A completed building
    receives nothing more. Where no pack says what is soon, nothing is.
    """
    pack = watching.pack_of(connection, on)
    lines = expiring.on_bills(connection, projects) if pack else []
    if pack is None or not lines:
        return {}
    ends = _ends(connection, {line.product_id for line in lines}, on)
    until = on + dt.timedelta(days=max(pack.expiring_days))
    soon = [line for line in lines if line.product_id in ends and ends[line.product_id] <= until]
    awaited = _to_come(connection, soon)
    names = expiring.names(connection, {line.product_id for line in awaited})
    found: dict[str, list[ExpiringProduct]] = defaultdict(list)
    for line in awaited:
        left = (ends[line.product_id] - on).days
        named = names[line.product_id]
        found[line.building].append(
            ExpiringProduct(
                product=named.key,
                name=named.name,
                model=named.model,
                company_name=named.company_name,
                ends_on=ends[line.product_id],
                days_left=left,
                step=expiring_step(pack, left) if left >= 0 else None,
            )
        )
    for rows in found.values():
        rows.sort(key=lambda each: (each.ends_on, each.name, each.product))
    return found


def _ends(connection: Connection, products: set[int], on: dt.date) -> dict[int, dt.date]:
    covering = certificates.covering(connection, products)
    papers = certificates.timelines(connection, {one for all_ in covering.values() for one in all_})
    found = {
        product: last_day([papers[one] for one in own if papers[one][0]], on)
        for product, own in covering.items()
    }
    return {product: day for product, day in found.items() if day is not None}


def _to_come(connection: Connection, lines: list[OnBill]) -> list[OnBill]:
    if not lines:
        return []
    units = reference.unit_table(connection)

    def unit_of(written: str) -> str:
        known = units.find(written)
        return known.key if known else written

    buildings, products = {x.building_id for x in lines}, {x.product_id for x in lines}
    billed: dict[_Pair, list[tuple[BillStage, str, Decimal]]] = defaultdict(list)
    for building, product, stage, unit, quantity in expiring.billed(
        connection, buildings, products
    ):
        billed[building, product].append((stage, unit_of(unit), quantity))
    came: dict[_Pair, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for building, product, unit, quantity in expiring.came(connection, buildings, products):
        came[building, product][unit_of(unit)] += quantity
    return [
        line
        for line in lines
        if is_to_come(
            asked_for(billed[line.building_id, line.product_id]),
            came[line.building_id, line.product_id],
        )
    ]
