"""Lines for the ratio tests, with true defaults."""

from __future__ import annotations

from decimal import Decimal

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import ItemResult, RatioResult
from catalog.rules.terms import Stage
from tests.unit.rules.seeds import unit_table


def billed(
    line: str,
    category: str | None,
    quantity: str = "100",
    unit: str | None = "m3",
    *,
    place: str | None = None,
    green: str | None = None,
) -> RatioLine:
    return RatioLine(
        id=line,
        category=category,
        place=place,
        unit=unit,
        quantity=Decimal(quantity),
        role=Role.TOTAL,
        green_quantity=None if green is None else Decimal(green),
    )


def delivered(
    line: str,
    category: str,
    quantity: str = "100",
    unit: str = "m3",
    *,
    place: str | None = None,
    green: bool | None = True,
    reason: str | None = None,
) -> RatioLine:
    return RatioLine(
        id=line,
        category=category,
        place=place,
        unit=unit,
        quantity=Decimal(quantity),
        role=Role.DELIVERED,
        green=green,
        green_reason=reason,
    )


def ratio(pack: RatioPack, lines: list[RatioLine], stage: Stage = Stage.COMPLETION) -> RatioResult:
    return calculate(pack, lines, unit_table(), stage)


def item_of(result: RatioResult, key: str) -> ItemResult:
    return next(item for group in result.groups for item in group.items if item.key == key)
