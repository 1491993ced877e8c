"""Methods A and C: a table of fixed points; what the building does not have earns nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from catalog.rules.exact import as_decimal
from catalog.rules.pack_parts import Group, Item
from catalog.rules.pack_policies import Policies
from catalog.rules.ratio.judging import Verdict, item_result, rounded_at, verdicts
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult


def group_points(
    group: Group, measures: Mapping[str, list[Judged]], policies: Policies
) -> tuple[Fraction, GroupResult]:
    """Return the points that a group earns, and how."""
    found = verdicts(group.items, measures)
    earned, kept = _earned(group, found, policies)
    points = rounded_at("group", policies.rounding, sum(kept, Fraction(0)))
    used = [each for each in found if each.used]
    return points, GroupResult(
        key=group.key,
        name_zh=group.name_zh,
        name_en=group.name_en,
        most_points=group.points,
        points=as_decimal(points),
        exact_points=str(sum(earned, Fraction(0))),
        used=len(used),
        passing=str(sum((each.passing for each in used), Fraction(0))),
        items=tuple(
            item_result(item, each, measures.get(item.key, []), got)
            for item, each, got in zip(group.items, found, kept, strict=True)
        ),
    )


def points_of(group: Group, found: Sequence[Verdict], policies: Policies) -> Fraction:
    """Return the points alone that a group earns whose items are judged so, in its order."""
    _, kept = _earned(group, found, policies)
    return rounded_at("group", policies.rounding, sum(kept, Fraction(0)))


def _earned(
    group: Group, found: Sequence[Verdict], policies: Policies
) -> tuple[list[Fraction], list[Fraction]]:
    """Return the points of each item, exact and as they are kept."""
    earned = [item_points(item, each) for item, each in zip(group.items, found, strict=True)]
    return earned, [rounded_at("item", policies.rounding, points) for points in earned]


def item_points(item: Item, found: Verdict) -> Fraction:
    """Return the points of one row: by the number of kinds, by interpolation, or all at once.

    A row of several kinds whose points do not go by their number goes by its weakest kind.
    """
    if found.ratio is None:
        return Fraction(0)
    if item.tiers:
        reached = (tier.points for tier in item.tiers if tier.kinds <= found.kinds_passing)
        return Fraction(max(reached, default=0))
    if found.ratio < Fraction(item.required):
        return Fraction(0)
    if item.interpolation is None:
        return Fraction(item.points or 0)
    line = item.interpolation
    low, high = Fraction(line.low_share), Fraction(line.high_share)
    rise = Fraction(line.high_points) - Fraction(line.low_points)
    part = (min(found.ratio, high) - low) / (high - low)
    return Fraction(line.low_points) + part * rise
