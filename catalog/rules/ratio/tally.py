"""Lines sorted into a pack's items and summed, before any method judges them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

import msgspec

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.line_traces import excluded_lines, measure_of
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.placing import Placing, Unplaced, by_situation
from catalog.rules.ratio.sums import Sum, add_up
from catalog.rules.ratio.trace import ExcludedLine, Measure
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable


class Ratio(msgspec.Struct, frozen=True):
    """The exact ratio of a measure, and the kind that it is of: all that a verdict asks."""

    category: str | None
    ratio: Fraction | None


class Judged(Ratio, frozen=True):
    """A measure with its exact ratio, as the methods need it."""

    measure: Measure


class Tally:
    """The sums of every item that has lines, in order, and the lines that count nowhere."""

    def __init__(
        self,
        pack: RatioPack,
        units: UnitTable,
        sums: list[Sum],
        left_out: list[tuple[Unplaced, list[RatioLine]]],
        stage: Stage,
    ) -> None:
        self.sums = sums
        self._pack, self._units = pack, units
        self._left_out = left_out
        self._stage = stage

    @cached_property
    def measures(self) -> dict[str, list[Judged]]:
        """The measures by item, each with the lines that it was made of."""
        found: dict[str, list[Judged]] = {}
        for each in self.sums:
            required = Fraction(self._pack.items[each.item].required)
            measure = measure_of(each, required, self._units, self._stage)
            judged = Judged(each.kind or None, each.ratio, measure)
            found.setdefault(each.item, []).append(judged)
        return found

    @cached_property
    def ratios(self) -> dict[str, list[Ratio]]:
        """The ratios of the measures by item, without the lines."""
        found: dict[str, list[Ratio]] = {}
        for each in self.sums:
            found.setdefault(each.item, []).append(Ratio(each.kind or None, each.ratio))
        return found

    @cached_property
    def excluded(self) -> tuple[ExcludedLine, ...]:
        """The lines that count nowhere, each with its reason."""
        return excluded_lines(self._left_out)


class Tallying:
    """Sums the lines of one building after another, by one pack at one stage."""

    def __init__(self, pack: RatioPack, units: UnitTable, stage: Stage) -> None:
        self._pack, self._units, self._stage = pack, units, stage
        self.placing = Placing(pack, units, stage)

    def of(self, lines: Iterable[RatioLine]) -> Tally:
        """Sort the lines into the items of the pack and sum them, in no order that matters."""
        sums: dict[tuple[str, str, str], Sum] = {}
        left_out = []
        for situation, members in by_situation(lines).items():
            found = self.placing.of(situation)
            if isinstance(found, Unplaced):
                left_out.append((found, members))
                continue
            key = (found.item, found.kind, found.unit)
            total = sums.get(key)
            if total is None:
                total = sums[key] = Sum(*key)
            total.parts.append((found, members))
        ordered = [sums[key] for key in sorted(sums)]
        for total in ordered:
            add_up(total, self._stage)
        return Tally(self._pack, self._units, ordered, left_out, self._stage)


def tally(pack: RatioPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage) -> Tally:
    """Sort the lines of one building into the items of the pack and sum them."""
    return Tallying(pack, units, stage).of(lines)
