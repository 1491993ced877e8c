"""The shipped packs are whole, and a pack that is not is refused with its reasons."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest

import seed_data
from catalog.rules.packs import PackInvalidError, content_hash, pack_in_force, parse_pack
from tests.unit.rules.seeds import categories, content, places, ratio_pack, unit_table

RATIO_PACKS = ["ratio-a-2019", "ratio-b-2021"]
PACKS = [parse_pack(seed_data.read_toml(path)) for path in seed_data.files("rules")]


def test_ships_two_methods_and_three_thresholds() -> None:
    assert sorted(pack.key for pack in PACKS) == [
        "ratio-a-2019",
        "ratio-b-2021",
        "thresholds-2019",
        "thresholds-2024",
        "thresholds-chengdu-2024",
    ]


@pytest.mark.parametrize("name", RATIO_PACKS)
def test_maps_every_category_and_no_other(name: str) -> None:
    assert set(ratio_pack(name).mapped) == categories()


@pytest.mark.parametrize("name", RATIO_PACKS)
def test_maps_only_by_places_that_exist(name: str) -> None:
    for entry in ratio_pack(name).mapping:
        assert set(entry.places) <= places()


@pytest.mark.parametrize("name", RATIO_PACKS)
def test_measures_items_in_units_that_exist_once_per_dimension(name: str) -> None:
    for item in ratio_pack(name).items.values():
        dimensions = [unit_table().find(unit) for unit in item.units]
        assert all(unit is not None for unit in dimensions)
        assert len({unit.dimension for unit in dimensions if unit}) == len(dimensions)


def test_method_b_has_42_classes_in_groups_of_45_35_15_5() -> None:
    groups = ratio_pack("ratio-b-2021").groups
    assert [len(group.items) for group in groups] == [15, 12, 10, 5]
    assert [int(group.points) for group in groups] == [45, 35, 15, 5]


def test_method_a_as_published_sums_to_95() -> None:
    assert sum(group.points for group in ratio_pack("ratio-a-2019").groups) == 95


def test_the_catalogue_of_2020_has_51_categories_with_a_standard_each() -> None:
    catalogue = seed_data.read_toml("taxonomy/catalogue_2020.toml")
    groups = {group["key"] for group in catalogue["groups"]}
    rows = catalogue["categories"]
    assert [row["number"] for row in rows] == list(range(1, 52))
    assert {row["group"] for row in rows} == groups
    expected = {f"T/CECS {number}-2019" for number in range(10025, 10076)}
    assert {row["standard"] for row in rows} == expected
    counts = [sum(row["group"] == group["key"] for row in rows) for group in catalogue["groups"]]
    assert counts == [8, 16, 7, 9, 8, 3]


def test_the_typical_unit_of_a_category_exists() -> None:
    for name in ("catalogue_2020", "catalogue_later"):
        for row in seed_data.read_toml(f"taxonomy/{name}.toml")["categories"]:
            assert unit_table().find(row["unit"]) is not None


def test_the_divisions_are_fourteen_and_the_corps() -> None:
    rows = seed_data.read_toml("divisions/divisions.toml")["divisions"]
    assert [row["key"] for row in rows] == [f"{number:02}" for number in range(15)]
    codes = [row["city_code"] for row in rows if "city_code" in row]
    assert sorted(codes) == [f"6590{number:02}" for number in range(1, 13)]


def test_a_divisions_names_follow_each_other_day_by_day() -> None:
    for row in seed_data.read_toml("divisions/divisions.toml")["divisions"]:
        for before, after in zip(row["names"], row["names"][1:], strict=False):
            assert before["valid_to"] + dt.timedelta(days=1) == after["valid_from"]


@pytest.mark.parametrize(
    ("folder", "kind"), [("divisions", "divisions"), ("places", "places"), ("units", "units")]
)
def test_no_alias_names_two_things(folder: str, kind: str) -> None:
    owners: dict[str, str] = {}
    for row in seed_data.read_toml(f"{folder}/{folder}.toml")[kind]:
        names = {name["name_zh"] for name in row.get("names", [])} | {row.get("name_zh", "")}
        for alias in ({row["key"], *row["aliases"]} | names) - {""}:
            assert owners.setdefault(alias, row["key"]) == row["key"]


@pytest.mark.parametrize(
    ("place", "on", "key"),
    [
        ("CN-XPCC", dt.date(2024, 9, 30), "thresholds-2019"),
        ("CN-XPCC", dt.date(2024, 10, 1), "thresholds-2024"),
        ("CN-SC-Chengdu", dt.date(2025, 1, 1), "thresholds-chengdu-2024"),
        ("CN-SC", dt.date(2025, 1, 1), "thresholds-2024"),
        ("CN-SC-Chengdu", dt.date(2020, 1, 1), "thresholds-2019"),
    ],
)
def test_the_nearest_and_latest_pack_is_in_force(place: str, on: dt.date, key: str) -> None:
    found = pack_in_force(PACKS, kind="thresholds", place=place, on=on)
    assert found is not None and found.key == key


def test_no_pack_is_in_force_before_the_first() -> None:
    day = dt.date(2019, 7, 31)
    assert pack_in_force(PACKS, kind="thresholds", place="CN", on=day) is None


def test_a_method_can_be_asked_for() -> None:
    day = dt.date(2025, 1, 1)
    found = pack_in_force(PACKS, kind="ratio", place="CN", on=day, method="A")
    assert found is not None and found.key == "ratio-a-2019"


def test_the_hash_sees_a_value_and_not_the_order() -> None:
    one = content("thresholds-2024")
    other = dict(reversed(one.items()))
    assert content_hash(one) == content_hash(other)
    other["version"] = "2024.2"
    assert content_hash(one) != content_hash(other)


def _broken(name: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(content(name)), **changes}


def test_refuses_a_field_that_nobody_knows() -> None:
    with pytest.raises(PackInvalidError, match="colour: Extra inputs"):
        parse_pack(_broken("thresholds-2024", colour="green"))


def test_refuses_an_unknown_kind_of_pack() -> None:
    with pytest.raises(PackInvalidError, match="kind"):
        parse_pack(_broken("thresholds-2024", kind="wish"))


def test_refuses_a_float() -> None:
    broken = _broken("ratio-a-2019")
    broken["groups"][0]["items"][0]["required"] = 0.8
    with pytest.raises(PackInvalidError, match="float is not exact"):
        parse_pack(broken)


def test_refuses_a_share_above_one() -> None:
    broken = _broken("ratio-b-2021")
    broken["groups"][0]["items"][0]["required"] = "80"
    with pytest.raises(PackInvalidError, match="less than or equal to 1"):
        parse_pack(broken)


def test_refuses_groups_that_do_not_sum_to_a_hundred() -> None:
    broken = _broken("ratio-b-2021")
    broken["groups"][3]["points"] = "6"
    with pytest.raises(PackInvalidError, match="sum to 101 points"):
        parse_pack(broken)


def test_refuses_a_group_of_method_a_that_its_items_do_not_fill() -> None:
    broken = _broken("ratio-a-2019")
    broken["groups"][3]["points"] = "30"
    with pytest.raises(PackInvalidError, match="group s4 has 30 points, items 25"):
        parse_pack(broken)


def test_refuses_an_item_that_occurs_twice() -> None:
    broken = _broken("ratio-b-2021")
    broken["groups"][1]["items"][0]["key"] = "q1-concrete"
    with pytest.raises(PackInvalidError, match="item q1-concrete occurs more than once"):
        parse_pack(broken)


def test_refuses_a_mapping_to_no_item() -> None:
    broken = _broken("ratio-b-2021")
    broken["mapping"][0]["item"] = "q9-nothing"
    with pytest.raises(PackInvalidError, match="no item q9-nothing"):
        parse_pack(broken)


def test_refuses_a_mapping_that_says_nothing() -> None:
    broken = _broken("ratio-b-2021")
    del broken["mapping"][0]["item"]
    with pytest.raises(PackInvalidError, match="give item, places, or none_zh"):
        parse_pack(broken)


def test_refuses_a_precast_policy_that_the_mapping_contradicts() -> None:
    broken = _broken("ratio-a-2019")
    broken["policies"]["precast"] = "not-counted"
    with pytest.raises(PackInvalidError, match="precast policy"):
        parse_pack(broken)


def test_refuses_tiers_that_fall() -> None:
    broken = _broken("thresholds-2024")
    broken["tiers"].reverse()
    with pytest.raises(PackInvalidError, match="tiers must rise"):
        parse_pack(broken)
