"""What swaps gain, item by item, and what stands in the way of more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import Exclusion, ItemResult, RatioResult
from catalog.rules.swaps.answer import Block, GroupGain, ItemGain, Obstacle
from catalog.rules.swaps.quantities import Position

# What is left out for one of these reasons could count once somebody mends the line.
_MENDABLE = (
    Exclusion.NO_CATEGORY,
    Exclusion.NO_PLACE,
    Exclusion.NO_UNIT,
    Exclusion.UNIT_MISMATCH,
)


def group_gains(
    before: RatioResult, after: RatioResult, swapped: Mapping[str, Position]
) -> tuple[GroupGain, ...]:
    """Return the groups and items that the swapped lines belong to, before and after."""
    lines: dict[tuple[int, int], list[str]] = {}
    for line in sorted(swapped, key=lambda line: (swapped[line], len(line), line)):
        lines.setdefault(swapped[line][:2], []).append(line)
    found = []
    for g in sorted({g for g, _ in lines}):
        old, new = before.groups[g], after.groups[g]
        found.append(
            GroupGain(
                key=old.key,
                name_zh=old.name_zh,
                name_en=old.name_en,
                most_points=old.most_points,
                points_before=old.points,
                points_after=new.points,
                items=tuple(
                    _item_gain(old.items[i], new.items[i], tuple(lines[g, i]))
                    for i in range(len(old.items))
                    if (g, i) in lines
                ),
            )
        )
    return tuple(found)


def _item_gain(old: ItemResult, new: ItemResult, lines: tuple[str, ...]) -> ItemGain:
    return ItemGain(
        key=old.key,
        name_zh=old.name_zh,
        name_en=old.name_en,
        required=old.required,
        ratio_before=old.ratio,
        ratio_after=new.ratio,
        kinds=old.kinds,
        passing_before=old.kinds_passing,
        passing_after=new.kinds_passing,
        points_before=old.points,
        points_after=new.points,
        lines=lines,
    )


def blocks(
    pack: RatioPack, best: RatioResult, lines: Iterable[RatioLine], unoffered: Collection[str]
) -> tuple[Block, ...]:
    """Return why the best result is no better: items, lines of items, and lines left out.

    ``unoffered`` are the lines that could be swapped if anything were offered for them.
    """
    delivered = {line.id for line in lines if line.role is Role.DELIVERED}
    found = [
        block
        for group in best.groups
        for item in group.items
        for block in _of_item(pack, item, delivered, unoffered)
    ]
    found += [
        Block(obstacle=Obstacle.LEFT_OUT, item=None, line=each.line, exclusion=each.reason)
        for each in best.excluded
        if each.reason in _MENDABLE
    ]
    return tuple(found)


def _of_item(
    pack: RatioPack, item: ItemResult, delivered: Collection[str], unoffered: Collection[str]
) -> Iterator[Block]:
    if not item.used:
        if pack.policies.unused_item == "zero":
            yield Block(obstacle=Obstacle.NOT_IN_USE, item=item.key, line=None)
        return
    rule = pack.items[item.key]
    wanted = rule.interpolation.high_share if rule.interpolation else rule.required
    for measure in item.measures:
        if measure.ratio is None or _is_full(measure.ratio, wanted):
            continue
        for line in measure.denominator_lines:
            if line in unoffered:
                yield Block(obstacle=Obstacle.NO_CANDIDATE, item=item.key, line=line)
        for other in measure.not_green_lines:
            if other.line in delivered:
                yield Block(obstacle=Obstacle.DELIVERED, item=item.key, line=other.line)


def _is_full(ratio: Decimal, wanted: Decimal) -> bool:
    """Tell whether a ratio, which is cut and never rounded up, has all that it needs."""
    return ratio >= wanted
