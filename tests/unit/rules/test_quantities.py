"""Plan, settlement and delivery come to one unit by a visible path, or are left out and named."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.quantities import Difference, Side, Stated, compared
from catalog.rules.units import Declared
from tests.unit.rules.seeds import unit_table

UNITS = unit_table()
DENSITY = Declared(amount=Decimal(2400), unit="kg", per="m3", by="示例")


def a_line(side: Side, quantity: str, unit: str = "m3", **stated: object) -> Stated:
    defaults: dict[str, object] = {
        "side": side,
        "category": "ready-mixed-concrete",
        "line": f"{side}-{quantity}-{unit}",
        "name": "预拌混凝土",
        "unit": unit,
        "quantity": Decimal(quantity),
    }
    return Stated(**(defaults | stated))  # type: ignore[arg-type]


def test_converts_by_what_is_declared_and_shows_the_way() -> None:
    (row,) = compared(
        [
            a_line(Side.PLANNED, "10"),
            a_line(Side.SETTLED, "12"),
            a_line(Side.DELIVERED, "24", "t", declared=(DENSITY,)),
        ],
        UNITS,
    )
    assert (row.unit, row.planned, row.settled, row.delivered) == (
        "m3",
        Decimal(10),
        Decimal(12),
        Decimal(10),
    )
    assert [line for line, path in row.paths if "2400" in path.replace(",", "")]
    assert row.differences == [Difference.CHANGED, Difference.UNDER_DELIVERED]


def test_leaves_out_what_no_way_leads_from() -> None:
    (row,) = compared([a_line(Side.SETTLED, "12"), a_line(Side.DELIVERED, "24", "t")], UNITS)
    assert row.delivered is None
    assert [(each.unit, each.missing) for each in row.left] == [("t", "m³/t")]
    assert row.differences[0] is Difference.UNCONVERTED


def test_a_side_without_lines_is_unknown_and_not_zero() -> None:
    (row,) = compared([a_line(Side.DELIVERED, "5"), a_line(Side.DELIVERED, "-5.0")], UNITS)
    assert (row.planned, row.settled, row.delivered) == (None, None, Decimal(0))


@given(st.lists(st.decimals("-1000", "1000", places=3), min_size=1, max_size=8))
def test_sums_are_exact_in_any_order(amounts: list[Decimal]) -> None:
    lines = [
        a_line(Side.SETTLED, str(amount), line=str(number)) for number, amount in enumerate(amounts)
    ]
    (one,), (other,) = compared(lines, UNITS), compared(reversed(lines), UNITS)
    assert one.settled == other.settled == sum(map(Fraction, amounts))
