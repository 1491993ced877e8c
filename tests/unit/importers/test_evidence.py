"""What speaks for a column: rules about words and samples of values, without any file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import Kind
from importers.lookups.guesses import guesses
from importers.mapping.evidence import (
    Evidence,
    Reason,
    day_order,
    header_evidence,
    joined,
    separator_of,
    share_like,
    share_read,
)
from importers.table.columns import columns_of, layout
from importers.table.mapped import in_day_order, part_of
from importers.table.mapping import DayOrder, Part
from importers.table.values import UnreadableError

PRODUCTS = columns_of(Kind.PRODUCTS)
SHARES = st.none() | st.floats(0, 1)


def code_of(word: str, field: str) -> str | None:
    found = header_evidence([word], PRODUCTS[field])
    return found.reasons[0].code if found else None


@pytest.mark.parametrize(
    ("word", "field", "code"),
    [
        ("证书编号", "certificate_number", "named"),
        ("Certificate Number", "certificate_number", "named"),
        ("Certificate Nummber", "certificate_number", "near"),
        ("绿色建材产品证书编号", "certificate_number", "part"),
        ("brand_name", "brand", "part"),
        ("备注", "certificate_number", None),
        ("Mode", "model", "near"),
        ("remodelled", "model", None),
        ("Sub", "scope", None),
        ("有效期止", "valid_from", None),
        ("", "name", None),
    ],
)
def test_a_header_speaks_for_a_field_by_its_words(word: str, field: str, code: str | None) -> None:
    assert code_of(word, field) == code


def test_a_word_of_the_template_is_believed_more_than_one_like_it() -> None:
    exact = header_evidence(["证书编号"], PRODUCTS["certificate_number"])
    near = header_evidence(["Certificate Nummber"], PRODUCTS["certificate_number"])
    part = header_evidence(["绿色建材产品证书编号"], PRODUCTS["certificate_number"])
    assert exact and near and part
    assert exact.confidence > near.confidence > part.confidence > 0


@given(confidence=st.floats(0, 1), share=SHARES, is_check=st.booleans(), may_speak=st.booleans())
def test_confidence_stays_between_nothing_and_certainty(
    confidence: float, share: float | None, is_check: bool, may_speak: bool
) -> None:
    header = Evidence(confidence, (Reason("named", {"alias": "x"}),))
    for given_header in (header, None):
        found = joined(given_header, share, 10, is_check=is_check, may_speak=may_speak)
        assert found is None or 0 <= found.confidence <= 1


@given(low=st.floats(0, 1), high=st.floats(0, 1), confidence=st.floats(0, 1))
def test_more_readable_values_never_lower_the_confidence(
    low: float, high: float, confidence: float
) -> None:
    low, high = sorted((low, high))
    header = Evidence(confidence, ())
    one = joined(header, low, 10, is_check=True, may_speak=True)
    other = joined(header, high, 10, is_check=True, may_speak=True)
    assert one and other and one.confidence <= other.confidence + 1e-9


def test_values_without_a_telling_header_speak_only_where_they_look_like_nothing_else() -> None:
    assert joined(None, 1.0, 10, is_check=True, may_speak=False) is None
    assert joined(None, 0.5, 10, is_check=True, may_speak=True) is None
    found = joined(None, 1.0, 10, is_check=True, may_speak=True)
    assert found and found.reasons[0].code == "content"


def test_bare_digits_do_not_pass_for_the_keys_of_a_list() -> None:
    def parse(text: str) -> str:
        if text not in ("8", "第八师"):
            raise UnreadableError("unknown-division")
        return text

    assert share_read(["8", "8"], parse) == 1
    assert share_read(["8", "8"], parse, are_digits_words=False) == 0
    assert share_read(["第八师", "?"], parse, are_digits_words=False) == 0.5
    assert share_read([], parse) is None and share_like([], re.compile("x")) is None


@pytest.mark.parametrize(
    ("texts", "order", "is_year_last"),
    [
        (["10/15/2018", "2/1/2018"], DayOrder.MONTH_FIRST, True),
        (["15.10.2018", "1.2.2018"], DayOrder.DAY_FIRST, True),
        (["1/2/2018", "3/4/2018"], None, True),
        (["13/1/2018", "1/13/2018"], None, True),
        (["2018-10-15", "n/a"], None, False),
        ([], None, False),
    ],
)
def test_the_order_of_day_and_month_is_known_or_asked_never_guessed(
    texts: list[str], order: DayOrder | None, is_year_last: bool
) -> None:
    assert day_order(texts) == (order, is_year_last)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("10/15/2018", DayOrder.MONTH_FIRST, "2018-10-15"),
        ("15.10.2018", DayOrder.DAY_FIRST, "2018-10-15"),
        ("2018-10-15", DayOrder.MONTH_FIRST, "2018-10-15"),
        ("10/15/2018 00:00", DayOrder.MONTH_FIRST, "2018-10-15 00:00"),
        ("10/15.2018", DayOrder.MONTH_FIRST, "10/15.2018"),
        ("n/a", DayOrder.MONTH_FIRST, "n/a"),
    ],
)
def test_a_day_is_put_in_our_order(text: str, order: DayOrder, expected: str) -> None:
    assert in_day_order(text, order) == expected


def test_a_cell_is_parted_at_its_first_separator() -> None:
    assert part_of("SYN: A: B", ": ", Part.BEFORE) == "SYN"
    assert part_of("SYN: A: B", ": ", Part.AFTER) == "A: B"
    assert part_of("A", ": ", Part.BEFORE) == "" and part_of("A", ": ", Part.AFTER) == "A"


def test_makers_before_a_separator_repeat() -> None:
    assert separator_of(["SYN: A", "SYN: B", "SYN: C", "Other: D"]) == ": "
    assert separator_of(["a: A", "b: B", "c: C", "d: D"]) is None
    assert separator_of(["SYN: A", "SYN", "SYN: C"]) is None
    assert separator_of([": A", ": B"]) is None
    assert separator_of([]) is None


def test_every_reason_can_be_said_in_both_languages() -> None:
    facts = dict.fromkeys(
        ["alias", "count", "share", "separator", "of_zh", "of_en", "unit", "factor", "actor",
         "day", "sender"], "x",
    )  # fmt: skip
    for code in guesses().reasons:
        assert all(Reason(code, facts).text(language) for language in ("zh", "en"))


def test_everything_that_guessing_names_is_a_field() -> None:
    fields = {field for kind in layout().kinds for field in columns_of(kind)}
    rules = guesses()
    named = {
        *rules.stand_ins, *(f for others in rules.stand_ins.values() for f in others),
        *rules.parted.before, *rules.parted.after, *rules.patterns, *rules.factors,
    }  # fmt: skip
    assert named <= fields
