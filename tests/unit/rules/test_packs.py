"""The shipped packs are whole, and a pack that is not is refused with its reasons."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import seed_data
from catalog.rules.pack_measures import Band, Demand, GoodsClass
from catalog.rules.pack_parts import CategoryMapping, Gate, Group, Interpolation, Item, Part, Tier
from catalog.rules.pack_policies import ProofPolicies, Rounding
from catalog.rules.packs import (
    PackChoice,
    PackInUse,
    PackInvalidError,
    RatioPack,
    content_hash,
    named,
    pack_for,
    pack_in_force,
    pack_schema,
    parse_pack,
    version_order,
)
from tests.unit.rules.seeds import categories, content, places, ratio_pack, unit_table

RATIO_PACKS = [
    "ratio-a-2019",
    "ratio-a-2019@2019.2",
    "ratio-a-2019-adopted",
    "ratio-a-2019-two-kinds",
    "ratio-b-2021",
    "ratio-b-2021@2021.2",
    "ratio-b-2021-adopted",
    "ratio-b-2021-certified-or-adopted",
    "ratio-b-chengdu-2024",
    "ratio-b-sichuan-2024",
    "ratio-c-city",
]
FILES = [path.removeprefix("rules/").removesuffix(".toml") for path in seed_data.files("rules")]
PACKS = [parse_pack(content(name)) for name in FILES]
# Published before clauses were asked for, and never to be edited; each has a later version.
BEFORE_CLAUSES = {
    "ratio-a-2019": "cd0b160b49b9",
    "ratio-b-2021": "66d693880d95",
}
ADOPTED_COUNT = {
    "ratio-a-2019-adopted",
    "ratio-b-2021-adopted",
    "ratio-b-2021-certified-or-adopted",
}
TO_BE_CHOSEN = {"ratio-c-city", "ratio-a-2019-two-kinds", *ADOPTED_COUNT}
CITY = ratio_pack("ratio-c-city")


def test_ships_every_method_and_measure() -> None:
    assert sorted(named(pack) for pack in PACKS) == [
        "admission-xpcc-2025@2025.1",
        "checks-2026@2026.1",
        "demand-2026@2026.1",
        "local-materials-2019@2019.1",
        "procurement-2025@2025.1",
        "procurement-2025@2025.2",
        "ratio-a-2019-adopted@2026.1",
        "ratio-a-2019-two-kinds@2019.1",
        "ratio-a-2019@2019.1",
        "ratio-a-2019@2019.2",
        "ratio-b-2021-adopted@2026.1",
        "ratio-b-2021-certified-or-adopted@2026.1",
        "ratio-b-2021@2021.1",
        "ratio-b-2021@2021.2",
        "ratio-b-chengdu-2024@2024.1",
        "ratio-b-sichuan-2024@2024.1",
        "ratio-c-city@2024.1",
        "reporting-xpcc-2021@2021.1",
        "score-2026@2026.1",
        "tender-2026@2026.1",
        "tender-2026@2026.2",
        "thresholds-2019@2019.1",
        "thresholds-2024@2024.1",
        "thresholds-chengdu-2024@2024.1",
        "watch-2026@2026.1",
        "watch-2026@2026.2",
    ]


@pytest.mark.parametrize("name", BEFORE_CLAUSES)
def test_a_published_pack_is_what_it_was(name: str) -> None:
    assert content_hash(content(name)).startswith(BEFORE_CLAUSES[name])


def _without_a_clause(part: Part, path: str) -> Iterator[str]:
    """Yield where a pack states a value and no clause for it."""
    fields = type(part).model_fields
    if "clause" in fields and not getattr(part, "clause"):  # noqa: B009  Not every part has one.
        yield path
    if isinstance(part, ProofPolicies):
        yield from (f"{path}.{name}" for name in part.stated if not part.clause(name))
    for name in fields:
        value = getattr(part, name)
        for position, inner in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(inner, Part) and not isinstance(inner, Rounding | Interpolation):
                yield from _without_a_clause(inner, f"{path}.{name}[{position}]")


@pytest.mark.parametrize("name", FILES)
def test_every_value_has_its_clause(name: str) -> None:
    bare = list(_without_a_clause(parse_pack(content(name)), name))
    assert bool(bare) == (name in BEFORE_CLAUSES), bare[:10]


def test_what_states_a_value_has_a_field_for_its_clause() -> None:
    parts: set[type[Part]] = {Item, Group, Tier, Gate, CategoryMapping, GoodsClass, Demand, Band}
    assert all("clause" in part.model_fields for part in parts)


@pytest.mark.parametrize("name", FILES)
def test_a_pack_that_is_in_force_nowhere_says_why(name: str) -> None:
    pack = parse_pack(content(name))
    assert pack.must_be_chosen == (name in TO_BE_CHOSEN)
    assert pack.unsure_zh or not pack.must_be_chosen


def test_no_pack_in_force_asks_for_adoption() -> None:
    asking = {
        pack.key
        for pack in PACKS
        if isinstance(pack, RatioPack) and "adoption" in pack.policies.green_evidence
    }
    assert asking == ADOPTED_COUNT


@pytest.mark.parametrize("name", sorted(ADOPTED_COUNT))
def test_a_pack_over_another_differs_only_in_what_it_says(name: str) -> None:
    own = seed_data.read_toml(f"rules/{name}.toml")
    base, whole = content(own.pop("based_on")), content(name)
    assert whole.keys() == base.keys() | own.keys()
    for part in whole.keys() - own.keys():
        assert whole[part] == base[part]
    told = {"green_evidence", "clauses"}
    others = {key: value for key, value in whole["policies"].items() if key not in told}
    assert others == {k: v for k, v in base["policies"].items() if k not in told}
    assert whole["policies"]["clauses"].keys() == base["policies"]["clauses"].keys()


def test_method_c_has_the_rows_of_the_citys_table() -> None:
    found = {
        item.name_zh: (str(line.low_share), str(line.low_points), str(line.high_points))
        for item in CITY.items.values()
        if (line := item.interpolation)
    }
    assert len(found) == len(CITY.items) == 14
    assert sum(group.points for group in CITY.groups) == 100
    assert found["预拌混凝土"] == ("0.8", "10", "20")
    assert found["预拌砂浆"] == ("0.5", "5", "10")
    assert found["内隔墙墙材"] == ("0.8", "5", "8")
    assert found["密封材料"] == ("0.8", "1", "2")


def test_a_later_version_of_method_b_says_the_same_of_rows_and_more_of_proof() -> None:
    old, new = ratio_pack("ratio-b-2021"), ratio_pack("ratio-b-2021@2021.2")
    assert old.items.keys() == new.items.keys()
    assert {key: entry.targets for key, entry in old.mapped.items()} == {
        key: entry.targets for key, entry in new.mapped.items()
    }
    assert new.policies.green_evidence == ("certificate", "test-report")
    assert new.policies.report_years is None
    assert ratio_pack("ratio-b-sichuan-2024").policies.green_evidence == ("certificate",)


def test_chengdu_counts_no_precast_components_and_each_other_kind() -> None:
    pack = ratio_pack("ratio-b-chengdu-2024")
    assert pack.mapped["precast-components"].targets == ()
    assert pack.policies.other_kinds == "each-counts"
    assert pack.items["q1-stone"].units == ("m3",)


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


@pytest.mark.parametrize("name", [name for name in RATIO_PACKS if name.startswith("ratio-b")])
def test_method_b_has_42_classes_in_groups_of_45_35_15_5(name: str) -> None:
    groups = ratio_pack(name).groups
    assert [len(group.items) for group in groups] == [15, 12, 10, 5]
    assert [int(group.points) for group in groups] == [45, 35, 15, 5]


def test_method_a_as_published_sums_to_95() -> None:
    assert sum(group.points for group in ratio_pack("ratio-a-2019").groups) == 95
    assert sum(group.points for group in ratio_pack("ratio-a-2019-two-kinds").groups) == 100


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
    assert found is not None and named(found) == "ratio-a-2019@2019.2"


@pytest.mark.parametrize(
    ("place", "on", "name"),
    [
        ("CN-XJ-XPCC", dt.date(2025, 1, 1), "ratio-b-2021@2021.2"),
        ("CN-SC", dt.date(2024, 10, 31), "ratio-b-2021@2021.2"),
        ("CN-SC", dt.date(2024, 11, 1), "ratio-b-sichuan-2024@2024.1"),
        ("CN-SC-Mianyang", dt.date(2025, 1, 1), "ratio-b-sichuan-2024@2024.1"),
        ("CN-SC-Chengdu", dt.date(2025, 1, 1), "ratio-b-chengdu-2024@2024.1"),
    ],
)
def test_method_b_goes_by_place_and_day(place: str, on: dt.date, name: str) -> None:
    found = pack_in_force(PACKS, kind="ratio", place=place, on=on, method="B")
    assert found is not None and named(found) == name


def test_method_c_is_in_force_nowhere() -> None:
    day = dt.date(2025, 1, 1)
    assert pack_in_force(PACKS, kind="ratio", place="CN", on=day, method="C") is None


def test_version_ten_comes_after_version_nine() -> None:
    versions = ["2021.10", "2021.9", "2021.1"]
    assert sorted(versions, key=version_order) == ["2021.1", "2021.9", "2021.10"]


def _choice(pack: str, *, kind: str = "ratio", method: str | None = "B") -> PackChoice:
    return PackChoice(
        id=1,
        kind=kind,
        method=method,
        pack=pack,
        reason="评审会要求",
        actor="test",
        chosen_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    )


def _in_use(choices: list[PackChoice], method: str) -> PackInUse | None:
    day = dt.date(2025, 1, 1)
    return pack_for(PACKS, choices, kind="ratio", place="CN-XJ-XPCC", on=day, method=method)


def test_a_choice_goes_before_what_is_in_force_and_is_told() -> None:
    choice = _choice("ratio-b-chengdu-2024@2024.1")
    found = _in_use([choice], "B")
    assert found is not None
    assert (named(found.pack), found.choice) == ("ratio-b-chengdu-2024@2024.1", choice)


def test_a_choice_for_one_method_leaves_the_others_alone() -> None:
    found = _in_use([_choice("ratio-b-chengdu-2024@2024.1")], "A")
    assert found is not None
    assert (named(found.pack), found.choice) == ("ratio-a-2019@2019.2", None)
    assert _in_use([_choice("ratio-b-chengdu-2024@2024.1")], "C") is None


def test_method_c_is_used_where_it_is_chosen() -> None:
    found = _in_use([_choice("ratio-c-city@2024.1", method="C")], "C")
    assert found is not None and found.pack.key == "ratio-c-city"


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


def test_refuses_a_policy_without_a_clause() -> None:
    broken = _broken("ratio-b-sichuan-2024")
    del broken["policies"]["clauses"]["rounding"]
    with pytest.raises(PackInvalidError, match=r"policies: .*without a clause: rounding"):
        parse_pack(broken)


def test_refuses_a_clause_for_a_policy_that_is_not_stated() -> None:
    broken = _broken("ratio-b-sichuan-2024")
    broken["policies"]["clauses"]["report_years"] = "第9条"
    with pytest.raises(PackInvalidError, match="a clause for what is not stated: report_years"):
        parse_pack(broken)


def test_refuses_other_kinds_that_the_method_cannot_follow() -> None:
    broken = _broken("ratio-c-city")
    broken["policies"]["other_kinds"] = "each-counts"
    with pytest.raises(PackInvalidError, match="other_kinds cannot be each-counts"):
        parse_pack(broken)


def test_refuses_a_pack_that_must_be_chosen_and_does_not_say_why() -> None:
    broken = _broken("ratio-c-city")
    del broken["unsure_zh"], broken["unsure_en"]
    with pytest.raises(PackInvalidError, match="why is it not in force"):
        parse_pack(broken)


def test_refuses_a_mapping_to_no_class_of_a_procurement_standard() -> None:
    broken = _broken("procurement-2025@2025.2")
    broken["mapping"][0]["item"] = "gold"
    with pytest.raises(PackInvalidError, match="no item gold"):
        parse_pack(broken)


def test_refuses_to_know_the_choice_of_a_class_that_nobody_read() -> None:
    broken = _broken("procurement-2025@2025.2")
    unread = broken["sections"][-1]["classes"][0]
    unread["choice"] = "must"
    with pytest.raises(PackInvalidError, match=f"class {unread['key']} was not read"):
        parse_pack(broken)


def test_names_every_fault_with_its_place() -> None:
    broken = _broken("ratio-b-2021", colour="green")
    broken["groups"][0]["items"][0]["required"] = "80"
    broken["groups"][1]["points"] = -1
    with pytest.raises(PackInvalidError) as refused:
        parse_pack(broken)
    told = str(refused.value)
    assert "groups.0.items.0.required" in told and "groups.1.points" in told and "colour" in told


def test_refuses_tiers_that_fall() -> None:
    broken = _broken("thresholds-2024")
    broken["tiers"].reverse()
    with pytest.raises(PackInvalidError, match="tiers must rise"):
        parse_pack(broken)


def test_the_printed_schema_is_that_of_the_program() -> None:
    printed = Path(__file__).parents[3] / "docs" / "reference" / "rule-packs.schema.json"
    assert json.loads(printed.read_text(encoding="utf-8")) == pack_schema()
