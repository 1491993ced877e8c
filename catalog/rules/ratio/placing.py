"""Where a line counts: the item, the kind and the unit, by all that can decide it.

Lines that agree in what decides it, their situation, are placed together: a country has millions
of lines and a few thousand situations.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import msgspec

from catalog.rules.pack_parts import CategoryMapping, Item
from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import Exclusion
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, Declared, UnitTable


class Situation(NamedTuple):
    """All that decides where a line counts."""

    is_delivered: bool
    category: str | None
    place: str | None
    unit: str | None
    declared: tuple[Declared, ...]


class Placed(msgspec.Struct, frozen=True):
    """A line counts in the item, as this kind of it; ``factor`` of ``unit`` make one of its own.

    ``kind`` is empty where the item pools its kinds. A line that is stated in ``unit`` itself,
    letter for letter, is not converted.
    """

    item: str
    kind: str
    unit: str
    factor: Fraction
    is_converted: bool


class Unplaced(msgspec.Struct, frozen=True):
    """A line counts nowhere: the reason, and the facts that a sentence about it needs."""

    reason: Exclusion
    facts: dict[str, str] = {}


def by_situation(lines: Iterable[RatioLine]) -> dict[Situation, list[RatioLine]]:
    """Return the lines by what decides where they count."""
    found: dict[Situation, list[RatioLine]] = {}
    for line in lines:
        situation = Situation(
            line.role is Role.DELIVERED, line.category, line.place, line.unit, line.declared
        )
        members = found.get(situation)
        if members is None:
            found[situation] = [line]
        else:
            members.append(line)
    return found


class Placing:
    """Places lines by a pack at a stage, each situation once."""

    def __init__(self, pack: RatioPack, units: UnitTable, stage: Stage) -> None:
        self._mapped, self._items = pack.mapped, pack.items
        self._units = units
        self._stage = stage
        self._known: dict[Situation, Placed | Unplaced] = {}

    def of(self, situation: Situation) -> Placed | Unplaced:
        """Return where lines in the situation count, or why nowhere."""
        found = self._known.get(situation)
        if found is None:
            found = self._known[situation] = self._placed(situation)
        return found

    def _placed(self, line: Situation) -> Placed | Unplaced:
        if self._stage is Stage.DESIGN and line.is_delivered:
            return Unplaced(Exclusion.OTHER_STAGE)
        if line.category is None:
            return Unplaced(Exclusion.NO_CATEGORY)
        entry = self._mapped.get(line.category)
        if entry is None or not entry.targets:
            facts = {"category": line.category}
            if entry is not None:
                facts |= {"why_zh": entry.none_zh or "", "why_en": entry.none_en or ""}
            return Unplaced(Exclusion.NOT_IN_METHOD, facts)
        key = entry.item or _item_by_place(line, entry)
        return key if isinstance(key, Unplaced) else self._measured(line, self._items[key])

    def _measured(self, line: Situation, item: Item) -> Placed | Unplaced:
        """Find the unit that the item sums the line in: one it accepts, or the base of any."""
        if line.unit is None:
            return Unplaced(Exclusion.NO_UNIT, {"item": item.key})
        own = self._units.find(line.unit)
        if own is not None and item.by_kind:
            return self._converted(line, item, self._units.base_of(own.dimension).key)
        for accepted in item.units:
            target = self._units.find(accepted)
            if own is not None and target is not None and own.dimension == target.dimension:
                return self._converted(line, item, accepted)
        ways = [self._converted(line, item, accepted) for accepted in item.units]
        for way in ways:
            if isinstance(way, Placed):
                return way
        facts = {"item": item.key, "unit": line.unit, "accepted": " ".join(item.units)}
        return ways[0] if ways else Unplaced(Exclusion.UNIT_MISMATCH, facts)

    def _converted(self, line: Situation, item: Item, unit: str) -> Placed | Unplaced:
        """Place the line in the unit, if one of its own makes any number of it."""
        own = line.unit or ""
        one = self._units.convert(Fraction(1), own, unit, declared=line.declared)
        if isinstance(one, Converted):
            kind = line.category if item.by_kind and line.category else ""
            return Placed(item.key, kind, unit, one.value, is_converted=own != unit)
        facts = {"item": item.key, "unit": own, "accepted": " ".join(item.units)}
        if one.missing:
            facts["missing"] = one.missing
        if one.contradicting:
            facts["contradicting"] = " ≠ ".join(one.contradicting)
        return Unplaced(Exclusion.UNIT_MISMATCH, facts)


def _item_by_place(line: Situation, entry: CategoryMapping) -> str | Unplaced:
    facts = {"category": entry.category, "places": " ".join(sorted(entry.places))}
    if line.place is None:
        return Unplaced(Exclusion.NO_PLACE, facts)
    if line.place not in entry.places:
        return Unplaced(Exclusion.PLACE_NOT_IN_METHOD, {**facts, "place": line.place})
    return entry.places[line.place]
