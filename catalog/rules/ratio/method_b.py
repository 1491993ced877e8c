"""Method B: a group's points times the share of its classes in use that pass."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from catalog.rules.exact import as_decimal
from catalog.rules.pack_parts import Group, Rounding
from catalog.rules.ratio.judging import item_result, rounded_at, verdicts
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult


def group_points(
    group: Group, measures: Mapping[str, list[Judged]], rounding: Rounding
) -> tuple[Fraction, GroupResult]:
    """Return the points that a group earns, and how; a group without a class in use earns none.

    A class of several kinds (其他▲) is one class, of which each passing kind is its part.
    """
    found = verdicts(group.items, measures)
    used = [each for each in found if each.used]
    passing = sum((each.passing for each in used), Fraction(0))
    worth = Fraction(group.points) / len(used) if used else Fraction(0)
    exact = worth * passing
    points = rounded_at("group", rounding, exact)
    return points, GroupResult(
        key=group.key,
        name_zh=group.name_zh,
        name_en=group.name_en,
        most_points=group.points,
        points=as_decimal(points),
        exact_points=str(exact),
        used=len(used),
        passing=str(passing),
        items=tuple(
            item_result(item, each, measures.get(item.key, []), worth * each.passing)
            for item, each in zip(group.items, found, strict=True)
        ),
    )
