"""Plan, settlement and delivery of a category side by side, in one unit by a visible path."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from catalog.rules.exact import rounded_half_up
from catalog.rules.units import Declared, UnitMismatch, UnitTable

_PLACES = 6


class Side(StrEnum):
    """What a quantity is of."""

    PLANNED = "planned"
    SETTLED = "settled"
    DELIVERED = "delivered"
    GREEN = "green"


class Difference(StrEnum):
    """What a difference between two sides may come from; the first that fits is said."""

    NOT_PLANNED = "not-planned"
    NOT_SETTLED = "not-settled"
    NOT_DELIVERED = "not-delivered"
    OVER_DELIVERED = "over-delivered"
    UNDER_DELIVERED = "under-delivered"
    CHANGED = "changed"
    UNCONVERTED = "unconverted"


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of a line, on one side; ``declared`` leads from its unit to others."""

    side: Side
    category: str
    line: str
    name: str
    unit: str
    quantity: Decimal
    declared: tuple[Declared, ...] = ()


class Left(msgspec.Struct, frozen=True):
    """A line that no way leads from to the unit of its category, and the factor that is missing."""

    side: Side
    line: str
    name: str
    quantity: Decimal
    unit: str
    missing: str | None


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A category's quantities in one unit. A side is None where no line of it could be counted.

    ``paths`` are how converted lines came to the unit; ``left`` are those that did not.
    """

    category: str
    unit: str
    sums: dict[Side, Decimal]
    paths: list[tuple[str, str]]
    left: list[Left]
    differences: list[Difference]

    @property
    def planned(self) -> Decimal | None:
        """What the designer's bill plans."""
        return self.sums.get(Side.PLANNED)

    @property
    def settled(self) -> Decimal | None:
        """What the settlement counts."""
        return self.sums.get(Side.SETTLED)

    @property
    def delivered(self) -> Decimal | None:
        """What came to site, returns taken off."""
        return self.sums.get(Side.DELIVERED)

    @property
    def green(self) -> Decimal | None:
        """What came to site and is proven green."""
        return self.sums.get(Side.GREEN)


def compared(stated: Iterable[Stated], units: UnitTable) -> list[Compared]:
    """Return each category's quantities in the unit that most of its bill lines are in."""
    by_category: dict[str, list[Stated]] = defaultdict(list)
    for line in stated:
        by_category[line.category].append(line)
    return [_of(category, lines, units) for category, lines in by_category.items()]


def _of(category: str, lines: list[Stated], units: UnitTable) -> Compared:
    unit = _unit(lines, units)
    factors = tuple(dict.fromkeys(factor for line in lines for factor in line.declared))
    sums: dict[Side, Fraction] = {}
    paths: dict[str, str] = {}
    left = []
    for line in lines:
        own = line.declared or factors
        found = units.convert(line.quantity, line.unit, unit, declared=own)
        if isinstance(found, UnitMismatch):
            left.append(
                Left(line.side, line.line, line.name, line.quantity, line.unit, found.missing)
            )
            continue
        sums[line.side] = sums.get(line.side, Fraction(0)) + found.value
        if _key(units, line.unit) != _key(units, unit):
            paths[line.line] = found.path
    shown = {side: rounded_half_up(value, _PLACES) for side, value in sums.items()}
    return Compared(
        category=category,
        unit=unit,
        sums=shown,
        paths=list(paths.items()),
        left=left,
        differences=_differences(shown, left),
    )


def _unit(lines: list[Stated], units: UnitTable) -> str:
    """Return the unit that most lines of the bills are in; of none, of the deliveries."""
    for sides in ((Side.SETTLED, Side.PLANNED), tuple(Side)):
        known = Counter(
            found.key
            for line in lines
            if line.side in sides and (found := units.find(line.unit)) is not None
        )
        if known:
            return min(known, key=lambda key: (-known[key], key))
    return lines[0].unit


def _differences(sums: Mapping[Side, Decimal], left: list[Left]) -> list[Difference]:
    planned, settled = sums.get(Side.PLANNED), sums.get(Side.SETTLED)
    delivered = sums.get(Side.DELIVERED)
    found = []
    if left:
        found.append(Difference.UNCONVERTED)
    if planned is None and settled is not None:
        found.append(Difference.NOT_PLANNED)
    if settled is None and planned is not None and delivered is not None:
        found.append(Difference.NOT_SETTLED)
    if planned is not None and settled is not None and planned != settled:
        found.append(Difference.CHANGED)
    billed = settled if settled is not None else planned
    if billed is not None and delivered is None:
        found.append(Difference.NOT_DELIVERED)
    elif billed is not None and delivered is not None and delivered != billed:
        is_over = delivered > billed
        found.append(Difference.OVER_DELIVERED if is_over else Difference.UNDER_DELIVERED)
    return found


def _key(units: UnitTable, written: str) -> str:
    found = units.find(written)
    return found.key if found else written
