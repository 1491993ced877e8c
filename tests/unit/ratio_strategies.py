"""Lines of made-up buildings for the properties of ratios: every kind of trouble, seldom all."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from catalog.rules.ratio.lines import RatioLine, Role
from tests.unit.rules.seeds import ratio_pack

# One pack of every method and of every policy in which packs of a method differ.
PACKS = [
    ratio_pack(name)
    for name in (
        "ratio-a-2019@2019.2",
        "ratio-a-2019-two-kinds",
        "ratio-b-2021@2021.2",
        "ratio-b-chengdu-2024",
        "ratio-c-city",
    )
]

amounts = st.decimals(Decimal("0.000001"), Decimal(1_000_000), places=6)
# Category, unit and place: pooled and by kind, in one dimension and in two, placed and lost.
GOODS = [
    ("ready-mixed-concrete", "m3", None),
    ("ready-mixed-mortar", "m3", None),
    ("masonry", "m3", "partition"),
    ("waterproof-sheet", "m2", None),
    ("waterproof-coating", "t", None),
    ("wall-coatings", "m2", "interior-wall"),
    ("sanitary-ware", "piece", None),
    ("taps", "piece", None),
    ("valves", "piece", None),
    ("plastic-pipes", "m", None),
    ("energy-saving-glass", "m2", "opening"),
    (None, "m3", None),
]
goods = st.sampled_from(
    [
        *GOODS,
        ("precast-components", "m3", None),
        ("water-reducer", "t", None),
        ("masonry", "m3", None),
    ]
)


@st.composite
def a_line(draw: st.DrawFn, *, green: bool | None = None) -> RatioLine:
    """Draw a line of any role, or a delivery that is or is not green."""
    category, unit, place = draw(goods)
    role = draw(st.sampled_from(Role)) if green is None else Role.DELIVERED
    return RatioLine(
        id=f"line-{draw(st.integers(0, 10**9))}",
        category=category,
        place=place,
        unit=unit,
        quantity=draw(amounts),
        role=role,
        green=draw(st.sampled_from([True, False, None])) if green is None else green,
    )


buildings = st.lists(a_line(), max_size=12, unique_by=lambda line: line.id)
