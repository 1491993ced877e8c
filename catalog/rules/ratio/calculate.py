"""The application ratio of one building, by the method of a pack."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from catalog.rules.packs import RatioPack
from catalog.rules.ratio import method_a, method_b
from catalog.rules.ratio.judging import percent_of
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.tally import tally
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

_METHODS = {"A": method_a.group_points, "B": method_b.group_points}


def calculate(
    pack: RatioPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage
) -> RatioResult:
    """Return the ratio with its trace; the order of the lines changes nothing.

    A line that the pack cannot place or measure is left out and listed with its reason.
    """
    counted = tally(pack, lines, units, stage)
    rounding = pack.policies.rounding
    results = [_METHODS[pack.method](group, counted.measures, rounding) for group in pack.groups]
    return RatioResult(
        pack=pack.key,
        pack_version=pack.version,
        method=pack.method,
        stage=stage,
        percent=percent_of(sum((points for points, _ in results), Fraction(0)), rounding),
        groups=tuple(group for _, group in results),
        excluded=counted.excluded,
        unstated_lines=sum(
            judged.measure.unstated_lines
            for measures in counted.measures.values()
            for judged in measures
        ),
    )
