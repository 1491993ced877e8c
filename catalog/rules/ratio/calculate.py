"""The application ratio of a building, by the method of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from catalog.rules.pack_parts import Group, Item
from catalog.rules.packs import RatioPack
from catalog.rules.ratio.judging import percent_of
from catalog.rules.ratio.line_traces import UNTRACED
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.methods import group_points
from catalog.rules.ratio.placing import Placed, Situation, Unplaced
from catalog.rules.ratio.sums import Sum
from catalog.rules.ratio.tally import Judged, Tallying
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

# What the points of a group can depend on: each item, kind and telling ratio, in order.
Standing = tuple[tuple[str, str, Fraction | None], ...]
_Alike = tuple[tuple[str, tuple[Fraction, ...]], ...]
_MOST_KNOWN = 100_000


class Calculator:
    """Calculates one building after another, by one pack at one stage.

    What recurs is worked out once: where a line counts, and what a group earns.
    """

    def __init__(self, pack: RatioPack, units: UnitTable, stage: Stage) -> None:
        self.pack, self.stage = pack, stage
        self._tallying = Tallying(pack, units, stage)
        self._group_of = {
            item.key: number for number, group in enumerate(pack.groups) for item in group.items
        }
        self._rule_of = _rules_of(pack)
        self._earned: dict[tuple[str, _Alike], Fraction] = {}
        # What ``figures`` remembers: the item, kind and unit of each target by its number, and
        # what a group of a number earned whose targets stood so.
        self.target_numbers: dict[tuple[str, str, str], int] = {}
        self.told: dict[tuple[int, str], Fraction] = {}

    def result(self, lines: Iterable[RatioLine]) -> RatioResult:
        """Return the ratio with its trace; the order of the lines changes nothing.

        A line that the pack cannot place or measure is left out and listed with its reason.
        """
        pack = self.pack
        counted = self._tallying.of(lines)
        results = [group_points(pack, group, counted.measures) for group in pack.groups]
        return RatioResult(
            pack=pack.key,
            pack_version=pack.version,
            method=pack.method,
            stage=self.stage,
            percent=self._percent([points for points, _ in results]),
            groups=tuple(group for _, group in results),
            excluded=counted.excluded,
            unstated_lines=sum(total.unstated for total in counted.sums),
        )

    def percent(self, lines: Iterable[RatioLine]) -> Decimal:
        """Return the ratio alone: the same figure, many times faster."""
        standings: dict[int, list[tuple[str, str, Fraction | None]]] = {}
        for total in self._tallying.of(lines).sums:
            item = self.pack.items[total.item]
            entry = (total.item, total.kind, telling_ratio(item, total))
            standings.setdefault(self._group_of[total.item], []).append(entry)
        return self.percent_of(
            {
                number: self.earned(self.pack.groups[number], tuple(standing))
                for number, standing in standings.items()
            }
        )

    def percent_of(self, points: Mapping[int, Fraction]) -> Decimal:
        """Return the ratio from the points of the groups in use, by their number in the pack."""
        return self._percent(
            points[number] if number in points else self.earned(group, ())
            for number, group in enumerate(self.pack.groups)
        )

    def place_of(self, situation: Situation) -> Placed | Unplaced:
        """Return where lines in the situation count, or why nowhere."""
        return self._tallying.placing.of(situation)

    def earned(self, group: Group, standing: Standing) -> Fraction:
        """Return the points that a group earns whose items stand so."""
        alike = self._alike(group, standing)
        points = self._earned.get((group.key, alike))
        if points is None:
            measures = {
                item: [
                    Judged(str(number) if self.pack.items[item].by_kind else None, ratio, UNTRACED)
                    for number, ratio in enumerate(ratios or (None,))
                ]
                for item, ratios in alike
            }
            if len(self._earned) >= _MOST_KNOWN:
                self._earned.clear()
            points = self._earned[group.key, alike] = group_points(self.pack, group, measures)[0]
        return points

    def _alike(self, group: Group, standing: Standing) -> _Alike:
        """Return one standing for all that no method can tell apart.

        A kind in several units stands as its weakest, which kind it is says nothing, and neither
        does which of the items that earn by the same rule it is that stands so.
        """
        lowest: dict[str, dict[str, Fraction]] = {}
        for item, kind, ratio in standing:
            kinds = lowest.setdefault(item, {})
            if ratio is not None:
                kinds[kind] = min(ratio, kinds.get(kind, ratio))
        by_rule: dict[int, list[tuple[Fraction, ...]]] = {}
        for item, kinds in lowest.items():
            by_rule.setdefault(self._rule_of[item], []).append(tuple(sorted(kinds.values())))
        items: dict[int, list[str]] = {}
        for each in group.items:
            items.setdefault(self._rule_of[each.key], []).append(each.key)
        return tuple(
            (item, ratios)
            for rule in sorted(by_rule)
            for item, ratios in zip(items[rule], sorted(by_rule[rule]), strict=False)
        )

    def _percent(self, points: Iterable[Fraction]) -> Decimal:
        return percent_of(sum(points, Fraction(0)), self.pack.policies.rounding)


def calculate(
    pack: RatioPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage
) -> RatioResult:
    """Return the ratio of one building with its trace."""
    return Calculator(pack, units, stage).result(lines)


_NOTHING, _ALL = Fraction(0), Fraction(1)


def telling_ratio(item: Item, total: Sum) -> Fraction | None:
    """Return the ratio as far as points can tell it from others; None where there is none.

    By every method an item earns nothing below its required share, and no more above the end of
    its interpolation; where nothing is interpolated, it passes or does not.
    """
    green, whole = max(total.green, 0), total.denominator
    if whole <= 0:
        return None
    required, scale = item.required.as_integer_ratio()
    if green * scale < required * whole:
        return _NOTHING
    if item.interpolation is None:
        return _ALL
    return min(Fraction(green, whole), Fraction(item.interpolation.high_share))


def _rules_of(pack: RatioPack) -> dict[str, int]:
    """Return for each item the number of the rule by which it earns."""
    numbers: dict[tuple[object, ...], int] = {}
    return {
        item.key: numbers.setdefault(
            (item.required, item.points, item.interpolation, item.tiers, item.by_kind),
            len(numbers),
        )
        for item in pack.items.values()
    }
