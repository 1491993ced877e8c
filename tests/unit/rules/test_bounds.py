"""Bounds hold every completion, and touch the outermost ones."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.packs import RatioPack
from catalog.rules.ratio.bounds import Bounds, Certainty, bounds, outlook
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.open_lines import Unknown
from catalog.rules.terms import Stage
from tests.unit.rules.lines import billed, delivered, ratio
from tests.unit.rules.seeds import ratio_pack, threshold_pack, unit_table

A, B = ratio_pack("ratio-a-2019"), ratio_pack("ratio-b-2021")
UNITS = unit_table()
SIZES = (Decimal("1e-50"), Decimal(1), Decimal("1e50"))


def small(pack: RatioPack, categories: set[str]) -> RatioPack:
    """Return the pack with these categories only, and the items they reach."""
    mapping = tuple(entry for entry in pack.mapping if entry.category in categories)
    reached = {target for entry in mapping for target in entry.targets}
    groups = []
    for group in pack.groups:
        items = tuple(item for item in group.items if item.key in reached)
        if items:
            groups.append(group.model_copy(update={"items": items}))
    fields = {name: getattr(pack, name) for name in type(pack).model_fields}
    return RatioPack.model_construct(**{**fields, "mapping": mapping, "groups": tuple(groups)})


KINDS = {"ready-mixed-concrete", "masonry", "waterproof-sheet", "taps", "valves"}
PACKS = {"a": small(A, KINDS), "b": small(B, KINDS)}
by_pack = pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())


def completions(pack: RatioPack, line: RatioLine, stage: Stage) -> Iterator[RatioLine | None]:
    """Yield everything that the line could turn out to be; None is that it counts nowhere."""
    for placed in _placed(pack, line):
        if placed is None:
            yield None
            continue
        for sized in _sized(pack, placed):
            yield from _decided(sized, stage)


def _placed(pack: RatioPack, line: RatioLine) -> Iterator[RatioLine | None]:
    entry = pack.mapped.get(line.category or "")
    if entry:
        if entry.item or line.place:
            yield line
            return
        yield None
        for place in entry.places:
            yield msgspec.structs.replace(line, place=place)
        return
    if line.category is not None:
        yield line
        return
    yield None
    for entry in pack.mapping:
        if entry.item:
            yield msgspec.structs.replace(line, category=entry.category)
        for place in entry.places:
            if line.place in (None, place):
                yield msgspec.structs.replace(line, category=entry.category, place=place)


def _sized(pack: RatioPack, line: RatioLine) -> Iterator[RatioLine]:
    excluded = calculate(pack, [line], UNITS, Stage.COMPLETION).excluded
    if not any(each.reason in ("no-unit", "unit-mismatch") for each in excluded):
        yield line
        return
    entry = pack.mapped[line.category or ""]
    item = pack.items[entry.item or entry.places[line.place or ""]]
    for unit in item.units or ("piece", "m3", "m2"):
        for size in SIZES:
            green = line.green_quantity
            yield msgspec.structs.replace(
                line,
                unit=unit,
                quantity=line.quantity * size,
                green_quantity=None if green is None else green * size,
            )


def _decided(line: RatioLine, stage: Stage) -> Iterator[RatioLine]:
    if stage is Stage.DESIGN and line.green_quantity is None:
        for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
            yield msgspec.structs.replace(line, green_quantity=line.quantity * share)
    elif stage is Stage.COMPLETION and line.role is Role.DELIVERED and line.green is None:
        yield msgspec.structs.replace(line, green=True)
        yield msgspec.structs.replace(line, green=False)
    else:
        yield line


def by_trying(pack: RatioPack, lines: list[RatioLine], stage: Stage) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest ratio over every completion."""
    choices = [list(completions(pack, line, stage)) for line in lines]
    found = {
        calculate(pack, [line for line in way if line], UNITS, stage).percent
        for way in product(*choices)
    }
    return min(found), max(found)


sizes = st.sampled_from([Decimal(1), Decimal(2), Decimal(5), Decimal(8), Decimal("0.5")])
classes = st.sampled_from(
    [
        ("ready-mixed-concrete", "m3", None),
        ("masonry", "m3", "partition"),
        ("waterproof-sheet", "m2", None),
        ("taps", "piece", None),
        ("valves", "piece", None),
        ("water-reducer", "t", None),
    ]
)
unclear = st.sampled_from(
    [
        (None, "m3", None),
        (None, "m2", None),
        ("ready-mixed-concrete", "t", None),
        ("taps", None, None),
        ("masonry", "m3", None),
        ("waterproof-sheet", "m", None),
        (None, None, "partition"),
    ]
)


@st.composite
def a_building(draw: st.DrawFn, stage: Stage, least: int) -> list[RatioLine]:
    """Draw a few clear lines, and one or two that leave something open."""
    kinds: list[tuple[str | None, str | None, str | None]] = []
    kinds += [draw(classes) for _ in range(draw(st.integers(0, 4)))]
    kinds += [draw(unclear) for _ in range(draw(st.integers(0, 2)))]
    lines = []
    for n, (category, unit, place) in enumerate(kinds):
        role = Role.TOTAL if stage is Stage.DESIGN else draw(st.sampled_from(Role))
        quantity = draw(sizes) * draw(st.sampled_from([least, 1]))
        green = draw(st.sampled_from([True, False, None]) if n % 3 == 0 else st.booleans())
        share = None if green is None else Decimal(green)
        lines.append(
            RatioLine(
                id=f"line-{n}",
                category=category,
                place=place,
                unit=unit,
                quantity=quantity,
                role=role,
                green=green if role is Role.DELIVERED else None,
                green_quantity=quantity * share
                if stage is Stage.DESIGN and share is not None
                else None,
            )
        )
    return lines


@by_pack
@pytest.mark.parametrize("stage", Stage)
@settings(deadline=None)
@given(data=st.data())
def test_are_what_trying_everything_finds(
    pack: RatioPack, stage: Stage, data: st.DataObject
) -> None:
    lines = data.draw(a_building(stage, 1))
    found = bounds(pack, lines, UNITS, stage)
    assert found.is_exact
    assert (found.low_percent, found.high_percent) == by_trying(pack, lines, stage)


@by_pack
@settings(deadline=None)
@given(data=st.data())
def test_hold_every_completion_where_goods_went_back(pack: RatioPack, data: st.DataObject) -> None:
    lines = data.draw(a_building(Stage.COMPLETION, -1))
    found = bounds(pack, lines, UNITS, Stage.COMPLETION)
    low, high = by_trying(pack, lines, Stage.COMPLETION)
    assert found.low_percent <= low
    assert high <= found.high_percent


@by_pack
@given(data=st.data())
def test_are_the_ratio_itself_where_nothing_is_unknown(
    pack: RatioPack, data: st.DataObject
) -> None:
    kinds = data.draw(st.lists(classes, max_size=6))
    lines = [
        RatioLine(id=f"line-{n}", category=category, place=place, unit=unit,
                  quantity=data.draw(sizes), role=Role.DELIVERED, green=data.draw(st.booleans()))
        for n, (category, unit, place) in enumerate(kinds)
    ]  # fmt: skip
    found = bounds(pack, lines, UNITS, Stage.COMPLETION)
    assert found.low_percent == found.high_percent == ratio(pack, lines).percent
    assert found.is_exact
    assert found.open_lines == ()


def test_widen_by_a_line_without_a_class() -> None:
    lines = [delivered("d1", "ready-mixed-concrete"), billed("b1", None, "25")]
    found = bounds(B, lines, UNITS, Stage.COMPLETION)
    assert ratio(B, lines).percent == Decimal("45.0")
    assert (found.low_percent, found.high_percent) == (Decimal("22.5"), Decimal("45.0"))
    assert found.is_exact
    [line] = found.open_lines
    assert line.line == "b1"
    assert line.unknown == (Unknown.CLASS,)
    assert "q1-concrete" in line.items


def test_say_of_each_threshold_whether_it_is_certain_open_or_out_of_reach() -> None:
    pack = threshold_pack("thresholds-2024")
    found = Bounds(
        low_percent=Decimal(40), high_percent=Decimal("69.9"), is_exact=True, open_lines=()
    )
    tiers = {each.at_least_percent: each.certainty for each in outlook(pack, found) if each.points}
    assert tiers == {
        Decimal(40): Certainty.CERTAIN,
        Decimal(50): Certainty.OPEN,
        Decimal(70): Certainty.OUT_OF_REACH,
    }
    gates = [each for each in outlook(pack, found) if each.star]
    assert [each.certainty for each in gates] == [Certainty.CERTAIN] * 3


def test_of_a_real_bill_with_many_unknown_lines_are_found_at_once() -> None:
    """Three hundred unclear lines cannot be tried in every way; the range is enclosed."""
    lines = [delivered(f"d{n}", "ready-mixed-concrete", green=n % 3 == 0) for n in range(100)]
    lines += [billed(f"b{n}", None, "3", "m2") for n in range(300)]
    found = bounds(B, lines, UNITS, Stage.COMPLETION)
    assert found.low_percent <= ratio(B, lines).percent <= found.high_percent
    assert len(found.open_lines) == 300
