"""Method A: interpolation, the fixed hundred, and what it shares with no other method."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.rules.lines import delivered, item_of, ratio
from tests.unit.rules.seeds import ratio_pack

PACK = ratio_pack("ratio-a-2019@2019.2")


@pytest.mark.parametrize(
    ("category", "green", "points"),
    [
        ("ready-mixed-concrete", "79.9999", "0"),
        ("ready-mixed-concrete", "80", "10"),
        ("ready-mixed-concrete", "90", "15"),
        ("ready-mixed-concrete", "91.1", "15.6"),
        ("ready-mixed-concrete", "100", "20"),
        ("ready-mixed-mortar", "49", "0"),
        ("ready-mixed-mortar", "50", "5"),
        ("ready-mixed-mortar", "75", "7.5"),
        ("ready-mixed-mortar", "100", "10"),
    ],
)
def test_interpolates_concrete_and_mortar_to_one_decimal(
    category: str, green: str, points: str
) -> None:
    grey = str(100 - Decimal(green))
    lines = [delivered("a", category, green), delivered("b", category, grey, green=False)]
    assert ratio(PACK, lines).percent == Decimal(points)


def test_counts_precast_components_with_the_concrete() -> None:
    lines = [
        delivered("cast", "ready-mixed-concrete", "90"),
        delivered("precast", "precast-components", "10", green=False),
    ]
    found = item_of(ratio(PACK, lines), "s1-concrete")
    assert found.ratio == Decimal("0.9") and found.points == 15


def test_gives_other_kinds_five_points_however_many_pass() -> None:
    lines = [delivered("a", "taps", "10", "piece"), delivered("b", "valves", "9", "piece")]
    assert item_of(ratio(PACK, lines), "s4-other").points == 5
    one_fails = [lines[0], delivered("b", "valves", "9", "piece", green=False)]
    assert item_of(ratio(PACK, one_fails), "s4-other").points == 5
    assert item_of(ratio(PACK, one_fails[1:]), "s4-other").points == 0


def test_a_full_table_as_published_gives_95() -> None:
    lines = []
    for item in PACK.items.values():
        entry = next(entry for entry in PACK.mapping if item.key in entry.targets)
        place = next((p for p, key in entry.places.items() if key == item.key), None)
        unit = item.units[0] if item.units else "set"
        lines.append(delivered(item.key, entry.category, "3", unit, place=place))
    result = ratio(PACK, lines)
    assert not result.excluded
    assert result.percent == 95


def test_unused_items_cost_points_here_and_nothing_in_method_b() -> None:
    """Four finishing and sanitary items that a building does not have (worked example 5)."""
    finishes = [
        delivered("wall", "wall-coatings", "3", "m2", place="interior-wall"),
        delivered("ceiling", "ceiling-systems", "3", "m2"),
        delivered("floor", "wood-flooring", "3", "m2"),
        delivered("basin", "sanitary-ware", "3", "piece"),
    ]
    rest = [
        delivered("concrete", "ready-mixed-concrete", "3"),
        delivered("tiles", "building-ceramics", "3", "m2", place="exterior-wall"),
    ]
    other = ratio_pack("ratio-b-2021@2021.2")
    assert ratio(PACK, [*rest, *finishes]).percent - ratio(PACK, rest).percent == 20
    assert ratio(other, [*rest, *finishes]).percent == ratio(other, rest).percent
