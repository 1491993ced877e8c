"""The lines behind a sum, each as it counted, and the lines that count nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from catalog.rules.exact import as_decimal, cut
from catalog.rules.proof import Proof
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.placing import Placed, Unplaced
from catalog.rules.ratio.sums import Sum
from catalog.rules.ratio.trace import ExcludedLine, Measure, NotGreenLine
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, UnitTable

Parts = Sequence[tuple[Placed, list[RatioLine]]]
_NO = Decimal(0)
UNTRACED = Measure(
    category=None, unit="", billed=_NO, delivered=_NO, green=_NO, denominator=_NO, ratio=None,
    ratio_exact=None, passes=False, unstated_lines=0, numerator_lines=(), denominator_lines=(),
    not_green_lines=(), conversions={}, proofs={},
)  # fmt: skip
"""Stands for the lines of a measure of which only the points are asked."""


def measure_of(total: Sum, required: Fraction, units: UnitTable, stage: Stage) -> Measure:
    """Return a sum as it is shown, with its lines."""
    billed, delivered, green, denominator = (
        as_decimal(Fraction(number, total.scale))
        for number in (total.billed, total.delivered, total.green, total.denominator)
    )
    ratio = total.ratio
    green_lines, not_green = _by_greenness(total.parts, stage)
    lines = [line for _, members in total.parts for line in members]
    return Measure(
        category=total.kind or None,
        unit=total.unit,
        billed=billed,
        delivered=delivered,
        green=green,
        denominator=denominator,
        ratio=None if ratio is None else cut(ratio),
        ratio_exact=None if ratio is None else str(ratio),
        passes=ratio is not None and ratio >= required,
        unstated_lines=total.unstated,
        numerator_lines=tuple(sorted(green_lines)),
        denominator_lines=tuple(sorted(line.id for line in lines)),
        not_green_lines=tuple(sorted(not_green, key=lambda line: line.line)),
        conversions=_conversions(total.parts, units),
        proofs=_proofs(lines),
    )


def excluded_lines(
    left_out: Iterable[tuple[Unplaced, list[RatioLine]]],
) -> tuple[ExcludedLine, ...]:
    """Return the lines that count nowhere, in order, each with its reason."""
    found = [
        ExcludedLine(line=line.id, reason=unplaced.reason, facts=unplaced.facts)
        for unplaced, members in left_out
        for line in members
    ]
    return tuple(sorted(found, key=lambda line: line.line))


def _by_greenness(parts: Parts, stage: Stage) -> tuple[list[str], list[NotGreenLine]]:
    """Return the lines that are green, and why the others are not."""
    green, not_green = [], []
    for _, members in parts:
        for line in members:
            if line.role is Role.DELIVERED:
                found = _delivered(line)
            elif stage is Stage.DESIGN:
                found = _planned(line)
            else:
                continue
            if found is None:
                green.append(line.id)
            else:
                not_green.append(found)
    return green, not_green


def _delivered(line: RatioLine) -> NotGreenLine | None:
    if line.green:
        return None
    return NotGreenLine(line=line.id, known=line.green is not None, reason=line.green_reason)


def _planned(line: RatioLine) -> NotGreenLine | None:
    if line.green_quantity is None:
        reason = line.green_reason or "not-stated"
        return NotGreenLine(line=line.id, known=False, reason=reason)
    if line.green_quantity == 0 or line.quantity == 0:
        reason = line.green_reason or "planned-without"
        return NotGreenLine(line=line.id, known=True, reason=reason)
    return None


def _conversions(parts: Parts, units: UnitTable) -> dict[str, str]:
    """Return how each line came to the unit of the sum, of those that are stated in another."""
    found = {}
    for placed, members in parts:
        if not placed.is_converted:
            continue
        for line in members:
            way = units.convert(line.quantity, line.unit or "", placed.unit, declared=line.declared)
            if isinstance(way, Converted):
                found[line.id] = way.path
    return dict(sorted(found.items()))


def _proofs(lines: Iterable[RatioLine]) -> dict[str, Proof]:
    found = {line.id: line.proof for line in lines if line.proof is not None}
    return dict(sorted(found.items()))
