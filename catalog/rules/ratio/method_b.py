"""Method B: a group's points times the share of its classes in use that pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from catalog.rules.exact import as_decimal
from catalog.rules.pack_parts import Group
from catalog.rules.pack_policies import Policies
from catalog.rules.ratio.judging import Verdict, item_result, rounded_at, verdicts
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult


def group_points(
    group: Group, measures: Mapping[str, list[Judged]], policies: Policies
) -> tuple[Fraction, GroupResult]:
    """Return the points that a group earns, and how; a group without a class in use earns none.

    A class of several kinds (其他▲) is one class, of which each passing kind is its part; where
    each counts, it is as many classes as it has kinds. A pack that does not say has one class.
    """
    found = verdicts(group.items, measures)
    earned, used = _earned(found, policies)
    worth = _worth(group, used)
    exact = worth * sum(earned, Fraction(0))
    points = rounded_at("group", policies.rounding, exact)
    return points, GroupResult(
        key=group.key,
        name_zh=group.name_zh,
        name_en=group.name_en,
        most_points=group.points,
        points=as_decimal(points),
        exact_points=str(exact),
        used=used,
        passing=str(sum(earned, Fraction(0))),
        items=tuple(
            item_result(item, each, measures.get(item.key, []), worth * passing)
            for item, each, passing in zip(group.items, found, earned, strict=True)
        ),
    )


def points_of(group: Group, found: Sequence[Verdict], policies: Policies) -> Fraction:
    """Return the points alone that a group earns whose items are judged so, in its order."""
    earned, used = _earned(found, policies)
    exact = _worth(group, used) * sum(earned, Fraction(0))
    return rounded_at("group", policies.rounding, exact)


def _earned(found: Sequence[Verdict], policies: Policies) -> tuple[list[Fraction], int]:
    """Return the classes of each item that pass, and how many are in use in all."""
    each_counts = policies.other_kinds == "each-counts"
    classes = [_classes(each, each_counts=each_counts) for each in found]
    passing = [each.passing * count for each, count in zip(found, classes, strict=True)]
    return passing, sum(classes)


def _worth(group: Group, used: int) -> Fraction:
    """Return the points of one class in use."""
    return Fraction(group.points) / used if used else Fraction(0)


def _classes(found: Verdict, *, each_counts: bool) -> int:
    """Return how many classes an item is in N: none where it is unused."""
    return found.kinds if each_counts else int(found.used)
