"""What a line leaves open, and the extremes of what it could turn out to be.

Four things can be unknown of a line: whether it is green, its quantity in the unit of its item,
its category, and the place that decides between items. A completion decides all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.tally import Tally
from catalog.rules.ratio.trace import Exclusion
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, UnitTable

# An unknown quantity can be anything above nothing: these stand for its two ends.
_HUGE, _TINY = Decimal("1e60"), Decimal("1e-60")


class Unknown(StrEnum):
    """What a line does not say."""

    GREEN = "green"
    QUANTITY = "quantity"
    CLASS = "class"


class OpenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that could turn out in more than one way, and the items that it could count in."""

    line: str
    unknown: tuple[Unknown, ...]
    items: tuple[str, ...]


class End(StrEnum):
    """Which end of the range is looked for."""

    LOW = "low"
    HIGH = "high"


class Opened(msgspec.Struct, frozen=True):
    """The lines of a building by what is unknown of them.

    ``known`` say all that is needed but perhaps whether they are green; ``unmeasured`` have an
    item and no quantity in its unit; ``unplaced`` could count in several items or in none.
    """

    known: list[RatioLine]
    unmeasured: list[RatioLine]
    unplaced: list[RatioLine]


def opened(lines: Iterable[RatioLine], counted: Tally) -> Opened:
    """Sort the lines by what is unknown; those that count nowhere for certain are left out."""
    reasons = {line.line: line.reason for line in counted.excluded}
    known, unmeasured, unplaced = [], [], []
    for line in lines:
        reason = reasons.get(line.id)
        if reason is None:
            known.append(line)
        elif line.quantity == 0:
            continue
        elif reason in (Exclusion.NO_UNIT, Exclusion.UNIT_MISMATCH):
            unmeasured.append(line)
        elif reason in (Exclusion.NO_CATEGORY, Exclusion.NO_PLACE):
            unplaced.append(line)
    return Opened(known, unmeasured, unplaced)


def is_unsure_of_green(line: RatioLine, stage: Stage) -> bool:
    """Tell whether a counted line may turn out green or not."""
    if stage is Stage.DESIGN:
        return line.green_quantity is None and line.quantity != 0
    return line.role is Role.DELIVERED and line.green is None and line.quantity != 0


def decided(line: RatioLine, stage: Stage, end: End) -> RatioLine:
    """Return the line with its greenness decided towards an end; a return decides the other way."""
    if not is_unsure_of_green(line, stage):
        return line
    is_green = (end is End.HIGH) == (line.quantity > 0)
    if stage is Stage.DESIGN:
        return msgspec.structs.replace(
            line, green_quantity=line.quantity if is_green else Decimal(0)
        )
    return msgspec.structs.replace(line, green=is_green)


def green_share(line: RatioLine, stage: Stage) -> Fraction:
    """Return the green part of a decided line, from 0 to 1; a billed line has none by itself."""
    if stage is Stage.DESIGN:
        share = Fraction(line.green_quantity or 0) / Fraction(line.quantity)
        return min(max(share, Fraction(0)), Fraction(1))
    return Fraction(line.role is Role.DELIVERED and line.green is True)


def part_towards(line: RatioLine, stage: Stage, end: End) -> RatioLine | None:
    """Return what of a decided line pulls an item towards the end, None if nothing does.

    A return of unknown class may take away anything: it is taken to decide its item.
    """
    if line.quantity < 0:
        size = -line.quantity * _HUGE
        if stage is Stage.DESIGN:
            green = size if end is End.HIGH else Decimal(0)
            return msgspec.structs.replace(line, quantity=size, green_quantity=green)
        if end is End.HIGH:
            return msgspec.structs.replace(line, quantity=size, role=Role.DELIVERED, green=True)
        return msgspec.structs.replace(line, quantity=size, role=Role.TOTAL, green=None)
    share = green_share(line, stage)
    if share == (end is End.LOW):
        return None
    if stage is Stage.DESIGN and 0 < share < 1:
        green = line.green_quantity or Decimal(0)
        kept = green if end is End.HIGH else line.quantity - green
        given = green if end is End.HIGH else Decimal(0)
        return msgspec.structs.replace(line, quantity=kept, green_quantity=given)
    return line


class Landing(msgspec.Struct, frozen=True):
    """An item that an unplaced line could count in: as which category, and at which place."""

    item: str
    category: str
    place: str | None


def landings(line: RatioLine, pack: RatioPack) -> list[Landing]:
    """Return every way for the line to count; that it counts nowhere is possible besides."""
    entries = [pack.mapped[line.category]] if line.category else pack.mapping
    found = []
    for entry in entries:
        if entry.item:
            found.append(Landing(entry.item, entry.category, line.place))
        for place, item in entry.places.items():
            if line.place in (None, place):
                found.append(Landing(item, entry.category, place))
    kinds = {key for key, item in pack.items.items() if item.by_kind}
    # Of an item that pools its kinds, one way in is as good as another.
    pooled: dict[tuple[str, str], Landing] = {}
    for landing in found:
        kind = landing.category if landing.item in kinds else ""
        pooled.setdefault((landing.item, kind), landing)
    return list(pooled.values())


def landed(line: RatioLine, landing: Landing) -> RatioLine:
    """Return the line as it would be if it counted there."""
    return msgspec.structs.replace(line, category=landing.category, place=landing.place)


class Measuring:
    """Gives unmeasured lines a quantity at either end of what is possible."""

    def __init__(self, pack: RatioPack, units: UnitTable, counted: Tally) -> None:
        self._pack = pack
        self._units = units
        measures = [(key, each) for key, found in counted.measures.items() for each in found]
        self._unit_in = {(key, each.category): each.measure.unit for key, each in measures}

    def item_of(self, line: RatioLine) -> str:
        """Return the item of a line whose category and place are known."""
        entry = self._pack.mapped[line.category or ""]
        return entry.item or entry.places[line.place or ""]

    def is_measured(self, line: RatioLine) -> bool:
        """Tell whether the line has a quantity in a unit of its item."""
        item = self._pack.items[self.item_of(line)]
        own = self._units.find(line.unit) if line.unit else None
        if own is None:
            return False
        if item.by_kind:
            return True
        ways = (
            self._units.convert(line.quantity, own.key, unit, declared=line.declared)
            for unit in item.units
        )
        return any(isinstance(way, Converted) for way in ways)

    def vanishing(self, line: RatioLine) -> RatioLine:
        """Return the line with next to no quantity: it is in use, and no more."""
        return self._scaled(line, _TINY)

    def endless(self, line: RatioLine, stage: Stage, end: End) -> RatioLine:
        """Return the line with a quantity beside which no other counts.

        Nobody can say what a return of unknown size takes away: it may decide everything.
        """
        if line.quantity > 0:
            return self._scaled(line, _HUGE)
        is_high = end is End.HIGH
        whole = self._scaled(line, -_HUGE)
        if stage is Stage.DESIGN:
            return msgspec.structs.replace(
                whole, green_quantity=whole.quantity if is_high else Decimal(0)
            )
        role = Role.DELIVERED if is_high else Role.TOTAL
        return msgspec.structs.replace(whole, role=role, green=is_high)

    def place_of(self, line: RatioLine) -> tuple[str, str | None]:
        """Return the item and, where each kind is judged by itself, the kind."""
        key = self.item_of(line)
        return key, line.category if self._pack.items[key].by_kind else None

    def _scaled(self, line: RatioLine, factor: Decimal) -> RatioLine:
        place = self.place_of(line)
        item = self._pack.items[place[0]]
        unit = self._unit_in.get(place)
        if unit is None:
            unit = item.units[0] if item.units else next(iter(self._units)).key
        green = line.green_quantity
        return msgspec.structs.replace(
            line,
            unit=unit,
            quantity=line.quantity * factor,
            green_quantity=None if green is None else green * factor,
            declared=(),
        )


def extremes(
    lines: Sequence[RatioLine], measuring: Measuring, stage: Stage, end: End
) -> tuple[list[RatioLine], list[RatioLine]]:
    """Return the unmeasured lines as next to nothing, and as the one that matters being endless.

    Of lines of unknown quantities in one item only the least or the most green matters: the
    ratio of any mixture lies between.
    """
    vanishing = [measuring.vanishing(line) for line in lines]
    chosen: dict[tuple[str, str | None], RatioLine] = {}
    for line in lines:
        place = measuring.place_of(line)
        held = chosen.get(place)
        if held is None or _further(line, held, stage, end):
            chosen[place] = line
    endless = [measuring.endless(line, stage, end) for line in chosen.values()]
    return vanishing, endless


def _further(line: RatioLine, held: RatioLine, stage: Stage, end: End) -> bool:
    if (line.quantity < 0) != (held.quantity < 0):
        return line.quantity < 0
    one, other = green_share(line, stage), green_share(held, stage)
    return one > other if end is End.HIGH else one < other
