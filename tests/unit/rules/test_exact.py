"""Fractions become decimals exactly, or by the rounding that was asked for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.exact import as_decimal, cut, rounded_half_up


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("15/4", "3.8"), ("1/20", "0.1"), ("5/3", "1.7"), ("-1/20", "-0.1"), ("0", "0.0")],
)
def test_rounds_a_half_away_from_zero(value: str, rounded: str) -> None:
    assert str(rounded_half_up(Fraction(value), 1)) == rounded


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_a_decimal_comes_back_as_itself(value: Decimal) -> None:
    assert as_decimal(Fraction(value)) == value


@given(st.fractions())
def test_a_cut_value_is_never_beyond_the_true_one(value: Fraction) -> None:
    shown = Fraction(cut(value))
    assert abs(shown) <= abs(value) < abs(shown) + Fraction(1, 1_000_000)
