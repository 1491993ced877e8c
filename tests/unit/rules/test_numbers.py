"""Certificate numbers and credit codes, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.numbers import (
    CreditCodeProblem,
    Suffix,
    credit_code_problem,
    is_credit_code,
    normal_number,
    split_suffix,
)


@pytest.mark.parametrize(
    "written",
    [
        "CABR-01(02)-(2025)-CGP-035",
        "cabr-01（02）-（2025）-cgp-035",
        "ＣＡＢＲ－０１（０２）－（２０２５）－ＣＧＰ－０３５",
        " CABR—01【02】–[2025]−CGP‐035\u00a0",
        "CABR-01 (02) -\n(2025)-CGP-035\u200b",
    ],
)
def test_finds_one_number_in_every_way_of_writing_it(written: str) -> None:
    assert normal_number(written) == "CABR-01(02)-(2025)-CGP-035"


def test_keeps_letter_o_and_zero_apart() -> None:
    assert normal_number("CO-1") != normal_number("C0-1")


def test_folds_slashes() -> None:
    assert normal_number("GP／01\\02∕03") == "GP/01/02/03"


@given(st.text())
def test_a_normal_number_stays_as_it_is(text: str) -> None:
    once = normal_number(text)
    assert normal_number(once) == once


@pytest.mark.parametrize(
    ("written", "number", "suffix"),
    [
        ("GBM0104204", "GBM0104204", None),
        ("GBM0104204（續）", "GBM0104204", Suffix.RENEWED),
        ("GBM0104204(续)", "GBM0104204", Suffix.RENEWED),
        ("GBM0104204 增", "GBM0104204", Suffix.ADDED),
        ("GBM0104204（ 變 ） ", "GBM0104204", Suffix.CHANGED),
        ("GBM（增）0104204", "GBM（增）0104204", None),
        ("（續）", "（續）", None),
    ],
)
def test_parts_a_number_from_its_mark(written: str, number: str, suffix: Suffix | None) -> None:
    parts = split_suffix(written)
    assert (parts.number, parts.suffix) == (number, suffix)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("91110000600037341L", None),
        (" 9111 0000 6000 3734 1l ", None),
        ("９１１１００００６０００３７３４１Ｌ", None),
        ("91110000600037341M", CreditCodeProblem.CHECK_CHARACTER),
        ("91110000600037314L", CreditCodeProblem.CHECK_CHARACTER),
        ("9111000060003734", CreditCodeProblem.LENGTH),
        ("", CreditCodeProblem.LENGTH),
        ("9111000060003734IL", CreditCodeProblem.CHARACTERS),
        ("统一社会信用代码是一二三四五六七八九十", CreditCodeProblem.LENGTH),
    ],
)
def test_says_what_is_wrong_with_a_credit_code(
    text: str, problem: CreditCodeProblem | None
) -> None:
    assert credit_code_problem(text) == problem
    assert is_credit_code(text) is (problem is None)


@given(st.text())
def test_no_text_breaks_the_credit_code_check(text: str) -> None:
    assert credit_code_problem(text) in {None, *CreditCodeProblem}
