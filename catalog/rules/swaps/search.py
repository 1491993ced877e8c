"""Find the best plan: HiGHS proposes, the calculator confirms or shuts the proposal out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from catalog.rules.exact import rounded_half_up
from catalog.rules.swaps.answer import Count, Objective
from catalog.rules.swaps.points import Points
from catalog.rules.swaps.program import Program, Row, Solution, UnsettledError

_HALF = 0.5
# The solver lets a row fail by a millionth of its largest part: costs are told apart no finer.
_FINEST = Fraction(2, 1_000_000)
_FEN = 100

Costs = Mapping[str, Decimal | None]
Lines = frozenset[str]
Percent = Callable[[Lines], Decimal]
_ORDERS = {
    Objective.FEWEST: (Count.SWAPS, Count.UNKNOWN_COSTS, Count.EXTRA_COST),
    Objective.CHEAPEST: (Count.UNKNOWN_COSTS, Count.EXTRA_COST, Count.SWAPS),
}


class _Effort(msgspec.Struct, frozen=True):
    """How often the solver is asked again, and how many nodes it may look at each time."""

    rounds: int
    nodes: int


_FULL = _Effort(rounds=60, nodes=5_000)
# Which of several equally good plans is named is worth less searching. Plans of equally few swaps
# are hard to tell apart: of more lines than a few, only those that let the same kinds pass are.
_AMONG_EQUALS = _Effort(rounds=3, nodes=20)
_FEW = 40


class Limit(msgspec.Struct, frozen=True):
    """No more than so much of something."""

    count: Count
    most: int


class Best(msgspec.Struct, frozen=True):
    """The plan with the highest P within some limits, and whether none has a higher one."""

    lines: Lines
    percent: Decimal
    is_proven: bool


class Found(msgspec.Struct, frozen=True):
    """A plan, whether none is better, and the best within the limits of any better one."""

    lines: Lines
    is_proven: bool
    limits: tuple[Limit, ...]
    less: Best


class Search:
    """Looks through the plans of one building.

    P never falls when one more line is swapped. So a plan that falls short, and every part of it,
    is shut out by asking for a line beside it; what was shut out stays shut out.
    """

    def __init__(self, points: Points, costs: Costs, percent: Percent, *, places: int) -> None:
        self._program: Program = points.program
        self._swaps, self._kinds = points.swaps, points.kinds
        self._percent_column = points.percent
        self._percent = percent
        self._scale = 10**places
        self._worth = {
            Count.SWAPS: dict.fromkeys(self._swaps, 1),
            Count.UNKNOWN_COSTS: {line: int(costs[line] is None) for line in self._swaps},
            Count.EXTRA_COST: {line: _fen(costs[line]) for line in self._swaps},
        }

    def least(self, target: Decimal, objective: Objective) -> Found:
        """Return the best plan that reaches a target which the swap of all lines reaches.

        A second question proves it: what is the highest P with less? Should the solver have been
        wrong before, the answer is a better plan, from which the search goes on.
        """
        lines = frozenset(self._swaps)
        limits: tuple[Limit, ...] = ()
        while True:
            lines, is_best = self._plan(lines, target, objective, limits)
            limits = self._less(lines, objective)
            less = self.most(limits)
            if less.percent < target:
                return Found(lines, is_best and less.is_proven, limits, less)
            lines = less.lines

    def most(self, limits: Sequence[Limit]) -> Best:
        """Return the plan with the highest P within the limits, as far as it can be told."""
        rows = [self._row(limit) for limit in limits]
        best: Lines = frozenset()
        percent = self._percent(best)
        for _ in range(_FULL.rounds):
            rising = Row({self._percent_column: 1.0}, least=int(percent * self._scale) + _HALF)
            try:
                found = self._program.solve(
                    {self._percent_column: 1.0},
                    [*rows, rising],
                    most_nodes=_FULL.nodes,
                    is_maximised=True,
                )
            except UnsettledError:
                break
            if found is None:
                return Best(best, percent, is_proven=True)
            lines = self._chosen(found)
            if self._exceeds(limits, lines):
                rows.append(self._without_all(lines))
                continue
            rows.append(self._beside(lines))
            reached = self._percent(lines)
            if reached > percent:
                best, percent = lines, reached
            promised = found.values[self._percent_column]
            if found.is_best and promised < int(percent * self._scale) + _HALF:
                return Best(best, percent, is_proven=True)
        return Best(best, percent, is_proven=False)

    def _plan(
        self, known: Lines, target: Decimal, objective: Objective, within: Sequence[Limit]
    ) -> tuple[Lines, bool]:
        """Return a plan that is no worse than the known one, and whether none is better."""
        wanted = -int(-(Fraction(target) * self._scale) // 1)
        reaching = Row({self._percent_column: 1.0}, least=wanted - _HALF)
        rows, limits, is_best, effort = [reaching], list(within), True, _FULL
        for count in _ORDERS[objective]:
            try:
                found = self._confirmed(count, rows, limits, target, effort)
            except UnsettledError:
                found = None
            if found is not None:
                known = self._chosen(found)
            amount = self._amount(count, known)
            limits.append(Limit(count, amount))
            if effort is _FULL:
                is_best = is_best and found is not None and found.is_best
                if amount:
                    effort = _AMONG_EQUALS
                    if found and count is Count.SWAPS and len(self._swaps) > _FEW:
                        rows += self._same_kinds(found)
        return known, is_best

    def _confirmed(
        self,
        count: Count,
        wanted: Sequence[Row],
        limits: Sequence[Limit],
        target: Decimal,
        effort: _Effort,
    ) -> Solution | None:
        """Return the plan with the least of something that the calculator confirms."""
        objective = {self._swaps[line]: float(n) for line, n in self._worth[count].items() if n}
        rows = [*wanted, *(self._row(limit) for limit in limits)]
        for _ in range(effort.rounds):
            found = self._program.solve(objective, rows, most_nodes=effort.nodes)
            if found is None:
                return None
            lines = self._chosen(found)
            if self._exceeds(limits, lines):
                rows.append(self._without_all(lines))
            elif self._percent(lines) >= target:
                return found
            else:
                self._program.add(self._beside(lines))
        return None

    def _same_kinds(self, found: Solution) -> list[Row]:
        """Ask that what passes and what does not stays as it is."""
        return [
            Row({column: 1.0}, least=float(found.is_set(column)), most=float(found.is_set(column)))
            for column in self._kinds
        ]

    def _less(self, lines: Lines, objective: Objective) -> tuple[Limit, ...]:
        """Return what a better plan keeps to: less of the first thing that this one has any of."""
        found: list[Limit] = []
        for count in _ORDERS[objective]:
            amount = self._amount(count, lines)
            dearest = max(min(n, amount) for n in self._worth[count].values())
            least_step = max(math.ceil(dearest * _FINEST), 1)
            found.append(Limit(count, max(amount - least_step, 0)))
            if amount:
                break
        return tuple(found)

    def _amount(self, count: Count, lines: Lines) -> int:
        return sum(self._worth[count][line] for line in lines)

    def _exceeds(self, limits: Sequence[Limit], lines: Lines) -> bool:
        return any(self._amount(limit.count, lines) > limit.most for limit in limits)

    def _chosen(self, found: Solution) -> Lines:
        return frozenset(line for line, column in self._swaps.items() if found.is_set(column))

    def _row(self, limit: Limit) -> Row:
        """Return the limit as a row in shares of its largest part, as fits the solver.

        What passes the limit by itself need not be told apart from what passes it just so.
        """
        worth = {line: min(n, limit.most + 1) for line, n in self._worth[limit.count].items()}
        unit = max(worth.values()) or 1
        terms = {self._swaps[line]: n / unit for line, n in worth.items() if n}
        return Row(terms, most=(limit.most + _HALF) / unit)

    def _beside(self, lines: Lines) -> Row:
        """Ask for a line that is not among these."""
        others = [column for line, column in self._swaps.items() if line not in lines]
        return Row(dict.fromkeys(others, 1.0), least=1)

    def _without_all(self, lines: Lines) -> Row:
        """Ask for one of these lines to stay as it is."""
        return Row(dict.fromkeys((self._swaps[line] for line in lines), 1.0), most=len(lines) - 1)


def _fen(cost: Decimal | None) -> int:
    """Return what a swap adds to the cost; what it saves pays for no other swap."""
    return max(int((cost or 0) * _FEN), 0)


def extra_cost(
    quantity: Fraction, price: Decimal | None, planned: Decimal | None
) -> Decimal | None:
    """Return in yuan what the quantity costs more at one price than at another, to the fen."""
    if price is None or planned is None:
        return None
    return rounded_half_up(quantity * (Fraction(price) - Fraction(planned)), 2)
