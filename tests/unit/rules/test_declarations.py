"""Whether a declaration holds on a day, and which of two editions is the later."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.declarations import Standing, is_earlier, standing_on, year_span

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def exactly(text: str) -> tuple[dt.date, dt.date]:
    return day(text), day(text)


def test_both_ends_of_a_declaration_are_valid_days() -> None:
    issued, until = exactly("2022-10-10"), exactly("2025-04-22")
    answers = [
        standing_on(issued, until, day(on))
        for on in ("2022-10-09", "2022-10-10", "2025-04-22", "2025-04-23")
    ]
    assert answers == [Standing.NOT_VALID, Standing.VALID, Standing.VALID, Standing.NOT_VALID]


def test_a_year_for_an_end_leaves_that_year_open_and_no_other() -> None:
    issued, until = exactly("2022-10-10"), year_span(2025)
    answers = [
        standing_on(issued, until, day(on))
        for on in ("2024-12-31", "2025-01-02", "2025-12-31", "2026-01-01")
    ]
    assert answers == [Standing.VALID, Standing.ASK, Standing.ASK, Standing.NOT_VALID]


def test_without_an_end_only_the_certificate_can_tell() -> None:
    assert standing_on(exactly("2022-10-10"), None, day("2023-01-01")) is Standing.ASK
    assert standing_on(exactly("2022-10-10"), None, day("2022-01-01")) is Standing.NOT_VALID
    assert standing_on(None, None, day("2023-01-01")) is Standing.ASK


@given(issued=DAYS, until=DAYS, on=DAYS)
def test_an_answer_about_a_year_is_never_wrong_whatever_the_day_was(
    issued: dt.date, until: dt.date, on: dt.date
) -> None:
    true = standing_on((issued, issued), (until, until), on)
    told = standing_on(year_span(issued.year), year_span(until.year), on)
    assert true is not Standing.ASK
    assert told in (true, Standing.ASK)


def test_editions_are_compared_number_by_number() -> None:
    assert is_earlier("00.02.000", "00.10.000") is True
    assert is_earlier("00.10.000", "00.02.000") is False
    assert is_earlier("2", "02.00") is None
    assert is_earlier("draft", "00.01.000") is None
    assert is_earlier(None, "1") is None
