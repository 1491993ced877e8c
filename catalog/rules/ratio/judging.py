"""What every method asks of an item: is it used, what is its ratio, which of its kinds pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from catalog.rules.exact import as_decimal, cut, rounded_half_up
from catalog.rules.pack_parts import Item
from catalog.rules.pack_policies import Rounding
from catalog.rules.ratio.tally import Judged, Ratio
from catalog.rules.ratio.trace import ItemResult


class Verdict(msgspec.Struct, frozen=True):
    """An item's exact ratio and the kinds in it; an unused item has no ratio."""

    ratio: Fraction | None
    kinds: int
    kinds_passing: int
    reason: str | None

    @property
    def used(self) -> bool:
        """Whether the building has any of this item."""
        return self.ratio is not None

    @property
    def passing(self) -> Fraction:
        """The part of the item that passes: all, nothing, or so many of its kinds."""
        return Fraction(self.kinds_passing, self.kinds) if self.kinds else Fraction(0)


def verdict(item: Item, measures: Sequence[Ratio]) -> Verdict:
    """Judge an item by its measures; quantities of two dimensions must each pass.

    A measure whose denominator is not positive says nothing, as if it were not there.
    """
    if not measures:
        return Verdict(None, 0, 0, "no-lines")
    required = Fraction(item.required)
    lowest: dict[str | None, Fraction] = {}
    for judged in measures:
        if judged.ratio is not None:
            known = lowest.get(judged.category, judged.ratio)
            lowest[judged.category] = min(known, judged.ratio)
    if not lowest:
        return Verdict(None, 0, 0, "no-quantity")
    passing = sum(ratio >= required for ratio in lowest.values())
    return Verdict(min(lowest.values()), len(lowest), passing, None)


def verdicts(items: tuple[Item, ...], measures: Mapping[str, list[Judged]]) -> list[Verdict]:
    """Judge each item of a group, in its order."""
    return [verdict(item, measures.get(item.key, [])) for item in items]


def item_result(item: Item, found: Verdict, measures: list[Judged], points: Fraction) -> ItemResult:
    """Return the item as it is shown."""
    return ItemResult(
        key=item.key,
        name_zh=item.name_zh,
        name_en=item.name_en,
        clause=item.clause,
        used=found.used,
        reason=found.reason,
        required=item.required,
        ratio=None if found.ratio is None else cut(found.ratio),
        passes=found.used and found.kinds_passing == found.kinds,
        kinds=found.kinds,
        kinds_passing=found.kinds_passing,
        points=as_decimal(points),
        measures=tuple(judged.measure for judged in measures),
    )


def rounded_at(step: str, rounding: Rounding, value: Fraction) -> Fraction:
    """Round the value if this is the step at which the pack rounds."""
    if rounding.step != step:
        return value
    return Fraction(rounded_half_up(value, rounding.places))


def percent_of(points: Fraction, rounding: Rounding) -> Decimal:
    """Return P from the sum of all points, which are out of a hundred."""
    return as_decimal(rounded_at("total", rounding, points))
