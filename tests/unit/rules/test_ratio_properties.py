"""What no calculation of a ratio may do, whatever the lines."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.terms import Stage
from tests.unit.ratio_strategies import PACKS, a_line, buildings
from tests.unit.rules.lines import ratio

pytestmark = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.key)


@given(lines=buildings)
def test_lies_between_nothing_and_everything(pack: RatioPack, lines: list[RatioLine]) -> None:
    result = ratio(pack, lines)
    assert 0 <= result.percent <= 100
    assert all(0 <= group.points <= group.most_points for group in result.groups)


@given(lines=buildings, data=st.data())
def test_order_changes_nothing(
    pack: RatioPack, lines: list[RatioLine], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(lines))
    assert ratio(pack, shuffled) == ratio(pack, lines)


@given(lines=buildings)
def test_every_line_is_counted_once_or_excluded_once(
    pack: RatioPack, lines: list[RatioLine]
) -> None:
    result = ratio(pack, lines)
    counted = [
        line
        for group in result.groups
        for item in group.items
        for measure in item.measures
        for line in measure.denominator_lines
    ]
    found = counted + [line.line for line in result.excluded]
    assert sorted(found) == sorted(line.id for line in lines)


@given(lines=buildings, part=st.integers(1, 9), data=st.data())
def test_splitting_a_line_changes_nothing(
    pack: RatioPack, lines: list[RatioLine], part: int, data: st.DataObject
) -> None:
    if not lines:
        return
    chosen = data.draw(st.sampled_from(lines))
    first = chosen.quantity * part / 10
    halves = [
        msgspec.structs.replace(chosen, quantity=first),
        msgspec.structs.replace(chosen, quantity=chosen.quantity - first),
    ]
    rest = list(lines)
    rest.remove(chosen)
    assert ratio(pack, rest + halves).percent == ratio(pack, lines).percent


@given(lines=buildings)
def test_writing_it_in_another_unit_changes_nothing(
    pack: RatioPack, lines: list[RatioLine]
) -> None:
    other = {"m3": ("L", 1000), "m2": ("cm2", 10_000), "t": ("g", 1_000_000), "m": ("mm", 1000)}
    rewritten = []
    for line in lines:
        unit, factor = other.get(line.unit or "", (line.unit, 1))
        quantity = line.quantity * factor
        rewritten.append(msgspec.structs.replace(line, unit=unit, quantity=quantity))
    assert ratio(pack, rewritten).percent == ratio(pack, lines).percent


@given(lines=buildings, more=a_line(green=False))
def test_a_line_that_is_not_green_never_raises_the_ratio(
    pack: RatioPack, lines: list[RatioLine], more: RatioLine
) -> None:
    assert ratio(pack, [*lines, more]).percent <= ratio(pack, lines).percent


@given(lines=buildings, more=a_line(green=True))
def test_a_green_line_never_lowers_the_ratio(
    pack: RatioPack, lines: list[RatioLine], more: RatioLine
) -> None:
    assert ratio(pack, [*lines, more]).percent >= ratio(pack, lines).percent


@given(lines=buildings)
def test_the_percentage_is_the_sum_of_its_groups(pack: RatioPack, lines: list[RatioLine]) -> None:
    result = ratio(pack, lines)
    assert result.percent == sum((group.points for group in result.groups), Decimal(0))


@given(lines=buildings)
def test_a_trace_survives_its_way_through_json(pack: RatioPack, lines: list[RatioLine]) -> None:
    result = ratio(pack, lines)
    assert msgspec.json.decode(msgspec.json.encode(result), type=type(result)) == result


@given(lines=buildings)
def test_an_unstated_plan_is_never_better_than_one_that_says_none(
    pack: RatioPack, lines: list[RatioLine]
) -> None:
    bills = [line for line in lines if line.role is Role.TOTAL]
    none = [msgspec.structs.replace(line, green_quantity=Decimal(0)) for line in bills]
    assert ratio(pack, bills, Stage.DESIGN).percent == ratio(pack, none, Stage.DESIGN).percent
