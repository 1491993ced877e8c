"""Ratios of a whole country at once: the same figures as of one building after another.

Where a line counts, and what a group earns, is asked of the very rules that calculate one
building, once for all lines and groups that agree in what decides it. Between the two only sums
are left, and those are whole numbers of 128 bits. A building whose numbers could leave them is
calculated by fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import msgspec
import polars as pl

from catalog.rules.pack_parts import Item
from catalog.rules.packs import RatioPack
from catalog.rules.ratio.calculate import Calculator, Standing
from catalog.rules.ratio.lines import RatioLine, Role, line_id
from catalog.rules.ratio.placing import Placed, Situation
from catalog.rules.terms import Stage
from catalog.rules.units import Declared, UnitTable

LINES_SCHEMA = pl.Schema(
    {
        "building": pl.Int64(),
        "number": pl.Int64(),
        "is_delivered": pl.Boolean(),
        "category": pl.String(),
        "place": pl.String(),
        "unit": pl.String(),
        "declared": pl.String(),
        "quantity_micro": pl.Int64(),
        "green": pl.Boolean(),
        "green_quantity_micro": pl.Int64(),
    }
)
"""Lines as ``ratio_figures`` takes them: quantities in millionths, ``declared`` as JSON."""
FIGURES_SCHEMA = pl.Schema(
    {"building": pl.Int64(), "p_micro_percent": pl.Int64(), "by_fractions": pl.Boolean()}
)
_SITUATION = ["is_delivered", "category", "place", "unit", "declared"]
_OF_A_LINE = [
    "building", "number", "situation", "quantity_micro", "green", "green_quantity_micro",
]  # fmt: skip
_WHOLE = pl.Int128()
# Sums up to 2^62 times factors up to 2^30 times shares of a million parts stay below 2^127.
_MOST_SUM, _MOST_FACTOR = 2**62, 2**30
_MOST_TOLD = 50_000
_NO_RATIO, _BELOW, _PASSES, _BETWEEN = "n", "b", "p", "i"


class _Target(NamedTuple):
    """What quantities are added up for: an item, a kind of it, in a unit."""

    item: str
    kind: str
    unit: str


def ratio_figures(
    lines: pl.LazyFrame, pack: RatioPack, units: UnitTable, stage: Stage
) -> pl.DataFrame:
    """Return each building's ratio in millionths of a per cent, as ``FIGURES_SCHEMA``.

    ``by_fractions`` marks the buildings that whole numbers could not hold.
    """
    summed = _summed(lines, _SITUATION, stage).collect(engine="streaming")
    stated = summed.select(_SITUATION).unique()
    situations = [_situation_of(row) for row in stated.rows()]
    numbered = stated.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias("situation"))
    return _figures(
        Calculator(pack, units, stage),
        lines.join(numbered.lazy(), on=_SITUATION, nulls_equal=True),
        summed.join(numbered, on=_SITUATION, nulls_equal=True),
        situations,
    )


def figures_by(
    calculator: Calculator, lines: pl.DataFrame, situations: Sequence[Situation]
) -> pl.DataFrame:
    """Return the same by a calculator, which knows more afterwards than before.

    The lines have ``situation``, a position in ``situations``, instead of what decides it.
    """
    summed = _summed(lines.lazy(), ["situation"], calculator.stage).collect()
    return _figures(calculator, lines.lazy(), summed, situations)


def _figures(
    calculator: Calculator,
    lines: pl.LazyFrame,
    summed: pl.DataFrame,
    situations: Sequence[Situation],
) -> pl.DataFrame:
    pack, stage = calculator.pack, calculator.stage
    places, targets = _places(summed, situations, calculator)
    placed = summed.join(places, on="situation")
    odd = placed.filter(
        pl.col("is_odd")
        | (pl.col("quantity").abs() > _MOST_SUM)
        | (pl.col("green_quantity").abs() > _MOST_SUM)
    )["building"].unique()
    whole = placed.filter(~pl.col("building").is_in(odd.implode()))
    percents = _percents(_standings(whole, targets, pack, stage), targets, calculator, pack)
    return pl.concat(
        [
            whole.select(pl.col("building").unique())
            .join(percents, on="building", how="left")
            .with_columns(
                pl.col("p_micro_percent").fill_null(_micro(calculator.percent(()))),
                pl.lit(value=False).alias("by_fractions"),
            ),
            _by_fractions(lines, odd, situations, calculator),
        ]
    ).sort("building")


def _summed(lines: pl.LazyFrame, alike: list[str], stage: Stage) -> pl.LazyFrame:
    """Add up the lines of a building that agree in what decides where they count."""
    quantity, green = pl.col("quantity_micro"), pl.col("green_quantity_micro").fill_null(0)
    if stage is Stage.DESIGN:
        # What is beyond the line's own quantity, or against it, stands for no other line.
        counted = (
            pl.when(quantity >= 0)
            .then(pl.min_horizontal(pl.max_horizontal(green, 0), quantity))
            .otherwise(pl.max_horizontal(pl.min_horizontal(green, 0), quantity))
        )
    else:
        counted = pl.when(pl.col("green")).then(quantity).otherwise(0)
    return lines.group_by("building", *alike).agg(
        quantity.cast(_WHOLE).sum().alias("quantity"),
        counted.cast(_WHOLE).sum().alias("green_quantity"),
    )


def _places(
    summed: pl.DataFrame, situations: Sequence[Situation], calculator: Calculator
) -> tuple[pl.DataFrame, list[_Target]]:
    """Return the target of each situation and its factor, and the targets known, by number.

    Factors are whole numbers: the quantities of one target are counted in a part of its unit.
    """
    numbers_met = summed["situation"].unique()
    met = [situations[number] for number in numbers_met]
    found = [calculator.place_of(situation) for situation in met]
    aims = [_Target(p.item, p.kind, p.unit) if isinstance(p, Placed) else None for p in found]
    scales = dict.fromkeys(sorted({aim for aim in aims if aim is not None}), 1)
    # A target keeps its number, so that what was told of a group can be known again.
    numbers = calculator.target_numbers
    for target in scales:
        numbers.setdefault(target, len(numbers))
    for place, aim in zip(found, aims, strict=True):
        if isinstance(place, Placed) and aim is not None:
            together = lcm(scales[aim], place.factor.denominator)
            scales[aim] = together if together <= _MOST_FACTOR else scales[aim]
    factors = [
        place.factor * scales[aim] if isinstance(place, Placed) and aim is not None else None
        for place, aim in zip(found, aims, strict=True)
    ]
    is_odd = [f is not None and (f.denominator != 1 or f > _MOST_FACTOR) for f in factors]
    whole = [None if f is None or f.denominator != 1 else f.numerator for f in factors]
    places = pl.DataFrame(
        {
            "situation": numbers_met,
            "is_delivered": pl.Series([each.is_delivered for each in met], dtype=pl.Boolean),
            "target": pl.Series([aim and numbers[aim] for aim in aims], dtype=pl.Int32),
            "factor": pl.Series(whole, dtype=_WHOLE),
            "is_odd": pl.Series(is_odd, dtype=pl.Boolean),
        }
    )
    return places, [_Target(*target) for target in numbers]


def _standings(
    placed: pl.DataFrame, targets: list[_Target], pack: RatioPack, stage: Stage
) -> pl.DataFrame:
    """Return how the items of each group stand in each building, as text to be read once."""
    told = _told(targets, pack)
    quantity = pl.col("quantity") * pl.col("factor")
    billed = quantity.filter(~pl.col("is_delivered")).sum().alias("whole")
    if stage is Stage.DESIGN:
        sums = [billed, (pl.col("green_quantity") * pl.col("factor")).sum().alias("green")]
        green, whole = pl.max_horizontal("green", 0), pl.col("whole")
    else:
        came = pl.col("is_delivered")
        sums = [
            billed,
            quantity.filter(came).sum().alias("delivered"),
            (pl.col("green_quantity") * pl.col("factor")).filter(came).sum().alias("green"),
        ]
        green = pl.max_horizontal(pl.min_horizontal("green", "delivered"), 0)
        whole = pl.max_horizontal("whole", "delivered")
    standing = (
        pl.when(whole <= 0)
        .then(pl.lit(_NO_RATIO))
        .when(green * pl.col("required_of") < pl.col("required") * whole)
        .then(pl.lit(_BELOW))
        .when(pl.col("high").is_null() | (green * pl.col("high_of") >= pl.col("high") * whole))
        .then(pl.lit(_PASSES))
        .otherwise(pl.lit(_BETWEEN) + green.cast(pl.String) + pl.lit("/") + whole.cast(pl.String))
    )
    return (
        placed.lazy()
        .filter(pl.col("factor").is_not_null())
        .group_by("building", "target")
        .agg(sums)
        .join(told.lazy(), on="target")
        .sort("building", "target")
        .select(
            "building",
            "group",
            (pl.col("target").cast(pl.String) + pl.lit(":") + standing).alias("standing"),
        )
        .group_by("building", "group", maintain_order=True)
        .agg(pl.col("standing").str.join(" "))
        .collect()
    )


def _told(targets: list[_Target], pack: RatioPack) -> pl.DataFrame:
    """Return for each target its group, and the shares between which points can differ."""
    groups = {item.key: n for n, group in enumerate(pack.groups) for item in group.items}
    rows = []
    for number, target in enumerate(targets):
        item = pack.items[target.item]
        high = item.interpolation.high_share if item.interpolation else None
        rows.append(
            (
                number,
                groups[target.item],
                *item.required.as_integer_ratio(),
                *(high.as_integer_ratio() if high is not None else (None, None)),
            )
        )
    shares = dict.fromkeys(("required", "required_of", "high", "high_of"), _WHOLE)
    schema = {"target": pl.Int32(), "group": pl.Int32(), **shares}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _percents(
    standings: pl.DataFrame, targets: list[_Target], calculator: Calculator, pack: RatioPack
) -> pl.DataFrame:
    """Judge every group that stands differently once, and add the points of each building up."""
    distinct = standings.select("group", "standing").unique()
    told = calculator.told
    if len(told) >= _MOST_TOLD:
        told.clear()
    points: list[tuple[int, Fraction]] = []
    for group, text in distinct.iter_rows():
        earned = told.get((group, text))
        if earned is None:
            standing = _standing(text, targets, pack)
            earned = told[group, text] = calculator.earned(pack.groups[group], standing)
        points.append((group, earned))
    judged = standings.join(
        distinct.with_columns(pl.int_range(pl.len()).alias("judged")), on=["group", "standing"]
    )
    buildings = judged.group_by("building").agg(
        pl.col("judged").sort().cast(pl.String).str.join(" ").alias("together")
    )
    together = buildings.select(pl.col("together").unique())
    percents = [
        _micro(calculator.percent_of(dict(points[int(n)] for n in text.split())))
        for text in together["together"]
    ]
    return buildings.join(
        together.with_columns(pl.Series("p_micro_percent", percents, dtype=pl.Int64)),
        on="together",
    ).select("building", "p_micro_percent")


def _standing(text: str, targets: list[_Target], pack: RatioPack) -> Standing:
    """Read how the items of a group stand."""
    found = []
    for entry in text.split():
        number, _, told = entry.partition(":")
        target = targets[int(number)]
        found.append((target.item, target.kind, _ratio(told, pack.items[target.item])))
    return tuple(found)


def _ratio(told: str, item: Item) -> Fraction | None:
    if told == _NO_RATIO:
        return None
    if told == _BELOW:
        return Fraction(0)
    if told == _PASSES:
        return Fraction(item.interpolation.high_share if item.interpolation else 1)
    return Fraction(told.removeprefix(_BETWEEN))


def _by_fractions(
    lines: pl.LazyFrame,
    buildings: pl.Series,
    situations: Sequence[Situation],
    calculator: Calculator,
) -> pl.DataFrame:
    """Calculate some buildings one after another."""
    found: list[tuple[int, int, bool]] = []
    if len(buildings):
        rows = (
            lines.filter(pl.col("building").is_in(buildings.implode()))
            .select(_OF_A_LINE)
            .sort("building", "number")
            .collect()
        )
        found = [
            (building, _micro(calculator.percent(_lines(part, situations))), True)
            for (building,), part in rows.group_by("building", maintain_order=True)
        ]
    return pl.DataFrame(found, schema=FIGURES_SCHEMA, orient="row")


def _lines(rows: pl.DataFrame, situations: Sequence[Situation]) -> Iterator[RatioLine]:
    for _, number, place, quantity, is_green, green_quantity in rows.iter_rows():
        situation = situations[place]
        yield RatioLine(
            id=line_id(number, is_delivered=situation.is_delivered),
            role=Role.DELIVERED if situation.is_delivered else Role.TOTAL,
            category=situation.category,
            place=situation.place,
            unit=situation.unit,
            declared=situation.declared,
            quantity=Decimal(quantity).scaleb(-6),
            green=is_green,
            green_quantity=None if green_quantity is None else Decimal(green_quantity).scaleb(-6),
        )


def _situation_of(row: Sequence[Any]) -> Situation:
    is_delivered, category, place, unit, stated = row
    declared = () if stated is None else msgspec.json.decode(stated, type=tuple[Declared, ...])
    return Situation(is_delivered, category, place, unit, declared)


def _micro(percent: Decimal) -> int:
    numerator, denominator = percent.as_integer_ratio()
    return numerator * 10**6 // denominator
