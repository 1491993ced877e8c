"""The fewest or cheapest swaps that bring a building's ratio to a target."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from catalog.rules.exact import as_decimal
from catalog.rules.packs import RatioPack
from catalog.rules.ratio.calculate import Calculator
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.swaps.answer import (
    Candidate,
    Count,
    Less,
    Objective,
    Offer,
    Reach,
    Swap,
    SwapPlan,
)
from catalog.rules.swaps.explaining import blocks, group_gains
from catalog.rules.swaps.points import points_program
from catalog.rules.swaps.quantities import Swappable, swappable_lines, with_swaps
from catalog.rules.swaps.search import Found, Search, extra_cost
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

_FEN_PLACES = 2


class _Building(msgspec.Struct, frozen=True):
    """A building with its lines as they are and as they can be."""

    calculator: Calculator
    lines: list[RatioLine]
    swappable: dict[str, Swappable]

    def result(self, swapped: frozenset[str]) -> RatioResult:
        """Return the ratio once these lines are swapped."""
        return self.calculator.result(with_swaps(self.lines, self.swappable, swapped))

    def percent(self, swapped: frozenset[str]) -> Decimal:
        """Return P once these lines are swapped."""
        return self.calculator.percent(with_swaps(self.lines, self.swappable, swapped))


def swaps_to_reach(
    pack: RatioPack,
    lines: Iterable[RatioLine],
    units: UnitTable,
    stage: Stage,
    *,
    target: Decimal,
    offers: Iterable[Offer],
    objective: Objective = Objective.FEWEST,
) -> SwapPlan:
    """Return the best swaps with which P reaches the target, in percent, or comes nearest to it.

    A swap makes all of a line green that is not green yet, so all candidates of a line do the
    same for the ratio, and the cheapest of them is its best. A plan of the fewest swaps has, among
    those, the fewest of unknown cost and then the least extra cost; the cheapest plan has the
    fewest swaps of unknown cost, then the least extra cost, then the fewest swaps. Where a product
    costs less than planned the extra cost counts as nothing: savings pay for no other swap.
    """
    every = list(lines)
    calculator = Calculator(pack, units, stage)
    before = calculator.result(every)
    chosen = {offer.line: _best(offer) for offer in offers if offer.candidates}
    still = swappable_lines(every, before, units, stage)
    swappable = {line: still[line] for line in sorted(still, key=_in_order) if line in chosen}
    building = _Building(calculator, every, swappable)
    planned = {offer.line: offer.price for offer in offers}
    swaps = {line: _swap(each, chosen[line], planned[line]) for line, each in swappable.items()}
    best = building.result(frozenset(swappable)) if swappable else before
    reach = _reach(target, before.percent, best.percent)
    nearest = min(target, best.percent)
    lines_swapped: frozenset[str] = frozenset()
    is_proven = True
    less: Less | None = None
    if before.percent < nearest:
        search = Search(
            points_program(pack, before, swappable),
            {line: swap.extra_cost for line, swap in swaps.items()},
            building.percent,
            places=pack.policies.rounding.places,
        )
        found = search.least(nearest, objective)
        lines_swapped, is_proven, less = found.lines, found.is_proven, _less(found)
    after = building.result(lines_swapped)
    made = tuple(swaps[line] for line in swappable if line in lines_swapped)
    return SwapPlan(
        reach=reach,
        objective=objective,
        target=target,
        percent_before=before.percent,
        percent_after=after.percent,
        swaps=made,
        extra_cost=_total(made),
        groups=group_gains(
            before, after, {line: swappable[line].position for line in lines_swapped}
        ),
        is_proven=is_proven,
        less=less,
        blocks=blocks(pack, best, every, set(still) - set(swappable))
        if reach is Reach.OUT_OF_REACH
        else (),
    )


def _reach(target: Decimal, before: Decimal, best: Decimal) -> Reach:
    if before >= target:
        return Reach.REACHED
    return Reach.REACHABLE if best >= target else Reach.OUT_OF_REACH


def _best(offer: Offer) -> Candidate:
    """Return the cheapest candidate; one of unknown price stands behind all others."""
    return min(offer.candidates, key=lambda each: (each.price is None, each.price or 0))


def _in_order(line: str) -> tuple[int, str]:
    return len(line), line


def _swap(each: Swappable, candidate: Candidate, planned: Decimal | None) -> Swap:
    return Swap(
        line=each.line.id,
        product=candidate.product,
        quantity=as_decimal(each.quantity),
        unit=each.line.unit or "",
        price=candidate.price,
        extra_cost=extra_cost(each.quantity, candidate.price, planned),
    )


def _total(swaps: tuple[Swap, ...]) -> Decimal | None:
    costs = [swap.extra_cost for swap in swaps]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _less(found: Found) -> Less:
    """Return what is reached with one swap less, or with one fen less of extra cost."""
    last = found.limits[-1]
    shift = -_FEN_PLACES if last.count is Count.EXTRA_COST else 0
    return Less(
        count=last.count,
        at_most=Decimal(last.most).scaleb(shift),
        percent=found.less.percent,
        is_proven=found.less.is_proven,
    )
