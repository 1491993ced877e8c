"""What one cell of text means."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.table.columns import layout
from importers.table.values import (
    Remarked,
    UnreadableError,
    date,
    integer,
    number,
    percent,
    positive,
    quantity,
)

LIMITS = layout().limits
exact = st.decimals(min_value=-LIMITS.magnitude, max_value=LIMITS.magnitude, places=LIMITS.decimals)
days = st.dates(LIMITS.earliest, LIMITS.latest)


@given(exact)
def test_keeps_every_digit_of_a_number(value: Decimal) -> None:
    assert number(f"{value:f}", LIMITS) == value
    assert number(f"{value:,f}", LIMITS) == value


SMALLEST = Decimal("0.0000005")  # Half a millionth: the least that is not rounded to nothing.


@given(
    st.decimals(min_value=-1000, max_value=1000, places=9).filter(
        lambda value: value == 0 or abs(value) >= SMALLEST
    )
)
def test_rounds_half_up_and_says_so(value: Decimal) -> None:
    found = number(str(value), LIMITS)
    kept = found.value if isinstance(found, Remarked) else found
    assert abs(kept - value) <= SMALLEST
    assert isinstance(found, Remarked) == (kept != value)


@given(days)
def test_reads_a_day_however_it_is_written(day: dt.date) -> None:
    written = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.isoformat()} 00:00:00",
    ]
    roc_year = day.year - 1911
    if 100 <= roc_year <= 999:
        written += [
            f"{roc_year}/{day.month}/{day.day}",
            f"民國{roc_year}年{day.month}月{day.day}日",
        ]
    assert {date(text, LIMITS) for text in written} == {day}


@given(st.dates(dt.date(1954, 1, 1), LIMITS.latest))
def test_reads_a_bare_day_number(day: dt.date) -> None:
    assert date(str((day - dt.date(1899, 12, 30)).days), LIMITS) == day


@given(st.text())
def test_any_other_text_is_refused_by_its_own_error(text: str) -> None:
    for read in (number, quantity, positive, integer, percent, date):
        with suppress(UnreadableError):
            read(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-13-40", "no-such-day"),
        ("110/02/30", "no-such-day"),
        ("2023-02-29", "no-such-day"),
        ("25-06-05", "bad-date"),
        ("06/05/2025", "bad-date"),
        ("长期有效", "bad-date"),
        ("3025-01-01", "date-out-of-range"),
        ("12345", "date-out-of-range"),
    ],
)
def test_refuses_a_day_that_is_none(text: str, code: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        date(text, LIMITS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    ["", "-", "/", "无", "1,23", "1.234,5", "1 000", "NaN", "Infinity", "0x10", "1e9999", "(5)"],
)
def test_refuses_a_number_that_is_none(text: str) -> None:
    with pytest.raises(UnreadableError):
        number(text, LIMITS)


@pytest.mark.parametrize("text", ["0.35", "1", "0.001"])
def test_does_not_guess_whether_a_share_is_a_percentage(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        percent(text, LIMITS)
    assert caught.value.code == "ambiguous-share"


@pytest.mark.parametrize(
    ("text", "share"),
    [("35", "0.35"), ("35%", "0.35"), ("0.5 ％", "0.005"), ("0", "0"), ("100", "1")],
)
def test_reads_a_percentage_as_a_share(text: str, share: str) -> None:
    assert percent(text, LIMITS) == Decimal(share)


def test_takes_the_day_of_a_moment_with_a_remark() -> None:
    found = date("2025-06-05 12:30:01", LIMITS)
    assert isinstance(found, Remarked)
    assert (found.value, found.code) == (dt.date(2025, 6, 5), "time-dropped")


def test_zero_is_a_quantity_but_no_floor_area() -> None:
    assert quantity("0", LIMITS) == 0
    with pytest.raises(UnreadableError):
        positive("0", LIMITS)


@pytest.mark.parametrize("text", ["0.0000004", "1e-9", "0.00000049999"])
def test_refuses_a_number_that_rounding_would_make_nothing(text: str) -> None:
    for read, written in [
        (number, text), (number, f"-{text}"), (quantity, text), (positive, text),
        (percent, f"{text}%"),
    ]:  # fmt: skip
        with pytest.raises(UnreadableError) as caught:
            read(written, LIMITS)
        assert caught.value.code == "quantity-too-small"
    assert quantity("0.000000", LIMITS) == 0
