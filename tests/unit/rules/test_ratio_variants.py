"""Where packs differ: Chengdu's method B, the city table of method C, the other reading of A."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.thresholds import standing
from catalog.rules.ratio.trace import Exclusion
from tests.unit.rules.lines import delivered, item_of, ratio
from tests.unit.rules.seeds import ratio_pack, threshold_pack

CHENGDU = ratio_pack("ratio-b-chengdu-2024")
SICHUAN = ratio_pack("ratio-b-sichuan-2024")
CITY = ratio_pack("ratio-c-city")
TWO_KINDS = ratio_pack("ratio-a-2019-two-kinds")

OTHER_KINDS = [
    delivered("a", "taps", "10", "piece"),
    delivered("b", "valves", "10", "piece"),
    delivered("c", "grease-separators", "1", "set", green=False),
    delivered("d", "wires-and-cables", "500", "m"),
]


def everything(pack: RatioPack, *, share: str = "1") -> list[RatioLine]:
    """Return deliveries that reach every row of the table with this green share."""
    lines = []
    for item in pack.items.values():
        entry = next(entry for entry in pack.mapping if item.key in entry.targets)
        place = next((p for p, key in entry.places.items() if key == item.key), None)
        unit = item.units[0] if item.units else "set"
        for green, part in ((True, Decimal(share)), (False, 1 - Decimal(share))):
            if part:
                name, quantity = f"{item.key}-{green}", str(part)
                lines.append(
                    delivered(name, entry.category, quantity, unit, place=place, green=green)
                )
    return lines


def test_chengdu_adds_each_other_kind_to_both_counts() -> None:
    # Three kinds, two of them green, and cables: N is 4 and N green is 3.
    group = ratio(CHENGDU, OTHER_KINDS).groups[2]
    assert (group.used, group.passing, group.exact_points) == (4, "3", "45/4")
    assert group.points == Decimal("11.3")


def test_sichuan_counts_other_kinds_as_one_class_of_parts() -> None:
    # The same lines: one class of three kinds and cables: N is 2 and N green is 1 + 2/3.
    group = ratio(SICHUAN, OTHER_KINDS).groups[2]
    assert (group.used, group.passing, group.exact_points) == (2, "5/3", "25/2")


def test_chengdu_gives_a_kind_its_share_of_the_group() -> None:
    other = item_of(ratio(CHENGDU, OTHER_KINDS), "q3-other")
    assert (other.kinds, other.kinds_passing, other.points) == (3, 2, Decimal("7.5"))


def test_chengdu_leaves_precast_components_out_and_says_why() -> None:
    lines = [
        delivered("cast", "ready-mixed-concrete", "80"),
        delivered("precast", "precast-components", "900", green=False),
    ]
    result = ratio(CHENGDU, lines)
    assert item_of(result, "q1-concrete").ratio == 1
    assert result.percent == 45
    (excluded,) = result.excluded
    assert (excluded.line, excluded.reason) == ("precast", Exclusion.NOT_IN_METHOD)
    assert "成都" in excluded.facts["why_zh"]
    # The province counts them, so the same goods cost half of the group there.
    assert ratio(SICHUAN, lines).percent == Decimal("22.5")


def test_chengdu_measures_stone_in_cubic_metres() -> None:
    (excluded,) = ratio(CHENGDU, [delivered("x", "stone", "7", "m2")]).excluded
    assert (excluded.reason, excluded.facts["missing"]) == (Exclusion.UNIT_MISMATCH, "m³/m²")


def test_half_is_worth_less_in_chengdu() -> None:
    city, nation = threshold_pack("thresholds-chengdu-2024"), threshold_pack("thresholds-2024")
    assert standing(city, Decimal("50.0")).points == 4
    assert standing(nation, Decimal("50.0")).points == 8


def test_a_full_city_table_gives_a_hundred() -> None:
    result = ratio(CITY, everything(CITY))
    assert not result.excluded
    assert result.percent == 100
    assert [group.points for group in result.groups] == [30, 18, 30, 22]


def test_a_city_table_at_four_fifths_gives_each_row_its_least() -> None:
    # Mortar is interpolated from 50 %: at 80 % it has 5 + 0.3 / 0.5 × 5 = 8.
    result = ratio(CITY, everything(CITY, share="0.8"))
    assert [group.points for group in result.groups] == [18, 10, 17, 13]
    assert result.percent == 58


def test_a_city_table_gives_nothing_just_below_its_least() -> None:
    result = ratio(CITY, everything(CITY, share="0.799999"))
    assert [group.points for group in result.groups] == [8, 0, 0, 0]


@pytest.mark.parametrize(
    ("green", "points"),
    [("79.9999", "0"), ("80", "1"), ("90", "1.5"), ("99", "2.0"), ("100", "2")],
)
def test_a_city_table_interpolates_sealants(green: str, points: str) -> None:
    grey = str(100 - Decimal(green))
    lines = [
        delivered("a", "sealants", green, "kg"),
        delivered("b", "sealants", grey, "kg", green=False),
    ]
    assert item_of(ratio(CITY, lines), "q4-sealants").points == Decimal(points)


def test_other_kinds_of_a_city_table_go_by_the_weakest() -> None:
    lines = [
        delivered("a", "taps", "10", "piece"),
        delivered("b", "plastic-pipes", "90", "m"),
        delivered("c", "plastic-pipes", "10", "m", green=False),
    ]
    found = item_of(ratio(CITY, lines), "q4-other")
    assert (found.ratio, found.points) == (Decimal("0.9"), 4)


def test_the_other_reading_gives_ten_points_for_two_kinds() -> None:
    taps, valves = delivered("a", "taps", "9", "piece"), delivered("b", "valves", "9", "piece")
    grey = delivered("b", "valves", "9", "piece", green=False)
    assert item_of(ratio(TWO_KINDS, [taps]), "s4-other").points == 5
    assert item_of(ratio(TWO_KINDS, [taps, grey]), "s4-other").points == 5
    assert item_of(ratio(TWO_KINDS, [taps, valves]), "s4-other").points == 10


def test_the_other_reading_reaches_a_hundred() -> None:
    lines = [*everything(TWO_KINDS), delivered("more", "valves", "3", "set")]
    assert ratio(TWO_KINDS, lines).percent == 100
