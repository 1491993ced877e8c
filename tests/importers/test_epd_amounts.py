"""The amounts of a data set are looked at all at once, with the same answer as one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.epd.notes import amount, are_plain

PIECES = st.sampled_from(
    ["0", "1", "12", ".", ",", "-", "+", "e", "E-8", "e1234", "\n", " ", "ND", "NaN", "_", "٣",
     "9" * 41]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=5))
def test_texts_are_plain_only_where_each_is_the_number_that_it_is_alone(texts: list[str]) -> None:
    if are_plain(texts):
        assert [amount(text) for text in texts] == [Decimal(text) for text in texts]


@pytest.mark.parametrize("texts", [["6.529"], ["-1.030E-8", "+0", ".5", "5.", "9" * 80]])
def test_numbers_are_plain(texts: list[str]) -> None:
    assert are_plain(texts)


@pytest.mark.parametrize("odd", ["ND", "", "1\n2", " 1", "1,5", "1_0", "NaN", "1e9999", "9" * 81])
def test_one_odd_text_is_enough_for_a_closer_look(odd: str) -> None:
    assert not are_plain(["1", odd, "2"])


def test_no_texts_need_no_reading() -> None:
    assert not are_plain([])
