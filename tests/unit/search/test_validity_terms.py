import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from search.validity_terms import FIRST_DAY, LAST_DAY, blocks_of, cover, day_number

days = st.integers(FIRST_DAY, LAST_DAY)
near_days = st.integers(18_000, 19_000)


@given(near_days, near_days, near_days)
def test_a_day_shares_a_block_with_an_interval_exactly_if_it_lies_in_it(
    first: int, last: int, day: int
) -> None:
    assert bool(set(cover(first, last)) & set(blocks_of(day))) == (first <= day <= last)


@given(days, days, days)
def test_holds_for_every_day_of_the_calendar(first: int, last: int, day: int) -> None:
    assert bool(set(cover(first, last)) & set(blocks_of(day))) == (first <= day <= last)


@given(days, days)
def test_needs_few_blocks_that_do_not_overlap(first: int, last: int) -> None:
    blocks = cover(first, last)
    assert len(blocks) == len(set(blocks)) <= 44
    assert len(set(blocks) & set(blocks_of(first))) == (first <= last)


def test_an_interval_that_ends_before_it_starts_has_no_blocks() -> None:
    assert cover(10, 9) == ()


def test_leaves_away_what_lies_outside_the_calendar() -> None:
    assert cover(FIRST_DAY - 5, LAST_DAY + 5) == cover(FIRST_DAY, LAST_DAY)


def test_counts_days_from_1970() -> None:
    assert day_number(dt.date(1970, 1, 2)) == 1
    assert day_number(dt.date(1969, 12, 31)) == -1
