"""Between what and what a ratio lies while something is unknown: bounds, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import product
from math import prod

import msgspec

from catalog.rules.packs import RatioPack, ThresholdPack
from catalog.rules.ratio.group_ranges import Option, Range, group_range, total_range
from catalog.rules.ratio.judging import percent_of, verdict
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.methods import points_of
from catalog.rules.ratio.open_lines import (
    End,
    Landing,
    Measuring,
    Opened,
    OpenLine,
    Unknown,
    decided,
    extremes,
    is_unsure_of_green,
    landed,
    landings,
    opened,
    part_towards,
)
from catalog.rules.ratio.tally import Ratio, Tallying
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

# So many ways for the unplaced lines to count are all tried; of more, the range is enclosed.
_ALL_TRIED = 100
_Ratios = dict[str, list[Ratio]]


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest and the highest ratio in percent over every completion of the open lines.

    The truth is never outside. ``is_exact`` tells whether both ends are known to be reached by
    some completion; if not, the range may be wider than it need be.
    """

    low_percent: Decimal
    high_percent: Decimal
    is_exact: bool
    open_lines: tuple[OpenLine, ...]


class Certainty(StrEnum):
    """What can be said of a threshold while something is unknown."""

    CERTAIN = "certain"
    OPEN = "open"
    OUT_OF_REACH = "out-of-reach"


class ThresholdOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a threshold is reached; ``star`` is set where it is a star's gate."""

    at_least_percent: Decimal
    points: Decimal | None
    star: int | None
    certainty: Certainty


def bounds(pack: RatioPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage) -> Bounds:
    """Return the range of the ratio over every way in which the unknowns can turn out."""
    return _Question(pack, list(lines), units, stage).answer()


def outlook(pack: ThresholdPack, found: Bounds) -> tuple[ThresholdOutlook, ...]:
    """Tell for each tier and gate whether it is certain, open, or out of reach."""
    tiers = [(tier.at_least_percent, tier.points, None) for tier in pack.tiers]
    gates = [(gate.at_least_percent, None, gate.star) for gate in pack.gates]
    return tuple(
        ThresholdOutlook(
            at_least_percent=percent, points=points, star=star, certainty=_certainty(percent, found)
        )
        for percent, points, star in [*tiers, *gates]
    )


def _certainty(percent: Decimal, found: Bounds) -> Certainty:
    if found.low_percent >= percent:
        return Certainty.CERTAIN
    return Certainty.OPEN if found.high_percent >= percent else Certainty.OUT_OF_REACH


class _Question:
    """One building's lines, and the ways in which the unplaced among them could count."""

    def __init__(
        self, pack: RatioPack, lines: list[RatioLine], units: UnitTable, stage: Stage
    ) -> None:
        self._pack = pack
        self._units = units
        self._stage = stage
        # Most lines are placed again and again, each time where they were.
        self._tally = Tallying(pack, units, stage).of
        self._opened = opened(lines, self._tally(lines))
        self._score = partial(points_of, pack)

    def answer(self) -> Bounds:
        """Enclose the range; try every way of counting where there are few."""
        unplaced = self._opened.unplaced
        ways = {line.id: landings(line, self._pack) for line in unplaced}
        enclosed = self._range(self._opened, ways)
        is_exact = not unplaced or self._reached(enclosed, ways)
        if not is_exact and prod(len(found) + 1 for found in ways.values()) <= _ALL_TRIED:
            enclosed, is_exact = self._tried(ways), True
        return Bounds(
            low_percent=self._percent(enclosed, End.LOW),
            high_percent=self._percent(enclosed, End.HIGH),
            is_exact=is_exact and not self._has_returns(),
            open_lines=tuple(self._open_lines(ways)),
        )

    def _percent(self, found: Range, end: End) -> Decimal:
        outcome = found.low if end is End.LOW else found.high
        return percent_of(outcome.points, self._pack.policies.rounding)

    def _has_returns(self) -> bool:
        """Tell whether goods of unknown quantity or class went back: their reach is enclosed."""
        unsure = [*self._opened.unmeasured, *self._opened.unplaced]
        return any(line.quantity < 0 for line in unsure)

    def _tried(self, ways: dict[str, list[Landing]]) -> Range:
        """Return the range over every way for the unplaced lines to count."""
        choices = [
            [None, *(landed(line, landing) for landing in ways[line.id])]
            for line in self._opened.unplaced
        ]
        found = [self._placed([line for line in way if line]) for way in product(*choices)]
        answer = found[0]
        for each in found[1:]:
            answer = answer.with_outcome(each.low).with_outcome(each.high)
        return answer

    def _placed(self, lines: Sequence[RatioLine]) -> Range:
        """Return the range if these lines count so, and no other unplaced line counts."""
        everything = [*self._opened.known, *self._opened.unmeasured, *lines]
        counted = self._tally(everything)
        return self._range(opened(everything, counted), {})

    def _reached(self, enclosed: Range, ways: dict[str, list[Landing]]) -> bool:
        """Tell whether a plain way of placing the lines reaches both ends."""
        ends = ((End.LOW, enclosed.low), (End.HIGH, enclosed.high))
        for end, outcome in ends:
            placed, free = [], sorted(
                self._opened.unplaced, key=lambda line: (-abs(line.quantity), line.id)
            )  # fmt: skip
            for item in outcome.items:
                fitting = [
                    (line, landing)
                    for line in free
                    for landing in ways[line.id]
                    if landing.item == item and self._pulls(line, end)
                ]
                if not fitting:
                    return False
                line, landing = fitting[0]
                free.remove(line)
                placed.append(landed(line, landing))
            reached = self._placed(placed)
            if self._percent(reached, end) != self._percent(enclosed, end):
                return False
        return True

    def _pulls(self, line: RatioLine, end: End) -> bool:
        """Tell whether the line can move an item towards the end."""
        return part_towards(decided(line, self._stage, end), self._stage, end) is not None

    def _range(self, found: Opened, ways: dict[str, list[Landing]]) -> Range:
        """Enclose the range: each item by itself, and as many items changed as lines allow."""
        has_one_for_each = len(ways) >= len(self._pack.items)
        options: dict[str, list[Option]] = {}
        for end in End:
            for ratios, uses_line in self._variants(found, ways, end):
                for key in self._pack.items:
                    found_so = verdict(self._pack.items[key], ratios.get(key, []))
                    option = Option(found_so, uses_line=uses_line and not has_one_for_each)
                    options.setdefault(key, []).append(option)
        most = 0 if has_one_for_each else len(ways)
        groups = [group_range(group, options, self._score, most) for group in self._pack.groups]
        return total_range(groups, most)

    def _variants(
        self, found: Opened, ways: dict[str, list[Landing]], end: End
    ) -> list[tuple[_Ratios, bool]]:
        """Return the ratios of every item at this end, without and with the unplaced lines."""
        known = [decided(line, self._stage, end) for line in found.known]
        variants = self._sized(known, found.unmeasured, end, uses_line=False)
        if ways:
            copies = [
                landed(part, landing)
                for line in found.unplaced
                if (part := part_towards(decided(line, self._stage, end), self._stage, end))
                for landing in ways[line.id]
            ]
            variants += self._sized([*known, *copies], found.unmeasured, end, uses_line=True)
        return variants

    def _sized(
        self, lines: list[RatioLine], unmeasured: list[RatioLine], end: End, *, uses_line: bool
    ) -> list[tuple[_Ratios, bool]]:
        counted = self._tally(lines)
        again = opened(lines, counted)
        unsure = [decided(line, self._stage, end) for line in [*unmeasured, *again.unmeasured]]
        if not unsure:
            return [(counted.ratios, uses_line)]
        measuring = Measuring(self._pack, self._units, counted)
        answers = []
        for sizes in extremes(unsure, measuring, self._stage, end):
            sized = self._tally([*again.known, *sizes])
            answers.append((sized.ratios, uses_line))
        return answers

    def _open_lines(self, ways: dict[str, list[Landing]]) -> Iterable[OpenLine]:
        measuring = Measuring(self._pack, self._units, self._tally(self._opened.known))
        for line in self._opened.known:
            if is_unsure_of_green(line, self._stage):
                yield self._open_line(line, (), (measuring.item_of(line),))
        for line in self._opened.unmeasured:
            yield self._open_line(line, (Unknown.QUANTITY,), (measuring.item_of(line),))
        for line in self._opened.unplaced:
            items = dict.fromkeys(landing.item for landing in ways[line.id])
            yield self._open_line(line, (Unknown.CLASS,), tuple(items))

    def _open_line(
        self, line: RatioLine, unknown: tuple[Unknown, ...], items: tuple[str, ...]
    ) -> OpenLine:
        if is_unsure_of_green(line, self._stage):
            unknown = (*unknown, Unknown.GREEN)
        return OpenLine(line=line.id, unknown=unknown, items=items)
