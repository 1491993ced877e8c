"""Quantities of one item, added up exactly: whole numbers over one denominator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import lcm

from catalog.rules.exact import exact_sum
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.placing import Placed
from catalog.rules.terms import Stage

_NONE = Decimal(0)


@dataclass(slots=True)
class Sum:
    """The quantities of one item, kind and unit: whole numbers of one ``scale``-th of the unit.

    ``denominator`` is the larger of billed and delivered at completion, billed at design.
    ``parts`` are the lines that were added, by where they are placed.
    """

    item: str
    kind: str
    unit: str
    parts: list[tuple[Placed, list[RatioLine]]] = field(default_factory=list)
    scale: int = 1
    billed: int = 0
    delivered: int = 0
    green: int = 0
    denominator: int = 0
    unstated: int = 0

    @property
    def ratio(self) -> Fraction | None:
        """The green part, from 0 to 1; None where the denominator is not positive."""
        if self.denominator <= 0:
            return None
        return Fraction(min(max(self.green, 0), self.denominator), self.denominator)


def add_up(total: Sum, stage: Stage) -> None:
    """Set the quantities of a sum from its lines."""
    if stage is Stage.DESIGN:
        _add_planned(total)
    else:
        _add_settled(total)


def _add_settled(total: Sum) -> None:
    """Add up what is billed and not delivered as unproven; what came beyond the bill dilutes.

    Green deliveries count up to what was delivered in all: a return of goods that were not
    green must not leave more green on site than there is of anything.
    """
    billed, delivered, green = [], [], []
    for placed, lines in total.parts:
        whole = _converted((line.quantity for line in lines), placed.factor)
        if lines[0].role is not Role.DELIVERED:
            billed.append(whole)
            continue
        delivered.append(whole)
        green.append(_converted((line.quantity for line in lines if line.green), placed.factor))
        total.unstated += sum(line.green is None for line in lines)
    _bring_together(total, billed, delivered, green)
    total.green = min(total.green, total.delivered)
    total.denominator = max(total.billed, total.delivered)


def _add_planned(total: Sum) -> None:
    """Add up what is planned; green that is not stated is none, and is counted as unstated."""
    billed, green = [], []
    for placed, lines in total.parts:
        billed.append(_converted((line.quantity for line in lines), placed.factor))
        green.append(_converted(map(planned_green, lines), placed.factor))
        total.unstated += sum(line.green_quantity is None for line in lines)
    _bring_together(total, billed, [], green)
    total.denominator = total.billed


def planned_green(line: RatioLine) -> Decimal:
    """Return the green of a planned line: what is beyond its own quantity stands for no other."""
    green, quantity = line.green_quantity or _NONE, line.quantity
    if quantity >= 0:
        return min(max(green, _NONE), quantity)
    return max(min(green, _NONE), quantity)


def _converted(quantities: Iterable[Decimal], factor: Fraction) -> tuple[int, int]:
    numerator, denominator = exact_sum(quantities)
    return numerator * factor.numerator, denominator * factor.denominator


def _bring_together(
    total: Sum,
    billed: Sequence[tuple[int, int]],
    delivered: Sequence[tuple[int, int]],
    green: Sequence[tuple[int, int]],
) -> None:
    """Set the sums as whole numbers over one denominator."""
    scale = lcm(*(under for part in (billed, delivered, green) for _, under in part))
    total.scale = scale
    total.billed = sum(over * (scale // under) for over, under in billed)
    total.delivered = sum(over * (scale // under) for over, under in delivered)
    total.green = sum(over * (scale // under) for over, under in green)
