"""A country's ratios are the ratios of its buildings, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.calculate import Calculator, calculate
from catalog.rules.ratio.figures import FIGURES_SCHEMA, LINES_SCHEMA, ratio_figures
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.terms import Stage
from catalog.rules.units import Declared
from tests.unit.ratio_strategies import PACKS
from tests.unit.rules.seeds import ratio_pack, unit_table

DENSITY = Declared(amount=Decimal("2310.7"), unit="kg", per="m3", by="the maker")
THICKNESS = Declared(amount=Decimal(30), unit="mm", per=None, by="the bill")
goods = st.sampled_from(
    [
        ("ready-mixed-concrete", "m3", None, ()),
        ("ready-mixed-concrete", "t", None, (DENSITY,)),
        ("ready-mixed-concrete", "kg", None, ()),
        ("ready-mixed-mortar", "L", None, ()),
        ("masonry", "m3", "partition", ()),
        ("masonry", "m3", "exterior-wall", ()),
        ("masonry", "m3", None, ()),
        ("masonry", "m2", "partition", (THICKNESS,)),
        ("waterproof-sheet", "m2", None, ()),
        ("waterproof-coating", "t", None, ()),
        ("waterproof-coating", "kg", None, ()),
        ("sanitary-ware", "piece", None, ()),
        ("taps", "piece", None, ()),
        ("taps", "m", None, ()),
        ("valves", "piece", None, ()),
        ("water-reducer", "t", None, ()),
        ("precast-components", "m3", None, ()),
        (None, "m3", None, ()),
    ]
)
# Few digits, so that ratios meet the shares that decide; and numbers that no share is made of.
amounts = st.one_of(
    st.integers(-3, 10).map(Decimal), st.decimals(Decimal(-50), Decimal(10**6), places=6)
)


@st.composite
def a_line(draw: st.DrawFn) -> RatioLine:
    category, unit, place, declared = draw(goods)
    return RatioLine(
        id=str(draw(st.integers(0, 10**9))),
        category=category,
        place=place,
        unit=unit,
        declared=declared,
        quantity=draw(amounts),
        role=draw(st.sampled_from(Role)),
        green=draw(st.sampled_from([True, False, None])),
        green_quantity=draw(st.none() | amounts),
    )


countries = st.lists(st.lists(a_line(), min_size=1, max_size=14), max_size=4)


def frame(buildings: list[list[RatioLine]]) -> pl.LazyFrame:
    rows = [
        (
            number,
            int(line.id),
            line.role is Role.DELIVERED,
            line.category,
            line.place,
            line.unit,
            msgspec.json.encode(line.declared).decode() if line.declared else None,
            int(line.quantity * 10**6),
            line.green,
            None if line.green_quantity is None else int(line.green_quantity * 10**6),
        )
        for number, lines in enumerate(buildings)
        for line in lines
    ]
    return pl.DataFrame(rows, schema=LINES_SCHEMA, orient="row").lazy()


def micro(percent: Decimal) -> int:
    return int(percent * 10**6)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.key}@{pack.version}")
@settings(max_examples=40)
@given(buildings=countries)
def test_equals_every_building_by_itself(
    pack: RatioPack, stage: Stage, buildings: list[list[RatioLine]]
) -> None:
    found = ratio_figures(frame(buildings), pack, unit_table(), stage)
    assert found.schema == FIGURES_SCHEMA
    assert found.select("building", "p_micro_percent").rows() == [
        (number, micro(calculate(pack, lines, unit_table(), stage).percent))
        for number, lines in enumerate(buildings)
    ]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.key}@{pack.version}")
@settings(max_examples=40)
@given(buildings=countries)
def test_the_figure_alone_is_the_figure_of_the_trace(
    pack: RatioPack, stage: Stage, buildings: list[list[RatioLine]]
) -> None:
    calculator = Calculator(pack, unit_table(), stage)
    for lines in buildings:
        assert calculator.percent(lines) == calculator.result(lines).percent


def test_calculates_by_fractions_what_whole_numbers_cannot_hold() -> None:
    pack = ratio_pack("ratio-b-2021")
    per_brick = [
        Declared(amount=Decimal(amount), unit="kg", per="m3", by="the maker")
        for amount in ("1999.9", "2000.3", "2310.7", "2399.9")
    ]
    heavy = [
        RatioLine(
            id=str(number), category="ready-mixed-concrete", place=None, unit="t",
            quantity=Decimal(1), role=Role.DELIVERED, green=number != 3, declared=(density,),
        )
        for number, density in enumerate(per_brick)
    ]  # fmt: skip
    light = [msgspec.structs.replace(line, unit="m3", declared=()) for line in heavy]
    found = ratio_figures(frame([heavy, light]), pack, unit_table(), Stage.COMPLETION)
    assert dict(found.select("building", "by_fractions").rows()) == {0: True, 1: False}
    by_itself = calculate(pack, heavy, unit_table(), Stage.COMPLETION).percent
    assert found["p_micro_percent"][0] == micro(by_itself)


def test_a_country_without_lines_has_no_figures() -> None:
    found = ratio_figures(frame([]), ratio_pack("ratio-b-2021"), unit_table(), Stage.DESIGN)
    assert found.is_empty() and found.schema == FIGURES_SCHEMA
