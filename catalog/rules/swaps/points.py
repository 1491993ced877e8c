"""The points of a building as rows of a program, asked from the calculator itself.

Every method gives a group the sum of what its items earn; an item earns by the number of its
kinds that pass, and may earn more as its ratio grows from the required share on. What each step
is worth is not known here: the pack's method is asked, with ratios made up for the purpose. The
rows admit a little more than is true, so that no plan is lost; the calculator has the last word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import msgspec

from catalog.rules.pack_parts import Item
from catalog.rules.packs import FULL_POINTS, RatioPack
from catalog.rules.ratio.methods import group_points
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult, ItemResult, RatioResult
from catalog.rules.swaps.program import Program
from catalog.rules.swaps.quantities import Position, Swappable, measures_of

_HALF = 0.5
# Points are sums of few fractions with small denominators: far coarser than this.
_POINTS_SLACK = 1e-6
# The solver lets a row fail by a millionth: written in thousandths, shares are told apart finer.
_SHARES = 1_000
_SHARE_SLACK = 1e-6
_Sum = dict[int, float]


class Points(msgspec.Struct, frozen=True):
    """A program whose column ``percent`` is P in steps of the pack's rounding.

    ``swaps`` are the columns of the lines: one where the line is swapped. ``kinds`` are those of
    what may pass or not.
    """

    program: Program
    swaps: dict[str, int]
    kinds: list[int]
    percent: int


def points_program(
    pack: RatioPack, counted: RatioResult, swappable: Mapping[str, Swappable]
) -> Points:
    """Return the program of all choices among the swappable lines, and the P of each."""
    return _Writer(pack, counted, swappable).write()


class _Writer:
    """Writes the rows of one building."""

    def __init__(
        self, pack: RatioPack, counted: RatioResult, swappable: Mapping[str, Swappable]
    ) -> None:
        self._pack, self._counted = pack, counted
        self._step = pack.policies.rounding.step
        self._scale = 10**pack.policies.rounding.places
        self._program = Program()
        self._swaps = {line: self._program.column() for line in swappable}
        self._kinds: list[int] = []
        self._gains: dict[Position, _Sum] = defaultdict(dict)
        for line, each in swappable.items():
            self._gains[each.position][self._swaps[line]] = float(each.gain * _SHARES)
        self._measures = {
            position: measure
            for position, measure in measures_of(counted)
            if measure.ratio_exact is not None
        }

    def write(self) -> Points:
        """Return the program."""
        total: _Sum = defaultdict(float)
        constant = 0.0
        for g, group in enumerate(self._counted.groups):
            terms, rest = self._group(g, group)
            if self._step == "group":
                terms, rest = {self._rounded(terms, rest): 1 / self._scale}, 0.0
            for column, factor in terms.items():
                total[column] += factor
            constant += rest
        percent = self._rounded(total, constant, is_halved=self._step == "total")
        return Points(self._program, self._swaps, self._kinds, percent)

    def _group(self, g: int, group: GroupResult) -> tuple[_Sum, float]:
        terms: _Sum = {}
        nothing = self._worth(g, {})
        constant = float(nothing)
        for i, item in enumerate(group.items):
            kinds: dict[str | None, list[Position]] = defaultdict(list)
            for position, measure in self._measures.items():
                if position[:2] == (g, i):
                    kinds[measure.category].append(position)
            if kinds:
                terms |= self._item(g, item, list(kinds.values()), nothing)
        return terms, constant

    def _item(
        self, g: int, item: ItemResult, kinds: list[list[Position]], nothing: Fraction
    ) -> _Sum:
        rule = self._pack.items[item.key]
        steps = self._steps(g, rule, kinds)
        passed = [self._passes(rule, positions) for positions in kinds]
        terms: _Sum = {}
        if len(set(steps)) == 1:
            terms = dict.fromkeys(passed, float(steps[0]))
            reached = passed[0] if len(passed) == 1 else None
        else:
            reached = self._counted_steps(passed, steps, terms)
        if rule.interpolation is None:
            return terms
        if reached is None:
            reached = self._counted_steps(passed, [Fraction(0)] * len(passed), {})
        terms |= self._grown(g, rule, kinds, reached, nothing + sum(steps, Fraction(0)))
        if self._step != "item":
            return terms
        return {self._rounded(terms, 0.0): 1 / self._scale}

    def _steps(self, g: int, rule: Item, kinds: list[list[Position]]) -> list[Fraction]:
        """Return what the first passing kind is worth, the second, and so on."""
        is_exact = rule.interpolation is not None
        worth = [self._worth(g, {}, is_exact=is_exact)]
        state: dict[Position, Decimal] = {}
        for positions in kinds:
            state |= dict.fromkeys(positions, rule.required)
            worth.append(self._worth(g, state, is_exact=is_exact))
        return [after - before for before, after in pairwise(worth)]

    def _passes(self, rule: Item, positions: list[Position]) -> int:
        """Return the column of a kind that may be one only if each of its measures passes."""
        column = self._program.column()
        self._kinds.append(column)
        required = float(rule.required * _SHARES)
        for position in positions if required else ():
            row = {**self._gains[position], column: -required}
            self._program.row(row, least=-self._ratio(position) - _SHARE_SLACK)
        return column

    def _counted_steps(self, passed: list[int], steps: list[Fraction], terms: _Sum) -> int:
        """Add a column for each number of passing kinds; return that of all of them."""
        columns = [self._program.column() for _ in passed]
        row = {**dict.fromkeys(passed, 1.0), **dict.fromkeys(columns, -1.0)}
        self._program.row(row, least=0)
        for fewer, more in pairwise(columns):
            self._program.row({fewer: 1, more: -1}, least=0)
        terms |= {column: float(step) for column, step in zip(columns, steps, strict=True)}
        return columns[-1]

    def _grown(
        self, g: int, rule: Item, kinds: list[list[Position]], reached: int, low: Fraction
    ) -> _Sum:
        """Add what an item earns beyond its first points as its lowest ratio grows."""
        if rule.interpolation is None:
            return {}
        first, last = rule.interpolation.low_share, rule.interpolation.high_share
        positions = [position for kind in kinds for position in kind]
        full = self._worth(g, dict.fromkeys(positions, last), is_exact=True)
        span = float(full - low)
        slope = span / float((last - first) * _SHARES)
        grown = self._program.column(span, is_whole=False)
        self._program.row({reached: span, grown: -1}, least=0)
        for position in positions:
            row = {line: slope * gain for line, gain in self._gains[position].items()}
            row |= {reached: -slope * float(first) * _SHARES, grown: -1}
            self._program.row(row, least=-slope * (self._ratio(position) + _SHARE_SLACK))
        return {grown: 1.0}

    def _rounded(self, terms: Mapping[int, float], rest: float, *, is_halved: bool = True) -> int:
        """Add a whole number of steps of the rounding, not more than the sum gives, half upwards.

        Where the sum is a whole number of steps already, nothing is rounded.
        """
        column = self._program.column(FULL_POINTS * self._scale)
        row = {term: factor * self._scale for term, factor in terms.items()} | {column: -1.0}
        slack = (_HALF if is_halved else 0.0) + _POINTS_SLACK
        self._program.row(row, least=-rest * self._scale - slack)
        return column

    def _ratio(self, position: Position) -> float:
        return float(Fraction(self._measures[position].ratio_exact or 0) * _SHARES)

    def _worth(
        self, g: int, state: Mapping[Position, Decimal], *, is_exact: bool = False
    ) -> Fraction:
        """Return the points of a group, as far as its items round, with these ratios or none."""
        measures: dict[str, list[Judged]] = defaultdict(list)
        for position, measure in self._measures.items():
            if position[0] == g:
                key = self._counted.groups[g].items[position[1]].key
                ratio = Fraction(state.get(position, 0))
                measures[key].append(Judged(measure.category, ratio, measure))
        points, group = group_points(self._pack, self._pack.groups[g], measures)
        return points if self._step == "item" and not is_exact else Fraction(group.exact_points)
