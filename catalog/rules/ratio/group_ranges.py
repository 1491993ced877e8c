"""The least and the most points of a group whose items can each turn out in several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import msgspec

from catalog.rules.pack_parts import Group
from catalog.rules.ratio.judging import Verdict

Score = Callable[[Group, Sequence[Verdict]], Fraction]


class Option(msgspec.Struct, frozen=True):
    """One way for an item to turn out; ``uses_line`` if an unplaced line must count in it."""

    verdict: Verdict
    uses_line: bool


class Outcome(msgspec.Struct, frozen=True):
    """Points, and the items in which an unplaced line counts when they are reached."""

    points: Fraction
    items: tuple[str, ...]


class Range(msgspec.Struct, frozen=True):
    """The least and the most."""

    low: Outcome
    high: Outcome

    def with_outcome(self, other: Outcome) -> Range:
        """Return the range that holds the other outcome too."""
        low = other if other.points < self.low.points else self.low
        high = other if other.points > self.high.points else self.high
        return Range(low, high)


class _State(msgspec.Struct, frozen=True):
    chosen: tuple[Verdict, ...]
    items: tuple[str, ...]


# What adds up over the items of a group: a group's points follow from these sums alone.
_Sums = tuple[int, int, int, Fraction, Fraction]
_UNUSED = Option(Verdict(None, 0, 0, None), uses_line=False)


def group_range(
    group: Group, options: Mapping[str, Sequence[Option]], score: Score, most_lines: int
) -> dict[int, Range]:
    """Return the range of a group's points by the number of unplaced lines that it takes.

    ``options`` has the ways of each item by key; an item takes one line at the most.
    """
    states: dict[tuple[int, _Sums], _State] = {
        (0, (0, 0, 0, Fraction(0), Fraction(0))): _State((), ())
    }
    for item in group.items:
        alone = group.model_copy(update={"items": (item,)})
        # Most ways leave an item as it is.
        sums_of: dict[Verdict, _Sums] = {}
        ways: dict[tuple[bool, _Sums], Option] = {}
        for option in options.get(item.key, [_UNUSED]):
            found = option.verdict
            if found not in sums_of:
                sums_of[found] = _sums(found, score(alone, [found]))
            ways[option.uses_line, sums_of[found]] = option
        following: dict[tuple[int, _Sums], _State] = {}
        for (lines, sums), state in states.items():
            for (uses_line, more), option in ways.items():
                count = lines + uses_line
                if count <= most_lines:
                    key = (count, _added(sums, more))
                    following.setdefault(
                        key,
                        _State(
                            (*state.chosen, option.verdict),
                            (*state.items, item.key) if uses_line else state.items,
                        ),
                    )
        states = following
    ranges: dict[int, Range] = {}
    for (lines, _), state in states.items():
        outcome = Outcome(score(group, state.chosen), state.items)
        held = ranges.get(lines)
        ranges[lines] = held.with_outcome(outcome) if held else Range(outcome, outcome)
    return ranges


def total_range(groups: Sequence[Mapping[int, Range]], most_lines: int) -> Range:
    """Return the range of the sum of all groups, that share out the unplaced lines."""
    nothing = Outcome(Fraction(0), ())
    totals = {0: Range(nothing, nothing)}
    for group in groups:
        following: dict[int, Range] = {}
        for used, total in totals.items():
            for more, found in group.items():
                if used + more > most_lines:
                    continue
                both = Range(_joined(total.low, found.low), _joined(total.high, found.high))
                held = following.get(used + more)
                following[used + more] = (
                    held.with_outcome(both.low).with_outcome(both.high) if held else both
                )
        totals = following
    answer = totals[0]
    for found in totals.values():
        answer = answer.with_outcome(found.low).with_outcome(found.high)
    return answer


def _joined(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(one.points + other.points, one.items + other.items)


def _sums(found: Verdict, points: Fraction) -> _Sums:
    return int(found.used), found.kinds, found.kinds_passing, found.passing, points


def _added(one: _Sums, other: _Sums) -> _Sums:
    return (
        one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3],
        one[4] + other[4],
    )  # fmt: skip
