"""Units are found by every way of writing them and converted exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seed_data
from catalog.rules.units import Converted, UnitMismatch, UnitTable
from tests.unit.rules.seeds import unit_table


@pytest.mark.parametrize(
    ("alias", "key"),
    [
        ("㎡", "m2"),
        ("m²", "m2"),
        ("M2", "m2"),
        ("平方米", "m2"),
        (" m 2 ", "m2"),
        ("㎥", "m3"),
        ("m³", "m3"),
        ("立方米", "m3"),
        ("吨", "t"),
        ("噸", "t"),
        ("公斤", "kg"),
        ("㎏", "kg"),
        ("延米", "m"),
        ("千块", "1000-bricks"),
        ("台", "machine"),
        ("樘", "frame"),
        ("ｍ", "m"),
        ("㎜", "mm"),
    ],
)
def test_finds_a_unit_by_any_way_of_writing_it(alias: str, key: str) -> None:
    found = unit_table().find(alias)
    assert found is not None and found.key == key


def test_does_not_guess_an_unknown_unit() -> None:
    assert unit_table().find("方") is None
    assert unit_table().convert(Decimal(1), "方", "m3") == UnitMismatch("方", "m3", None)


def test_shows_the_path_of_a_conversion() -> None:
    converted = unit_table().convert(Decimal("2.5"), "吨", "kg")
    assert converted == Converted(Fraction(2500), "2.5 t × 1000 kg/t = 2500 kg")


def test_names_the_factor_that_is_missing() -> None:
    assert unit_table().convert(Decimal("12.4"), "m3", "t") == UnitMismatch("m3", "t", "t/m³")


def test_counts_sets_machines_and_pieces_alike_but_not_bags() -> None:
    assert isinstance(unit_table().convert(Decimal(3), "套", "个"), Converted)
    assert isinstance(unit_table().convert(Decimal(3), "袋", "个"), UnitMismatch)
    assert isinstance(unit_table().convert(Decimal(3), "项", "个"), UnitMismatch)


def test_a_thousand_bricks_are_a_thousand() -> None:
    converted = unit_table().convert(Decimal("0.5"), "千块", "块")
    assert isinstance(converted, Converted) and converted.value == 500


quantities = st.decimals(-(10**9), 10**9, places=6)
keys = st.sampled_from([unit.key for unit in unit_table()])


@given(quantity=quantities, there=keys, back=keys)
def test_a_conversion_and_its_way_back_change_nothing(
    quantity: Decimal, there: str, back: str
) -> None:
    converted = unit_table().convert(quantity, there, back)
    if isinstance(converted, Converted):
        again = unit_table().convert(converted.value, back, there)
        assert isinstance(again, Converted) and again.value == Fraction(quantity)


def test_refuses_two_units_with_one_alias() -> None:
    content = seed_data.read_toml("units/units.toml")
    content["units"][0]["aliases"].append("千克")
    with pytest.raises(ValueError, match="names both"):
        UnitTable.from_rows(content)


def test_refuses_a_factor_that_is_not_positive() -> None:
    content = seed_data.read_toml("units/units.toml")
    content["units"][0]["factor"] = "0"
    with pytest.raises(ValueError, match="not positive"):
        UnitTable.from_rows(content)


def test_every_unit_names_itself() -> None:
    for unit in unit_table():
        assert unit_table().find(unit.key) is unit
        assert unit_table().find(unit.name_zh) is unit
