"""Units are found by every way of writing them and converted exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seed_data
from catalog.rules.units import Converted, Declared, UnitMismatch, UnitTable
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
        ("百块", "100-bricks"),
        ("株", "plant"),
        ("工日", "workday"),
        ("Stk", "piece"),
        ("Säcke", "bag"),
        ("Bündel", "bundle"),
        ("Pal", "pallet"),
        ("Rollen", "roll"),
        ("Karton", "box"),
        ("lfm", "m"),
        ("qm", "m2"),
        ("cbm", "m3"),
        ("to", "t"),
        ("ft²", "ft2"),
        ("cu ft", "ft3"),
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


DENSITY = Declared(amount=Decimal(2310), unit="kg", per="m3", by="产品说明书")
THICKNESS = Declared(amount=Decimal(100), unit="mm", per=None, by="清单行")


def test_a_declared_density_makes_tonnes_of_cubic_metres_and_says_whose_it_is() -> None:
    converted = unit_table().convert(Decimal("12.4"), "m3", "t", declared=[DENSITY])
    assert converted == Converted(
        Fraction("28.644"), "12.4 m³ × 2310 kg/m³ (产品说明书) = 28.644 t"
    )
    back = unit_table().convert(Decimal("28.644"), "t", "m3", declared=[DENSITY])
    assert isinstance(back, Converted) and back.value == Fraction("12.4")


def test_a_declared_thickness_makes_cubic_metres_of_square_metres() -> None:
    converted = unit_table().convert(Decimal("1.2"), "100m2", "m3", declared=[DENSITY, THICKNESS])
    assert converted == Converted(Fraction(12), "1.2 100m² × 100 mm (清单行) = 12 m³")


def test_what_was_declared_for_other_dimensions_does_not_help() -> None:
    mismatch = unit_table().convert(Decimal(3), "piece", "t", declared=[DENSITY, THICKNESS])
    assert mismatch == UnitMismatch("piece", "t", "t/个")
    heavy = Declared(amount=Decimal(5), unit="kg", per=None, by="x")
    mismatch = unit_table().convert(Decimal(3), "m2", "t", declared=[heavy])
    assert mismatch == UnitMismatch("m2", "t", "t/m²")


def test_a_thickness_and_a_density_in_a_row_make_tonnes_of_square_metres() -> None:
    found = unit_table().convert(Decimal(3), "m2", "t", declared=[DENSITY, THICKNESS])
    assert isinstance(found, Converted) and found.value == Fraction(693, 1000)
    path = "3 m² × 100 mm (清单行) = 0.3 m³ × 2310 kg/m³ (产品说明书) = 0.693 t"
    assert found.path == path
    back = unit_table().convert(found.value, "t", "m2", declared=[THICKNESS, DENSITY])
    assert isinstance(back, Converted) and back.value == 3


def test_one_factor_that_leads_there_goes_before_two_in_a_row() -> None:
    weighed = Declared(amount=Decimal(235), unit="kg", per="m2", by="样本")
    found = unit_table().convert(Decimal(3), "m2", "t", declared=[DENSITY, THICKNESS, weighed])
    assert isinstance(found, Converted) and found.value == Fraction(705, 1000)


def test_ways_of_two_factors_that_differ_are_both_named() -> None:
    other = Declared(amount=Decimal(2400), unit="kg", per="m3", by="样本")
    found = unit_table().convert(Decimal(3), "m2", "t", declared=[DENSITY, THICKNESS, other])
    assert isinstance(found, UnitMismatch) and len(found.contradicting) == 2
    assert "2310" in found.contradicting[0] and "2400" in found.contradicting[1]


def test_finds_the_two_factors_that_contradict_each_other() -> None:
    same = Declared(amount=Decimal("2.31"), unit="t", per="m3", by="样本")
    other = Declared(amount=Decimal(2400), unit="kg", per="m3", by="样本")
    assert unit_table().contradiction([DENSITY, THICKNESS, same]) is None
    assert unit_table().contradiction([DENSITY, THICKNESS, other]) == (DENSITY, other)


def test_two_declared_factors_that_differ_are_not_chosen_between() -> None:
    other = Declared(amount=Decimal(2400), unit="kg", per="m3", by="样本")
    twice = unit_table().convert(Decimal(1), "m3", "t", declared=[DENSITY, other])
    assert isinstance(twice, UnitMismatch)
    assert len(twice.contradicting) == 2
    same = Declared(amount=Decimal("2.31"), unit="t", per="m3", by="样本")
    assert isinstance(
        unit_table().convert(Decimal(1), "m3", "t", declared=[DENSITY, same]), Converted
    )


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1)])
def test_a_factor_that_is_not_positive_leads_nowhere(amount: Decimal) -> None:
    nothing = Declared(amount=amount, unit="kg", per="m3", by="x")
    assert isinstance(unit_table().convert(Decimal(1), "t", "m3", declared=[nothing]), UnitMismatch)


@pytest.mark.parametrize(
    ("quantity", "there", "back", "value"),
    [
        ("1", "ft", "mm", "304.8"),
        ("1", "in", "cm", "2.54"),
        ("1", "ft2", "m2", "0.09290304"),
        ("27", "ft3", "yd3", "1"),
        ("1", "lb", "kg", "0.45359237"),
    ],
)
def test_imperial_units_are_exact(quantity: str, there: str, back: str, value: str) -> None:
    converted = unit_table().convert(Decimal(quantity), there, back)
    assert isinstance(converted, Converted) and converted.value == Fraction(value)


def test_a_working_day_is_no_quantity_of_a_material() -> None:
    for alias in ("工日", "台班", "元", "Service"):
        assert isinstance(unit_table().convert(Decimal(1), alias, "个"), UnitMismatch)


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
