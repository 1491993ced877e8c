"""Make a tender clause of a bill: what is asked, and all of the catalogue that meets it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import Connection

from catalog.errors import RulePackNotFoundError
from catalog.repositories import projects, reference, tender
from catalog.rules.pack_tender import TenderPack
from catalog.rules.packs import named, pack_in_force
from catalog.rules.tender import Wanted, around, requirement, why_left_out
from catalog.rules.terms import BillStage
from catalog.rules.units import UnitTable
from catalog.views.projects import BillLineView, CategoryView
from catalog.views.tender import TenderItem, TenderView

_PLACE = "CN"


def tender_of(
    connection: Connection,
    building: str,
    *,
    star: int | None,
    left_out: Collection[str] = (),
    on: dt.date,
) -> TenderView:
    """Return the clause of a building's planned bill, or of the settled one where that is all.

    ``star`` is the lowest grade that is asked for, None asks for any certificate. ``left_out`` are
    the categories that are not asked for, as long as too few makers meet what would be.

    Raises:
        ProjectNotFoundError: There is no such building.
        RulePackNotFoundError: No pack says how a tender is worded.
    """
    _, view = projects.named_building(connection, building)
    packs = reference.packs(connection)
    place = next(iter(reference.jurisdictions(connection)), _PLACE)
    pack = pack_in_force(packs, kind="tender", place=place, on=on)
    if not isinstance(pack, TenderPack):
        known = ", ".join(sorted(named(each) for each in packs))
        raise RulePackNotFoundError(key="tender", known=known)
    lines = projects.bill_lines_of(connection, building)
    stages = {line.stage for line in lines}
    stage = BillStage.DESIGN if BillStage.DESIGN in stages or not stages else BillStage.SETTLEMENT
    billed = [line for line in lines if line.stage is stage]
    categories = {each.key: each for each in reference.categories(connection)}
    before, after = around(pack)
    items = []
    asked = _wanted(billed, categories, reference.unit_table(connection))
    found = tender.offers(connection, [each.category for each in asked], on=on, star=star)
    for wanted in asked:
        offers = found[wanted.category]
        makers = len({offer.company for offer in offers})
        is_narrow = makers < pack.fewest_makers
        is_left_out = is_narrow and wanted.category in left_out
        items.append(
            TenderItem(
                wanted=wanted,
                requirement=requirement(pack, wanted, star),
                offers=offers,
                makers=makers,
                adopted=sum(offer.is_adopted for offer in offers),
                is_narrow=is_narrow,
                left_out=why_left_out(pack, wanted, makers, on=on) if is_left_out else None,
            )
        )
    return TenderView(
        building=view,
        stage=stage,
        star=star,
        on=on,
        pack=named(pack),
        fewest_makers=pack.fewest_makers,
        clauses=dict(pack.clauses),
        before=before,
        after=after,
        items=items,
        outside=sum(line.category is None for line in billed),
    )


def _wanted(
    billed: list[BillLineView], categories: dict[str, CategoryView], units: UnitTable
) -> list[Wanted]:
    """Return the categories of a bill in the order of their lists, with the sums of each unit."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    counts: dict[str, int] = defaultdict(int)
    for line in billed:
        if line.category is None:
            continue
        counts[line.category] += 1
        unit = units.find(line.unit)
        # A unit that nobody knows may be any word, and a word may name a maker.
        if unit is not None:
            sums[line.category][unit.symbol] += line.quantity
    return [
        Wanted(
            category=key,
            name_zh=found.name_zh,
            name_en=found.name_en,
            standard=found.standard,
            amounts=tuple(
                (amount, sign) for sign, amount in sorted(sums[key].items()) if amount > 0
            ),
            lines=counts[key],
        )
        for key, found in categories.items()
        if key in counts
    ]
