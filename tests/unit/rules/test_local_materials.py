"""Local materials: more than 60 % by weight within 500 km, and bounds where nobody said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.ratio.demands import Answer
from catalog.rules.ratio.local_materials import LocalMaterialsResult, Shipment, judge
from catalog.rules.units import Declared
from tests.unit.rules.seeds import local_materials_pack, unit_table

DENSITY = Declared(amount=Decimal(2400), unit="kg", per="m3", by="配合比报告")


def came(
    line: str,
    quantity: str,
    km: str | None,
    unit: str = "t",
    *,
    category: str | None = "ready-mixed-concrete",
    name: str = "预拌混凝土",
    declared: tuple[Declared, ...] = (),
) -> Shipment:
    return Shipment(
        id=line,
        name=name,
        category=category,
        unit=unit,
        quantity=Decimal(quantity),
        declared=declared,
        transport_km=None if km is None else Decimal(km),
    )


def judged(*shipments: Shipment) -> LocalMaterialsResult:
    return judge(local_materials_pack(), shipments, unit_table())


@pytest.mark.parametrize(
    ("near", "far", "answer"),
    [("60", "40", Answer.NO), ("60.000001", "40", Answer.YES), ("59", "41", Answer.NO)],
)
def test_exactly_sixty_percent_is_not_enough(near: str, far: str, answer: Answer) -> None:
    found = judged(came("a", near, "12"), came("b", far, "900"))
    assert found.share is answer
    assert found.least_exact == found.most_exact


def test_five_hundred_kilometres_are_still_local() -> None:
    found = judged(came("a", "1", "500"), came("b", "1", "500.1"))
    assert (found.local_lines, found.far_lines) == (("a",), ("b",))
    assert found.least == Decimal("0.5")


def test_an_unknown_distance_gives_bounds() -> None:
    found = judged(came("a", "50", "10"), came("b", "30", "900"), came("c", "20", None))
    assert (found.least, found.most) == (Decimal("0.5"), Decimal("0.7"))
    assert (found.share, found.undistanced_lines) == (Answer.OPEN, ("c",))
    surely = judged(came("a", "70", "10"), came("b", "10", "900"), came("c", "20", None))
    assert (surely.share, surely.least) == (Answer.YES, Decimal("0.7"))


def test_weighs_by_a_declared_density_and_shows_the_path() -> None:
    concrete = came("a", "12.5", "30", "m3", declared=(DENSITY,))
    found = judged(concrete, came("b", "20", "900"))
    assert (found.local_kg, found.far_kg) == (Decimal(30_000), Decimal(20_000))
    assert "2400 kg/m³ (配合比报告)" in found.paths["a"]
    assert found.share is Answer.NO


def test_goods_without_a_weight_can_weigh_anything() -> None:
    lamps = came("lamps", "9", "900", "piece", category="led-lighting", name="LED 灯")
    found = judged(came("a", "100", "10"), lamps)
    assert (found.least, found.most, found.share) == (Decimal(0), Decimal(1), Answer.OPEN)
    assert found.unweighed_lines == ("lamps",)
    near = came("lamps", "9", "90", "piece", category="led-lighting", name="LED 灯")
    assert judged(came("a", "100", "10"), near).share is Answer.YES


def test_where_nothing_came_nothing_is_said() -> None:
    found = judged()
    assert (found.least, found.share, found.verdict) == (None, Answer.OPEN, Answer.OPEN)
    back = judged(came("a", "5", "10"), came("b", "-5", "10"))
    assert back.least is None


def test_a_return_takes_its_weight_back() -> None:
    found = judged(came("a", "80", "10"), came("b", "40", "900"), came("c", "-20", "10"))
    assert (found.least, found.share) == (Decimal("0.6"), Answer.NO)


def test_ready_mixed_is_proven_where_every_line_has_a_category() -> None:
    steel = came("b", "1", "10", category="steel-members", name="钢梁")
    assert judged(came("a", "9", "10"), steel).ready_mixed is Answer.YES
    unsorted = came("c", "1", "10", category=None, name="混凝土")
    found = judged(came("a", "9", "10"), steel, unsorted)
    assert (found.ready_mixed, found.unsorted_lines) == (Answer.OPEN, ("c",))
    assert judged(steel).ready_mixed is Answer.OPEN


def test_a_line_that_says_it_was_mixed_on_site_denies_it() -> None:
    found = judged(came("a", "9", "10"), came("b", "1", "10", category=None, name="现场搅拌混凝土"))
    assert (found.ready_mixed, found.verdict) == (Answer.NO, Answer.NO)
    assert found.site_mixed_lines == ("b",)


@pytest.mark.parametrize(("near", "band"), [("59", None), ("60", 60), ("89", 70), ("90", 90)])
def test_names_the_band_of_the_older_checklists(near: str, band: int | None) -> None:
    found = judged(came("a", near, "10"), came("b", str(100 - int(near)), "900"))
    assert found.band_percent == band


weights = st.integers(1, 50)
places = st.sampled_from(["10", "900", None])


@given(st.lists(st.tuples(weights, places), min_size=1, max_size=6))
def test_the_bounds_are_what_the_unknown_distances_can_make(
    goods: list[tuple[int, str | None]],
) -> None:
    found = judged(*(came(f"{i}", str(kg), km, "kg") for i, (kg, km) in enumerate(goods)))
    near = sum(kg for kg, km in goods if km == "10")
    unknown = sum(kg for kg, km in goods if km is None)
    total = sum(kg for kg, _ in goods)
    assert found.least_exact == str(Fraction(near, total))
    assert found.most_exact == str(Fraction(near + unknown, total))


@given(st.lists(st.tuples(weights, places), min_size=1, max_size=6), st.data())
def test_order_and_splitting_change_nothing(
    goods: list[tuple[int, str | None]], data: st.DataObject
) -> None:
    whole = [came(f"{i}", str(kg), km, "kg") for i, (kg, km) in enumerate(goods)]
    halves = [
        came(f"{i}-{half}", str(Decimal(kg) / 2), km, "kg")
        for i, (kg, km) in enumerate(goods)
        for half in "ab"
    ]
    found, split = judged(*data.draw(st.permutations(whole))), judged(*halves)
    assert (found.least_exact, found.most_exact) == (split.least_exact, split.most_exact)
    assert found == judged(*whole)
