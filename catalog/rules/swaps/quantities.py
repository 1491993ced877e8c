"""How much of each line can still be supplied by another product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from catalog.rules.exact import as_decimal
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import Measure, RatioResult
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, UnitTable

Position = tuple[int, int, int]
_Pools = dict[tuple[str | None, ...], Fraction]


class Swappable(msgspec.Struct, frozen=True):
    """A line of which some is not green and still to come: the line as it would be supplied.

    ``supplied`` is what takes its place at design, and what comes beside it at completion;
    ``gain`` is what that adds to the ratio of the measure at ``position`` (group, item, measure).
    """

    line: RatioLine
    supplied: RatioLine
    position: Position
    gain: Fraction

    @property
    def quantity(self) -> Fraction:
        """How much is swapped, in the line's own unit."""
        if self.supplied.role is Role.DELIVERED:
            return Fraction(self.supplied.quantity)
        return Fraction(self.line.quantity) - _planned_green(self.line)


def swappable_lines(
    lines: Sequence[RatioLine], counted: RatioResult, units: UnitTable, stage: Stage
) -> dict[str, Swappable]:
    """Return what swaps can change, by line.

    At design that is the part of a line that is not planned green. At completion, deliveries are
    facts: what is billed and did not come yet can still be supplied green.
    """
    by_id = {line.id: line for line in lines}
    found: dict[str, Swappable] = {}
    for position, measure in measures_of(counted):
        if measure.ratio_exact is None:
            continue
        own = [by_id[line] for line in measure.denominator_lines]
        for line, supplied in _supplied(own, measure, units, stage):
            added = _in_unit(supplied, measure.unit, units)
            if stage is Stage.DESIGN:
                added -= added * _planned_green(line) / Fraction(line.quantity)
            gain = added / Fraction(measure.denominator)
            if gain > 0:
                found[line.id] = Swappable(line, supplied, position, gain)
    return found


def measures_of(counted: RatioResult) -> Iterator[tuple[Position, Measure]]:
    """Yield each measure of a result with its position: group, item, measure."""
    for g, group in enumerate(counted.groups):
        for i, item in enumerate(group.items):
            for m, measure in enumerate(item.measures):
                yield (g, i, m), measure


def with_swaps(
    lines: Iterable[RatioLine], swappable: Mapping[str, Swappable], swapped: Collection[str]
) -> list[RatioLine]:
    """Return the lines as they are once some of them are supplied green."""
    chosen = set(swapped)
    found = []
    for line in lines:
        supplied = swappable[line.id].supplied if line.id in chosen else line
        if supplied.role is not line.role:
            found.append(line)
        found.append(supplied)
    return found


def _supplied(
    lines: list[RatioLine], measure: Measure, units: UnitTable, stage: Stage
) -> Iterator[tuple[RatioLine, RatioLine]]:
    billed = [line for line in lines if line.role is Role.TOTAL and line.quantity > 0]
    if stage is Stage.DESIGN:
        for line in billed:
            yield line, msgspec.structs.replace(line, green_quantity=line.quantity)
        return
    for line, quantity in _still_to_come(lines, measure, units):
        own = units.convert(quantity, measure.unit, line.unit or "", declared=line.declared)
        if isinstance(own, Converted) and own.value > 0:
            yield (
                line,
                msgspec.structs.replace(
                    line,
                    id=f"{line.id}-supplied",
                    role=Role.DELIVERED,
                    quantity=as_decimal(own.value),
                    green=True,
                ),
            )


def _still_to_come(
    lines: list[RatioLine], measure: Measure, units: UnitTable
) -> list[tuple[RatioLine, Fraction]]:
    """Return what of each bill line did not come yet, in the measure's unit.

    No delivery names its bill line. What came fills the lines of the same goods and name first,
    then those of the same goods, then the others of the measure, in order of their ids; what a
    negative bill line takes off is used up in the same way. So all that is still to come never
    exceeds what is billed and not delivered.
    """
    left: dict[str, Fraction] = {}
    pools: _Pools = defaultdict(Fraction)
    billed = []
    for line in sorted(lines, key=lambda line: (len(line.id), line.id)):
        quantity = _in_unit(line, measure.unit, units)
        if line.role is Role.DELIVERED:
            pools[_goods(line)] += quantity
        elif quantity > 0:
            billed.append(line)
            left[line.id] = quantity
        else:
            pools[*_goods(line), line.id] -= quantity
    for depth in (3, 2, 0):
        pools = _merged(pools, depth)
        for line in billed:
            goods = _goods(line)[:depth]
            came = min(left[line.id], pools.get(goods, Fraction(0)))
            left[line.id] -= came
            if came:
                pools[goods] -= came
    return [(line, left[line.id]) for line in billed]


def _merged(pools: _Pools, depth: int) -> _Pools:
    """Sum the pools by the first parts of their keys; more given back than came is nothing."""
    merged: _Pools = defaultdict(Fraction)
    for key, quantity in pools.items():
        merged[key[:depth]] += max(quantity, Fraction(0))
    return merged


def _goods(line: RatioLine) -> tuple[str | None, ...]:
    return line.category, line.place, line.label


def _planned_green(line: RatioLine) -> Fraction:
    """Return how much is planned green, not more than the line's own; not stated is none."""
    green = Fraction(line.green_quantity or 0)
    return min(max(green, Fraction(0)), Fraction(line.quantity))


def _in_unit(line: RatioLine, unit: str, units: UnitTable) -> Fraction:
    if line.unit == unit:
        return Fraction(line.quantity)
    converted = units.convert(line.quantity, line.unit or "", unit, declared=line.declared)
    if not isinstance(converted, Converted):
        raise TypeError(f"{line.unit} was counted as {unit} and does not convert to it")
    return converted.value
