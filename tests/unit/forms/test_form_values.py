"""Numbers of a form are shown with all their digits, and shares are never rounded up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from catalog.forms.form import UNKNOWN, Tongue, digits, figure, plain, share

NUMBERS = st.decimals(-(10**12), 10**12, allow_nan=False, places=6)


@given(NUMBERS, st.integers(0, 4))
def test_digits_lose_nothing(value: Decimal, places: int) -> None:
    text = digits(value, places=places)
    assert Decimal(text.replace(",", "")) == value
    decimals = text.partition(".")[2]
    assert len(decimals) >= places and (len(decimals) == places or decimals[-1] != "0")


@given(st.decimals(0, 1, allow_nan=False, places=6))
def test_a_share_is_cut_and_never_reaches_a_bound_too_early(value: Decimal) -> None:
    shown = Decimal(share(value).said.text.removesuffix("%")) / 100
    assert shown <= value < shown + Decimal("0.0001")
    assert share(value).number == value


def test_says_unknown_and_never_zero() -> None:
    assert figure(None).said.text == share(None).said.text == plain(None).said.text == UNKNOWN
    assert figure(None).number is None
    assert figure(Decimal(0)).said.text == "0" and figure(Decimal(0)).number == 0
    assert plain("").said.text == UNKNOWN


def test_shows_as_many_decimals_as_the_rule_has() -> None:
    assert digits(Decimal("1234.50"), places=1) == "1,234.5"
    assert digits(Decimal(51), places=1) == "51.0"
    assert digits(Decimal("1E+3")) == "1,000"
    assert share(Decimal("0.799999")).said.text == "79.99%"


def test_glosses_only_for_other_readers() -> None:
    assert Tongue("zh").say("项目", "Project").gloss is None
    assert Tongue("en").say("项目", "Project").gloss == "Project"
