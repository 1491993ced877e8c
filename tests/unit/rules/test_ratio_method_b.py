"""Method B: the worked examples to the digit, and its own rules."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.thresholds import standing
from tests.unit.rules.lines import billed, delivered, item_of, ratio
from tests.unit.rules.seeds import ratio_pack, threshold_pack

PACK = ratio_pack("ratio-b-2021@2021.2")


def a_building(pack: RatioPack, *counts: tuple[int, int]) -> list[RatioLine]:
    """Return lines that use so many classes of each group, of which so many are green."""
    lines = []
    for group, (passing, used) in zip(pack.groups, counts, strict=False):
        plain = [item for item in group.items if not item.by_kind]
        for position, item in enumerate([*plain, *group.items[len(plain) :]][:used]):
            entry = next(entry for entry in pack.mapping if item.key in entry.targets)
            unit = item.units[0] if item.units else "set"
            place = next((p for p, key in entry.places.items() if key == item.key), None)
            lines.append(
                delivered(
                    item.key, entry.category, "7", unit, place=place, green=position < passing
                )
            )
    return lines


@pytest.mark.parametrize("name", ["ratio-b-2021", "ratio-b-2021@2021.2", "ratio-b-sichuan-2024"])
@pytest.mark.parametrize(
    ("counts", "groups", "percent", "points", "star"),
    [
        (((5, 9), (2, 6), (1, 5), (1, 2)), "25.0 11.7 3.0 2.5", "42.2", "4", 3),
        (((3, 5), (2, 4), (1, 4), (1, 3)), "27.0 17.5 3.8 1.7", "50.0", "8", 3),
        (((3, 5), (0, 4), (3, 4), (1, 3)), "27.0 0.0 11.3 1.7", "40.0", "4", 3),
        (((3, 5), (3, 4), (4, 4), (1, 3)), "27.0 26.3 15.0 1.7", "70.0", "12", 3),
        (((5, 9), (2, 6), (1, 5)), "25.0 11.7 3.0 0.0", "39.7", "0", 3),
    ],
)
def test_gives_the_worked_examples_to_the_digit(
    counts: tuple[tuple[int, int], ...],
    groups: str,
    percent: str,
    points: str,
    star: int,
    *,
    name: str,
) -> None:
    pack = ratio_pack(name)
    result = ratio(pack, a_building(pack, *counts))
    assert not result.excluded
    assert [group.points for group in result.groups] == [Decimal(each) for each in groups.split()]
    assert result.percent == Decimal(percent)
    found = standing(threshold_pack("thresholds-2024"), result.percent)
    assert (found.points, found.star) == (Decimal(points), star)


def test_keeps_the_figure_before_rounding_in_the_trace() -> None:
    result = ratio(PACK, a_building(PACK, (3, 5), (2, 4), (1, 4), (1, 3)))
    assert [group.exact_points for group in result.groups] == ["27", "35/2", "15/4", "5/3"]


def test_a_building_without_lines_has_nothing_and_says_so() -> None:
    result = ratio(PACK, [])
    assert result.percent == 0
    assert {group.used for group in result.groups} == {0}
    assert item_of(result, "q1-concrete").reason == "no-lines"
    assert item_of(result, "q1-concrete").ratio is None


def test_eighty_percent_is_enough_and_just_short_of_it_is_not() -> None:
    lines = [delivered("green", "masonry", "80"), delivered("grey", "masonry", "20", green=False)]
    found = item_of(ratio(PACK, lines), "q1-masonry")
    assert found.passes and found.measures[0].passes
    lines[1] = delivered("grey", "masonry", "20.000001", green=False)
    found = item_of(ratio(PACK, lines), "q1-masonry")
    assert not found.passes and found.ratio == Decimal("0.799999")


def test_other_kinds_are_one_class_of_which_each_kind_is_a_part() -> None:
    lines = [
        delivered("a", "taps", "10", "piece"),
        delivered("b", "valves", "10", "piece"),
        delivered("c", "grease-separators", "1", "set", green=False),
        delivered("d", "wires-and-cables", "500", "m"),
    ]
    result = ratio(PACK, lines)
    group = result.groups[2]
    assert (group.used, group.passing) == (2, "5/3")
    assert group.exact_points == "25/2"
    other = item_of(result, "q3-other")
    assert (other.kinds, other.kinds_passing, other.passes) == (3, 2, False)
    assert {measure.category for measure in other.measures} == {
        "taps",
        "valves",
        "grease-separators",
    }


def test_a_class_in_two_dimensions_passes_only_if_each_does() -> None:
    lines = [
        delivered("sheet", "waterproof-sheet", "1000", "m2"),
        delivered("glue", "sealants", "70", "kg"),
        delivered("paint", "waterproof-coating", "30", "kg", green=False),
    ]
    found = item_of(ratio(PACK, lines), "q1-waterproofing")
    assert [measure.unit for measure in found.measures] == ["m2", "t"]
    assert found.ratio == Decimal("0.7") and not found.passes


def test_what_is_billed_and_not_delivered_is_not_proven() -> None:
    lines = [billed("bill", "masonry", "200"), delivered("note", "masonry", "100")]
    found = item_of(ratio(PACK, lines), "q1-masonry")
    assert found.ratio == Decimal("0.5")
    assert found.measures[0].denominator_lines == ("bill", "note")
    assert found.measures[0].numerator_lines == ("note",)


def test_what_comes_beyond_the_bill_dilutes() -> None:
    lines = [
        billed("bill", "masonry", "100"),
        delivered("green", "masonry", "100"),
        delivered("grey", "masonry", "100", green=False),
    ]
    assert item_of(ratio(PACK, lines), "q1-masonry").ratio == Decimal("0.5")


def test_a_return_of_other_goods_leaves_no_more_green_than_there_is() -> None:
    lines = [
        billed("bill", "masonry", "100"),
        delivered("green", "masonry", "100"),
        delivered("back", "masonry", "-40", green=False),
    ]
    assert item_of(ratio(PACK, lines), "q1-masonry").ratio == Decimal("0.6")


def test_goods_that_all_went_back_leave_the_class_unused() -> None:
    lines = [delivered("in", "masonry", "40"), delivered("out", "masonry", "-40")]
    found = item_of(ratio(PACK, lines), "q1-masonry")
    assert not found.used and found.reason == "no-quantity"


def test_an_unknown_greenness_counts_as_not_green_and_is_reported() -> None:
    lines = [delivered("note", "masonry", green=None, reason="no-product")]
    result = ratio(PACK, lines)
    assert result.unstated_lines == 1
    (line,) = item_of(result, "q1-masonry").measures[0].not_green_lines
    assert (line.line, line.known, line.reason) == ("note", False, "no-product")


def test_a_conversion_shows_its_path() -> None:
    lines = [delivered("note", "steel-members", "2500", "kg")]
    measure = item_of(ratio(PACK, lines), "q1-steel").measures[0]
    assert measure.delivered == Decimal("2.5")
    assert measure.conversions == {"note": "2500 kg × 0.001 t/kg = 2.5 t"}
