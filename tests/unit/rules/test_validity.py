"""Validity on a day and valid intervals tell one story."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.terms import CertificateState as State
from catalog.rules.validity import Validity, valid_intervals, validity_on

START = dt.date(2025, 6, 5)
END = dt.date(2030, 6, 4)
WINDOW = [(START, END)]
DAY = dt.timedelta(days=1)


def test_the_first_and_the_last_day_are_valid() -> None:
    assert validity_on(WINDOW, [], START) is Validity.VALID
    assert validity_on(WINDOW, [], END) is Validity.VALID
    assert validity_on(WINDOW, [], START - DAY) is Validity.NOT_YET
    assert validity_on(WINDOW, [], END + DAY) is Validity.EXPIRED


def test_a_suspended_certificate_can_become_valid_again() -> None:
    states = [(State.SUSPENDED, dt.date(2026, 1, 1)), (State.VALID, dt.date(2026, 3, 1))]
    assert validity_on(WINDOW, states, dt.date(2025, 12, 31)) is Validity.VALID
    assert validity_on(WINDOW, states, dt.date(2026, 1, 1)) is Validity.SUSPENDED
    assert validity_on(WINDOW, states, dt.date(2026, 3, 1)) is Validity.VALID
    assert valid_intervals(WINDOW, states) == [
        (START, dt.date(2025, 12, 31)),
        (dt.date(2026, 3, 1), END),
    ]


def test_a_suspended_certificate_expires_all_the_same() -> None:
    states = [(State.SUSPENDED, dt.date(2026, 1, 1))]
    assert validity_on(WINDOW, states, END + DAY) is Validity.EXPIRED


def test_a_revoked_certificate_stays_revoked_unless_a_later_state_says_otherwise() -> None:
    states = [(State.REVOKED, dt.date(2026, 1, 1))]
    assert validity_on(WINDOW, states, END + DAY) is Validity.REVOKED
    restored = [*states, (State.VALID, dt.date(2027, 1, 1))]
    assert validity_on(WINDOW, restored, dt.date(2027, 1, 1)) is Validity.VALID


def test_a_cancelled_certificate_is_not_valid_within_its_window() -> None:
    states = [(State.CANCELLED, dt.date(2026, 1, 1))]
    assert validity_on(WINDOW, states, dt.date(2026, 1, 1)) is Validity.CANCELLED


def test_a_stated_expiry_goes_before_the_window() -> None:
    states = [(State.EXPIRED, dt.date(2026, 1, 1))]
    assert validity_on(WINDOW, states, dt.date(2026, 6, 1)) is Validity.EXPIRED


def test_a_certificate_without_a_window_is_unknown() -> None:
    assert validity_on([], [(State.VALID, START)], START) is Validity.UNKNOWN
    assert validity_on([(END, START)], [], START) is Validity.UNKNOWN
    assert validity_on([], [(State.REVOKED, START)], START) is Validity.REVOKED


def test_between_two_windows_it_has_expired() -> None:
    later = (dt.date(2031, 1, 1), dt.date(2035, 12, 31))
    assert validity_on([*WINDOW, later], [], dt.date(2030, 7, 1)) is Validity.EXPIRED


def test_a_reissue_that_follows_directly_makes_one_interval() -> None:
    later = (END + DAY, dt.date(2035, 6, 4))
    assert valid_intervals([later, *WINDOW], []) == [(START, later[1])]


def test_of_two_states_on_one_day_the_later_listed_counts() -> None:
    states = [(State.SUSPENDED, START), (State.VALID, START)]
    assert validity_on(WINDOW, states, START) is Validity.VALID


def test_a_window_may_last_to_the_end_of_the_calendar() -> None:
    assert valid_intervals([(START, dt.date.max)], []) == [(START, dt.date.max)]


days = st.dates(dt.date(2025, 1, 1), dt.date(2025, 3, 1))
timelines = st.lists(st.tuples(st.sampled_from(list(State)), days), max_size=5)


@given(versions=st.lists(st.tuples(days, days), max_size=4), states=timelines)
def test_intervals_and_days_agree_on_every_day(
    versions: list[tuple[dt.date, dt.date]], states: list[tuple[State, dt.date]]
) -> None:
    intervals = valid_intervals(versions, states)
    for offset in range(-2, 64):
        day = dt.date(2025, 1, 1) + offset * DAY
        inside = any(first <= day <= last for first, last in intervals)
        assert inside == (validity_on(versions, states, day) is Validity.VALID)


@given(versions=st.lists(st.tuples(days, days), max_size=4), states=timelines)
def test_intervals_are_in_order_and_never_touch(
    versions: list[tuple[dt.date, dt.date]], states: list[tuple[State, dt.date]]
) -> None:
    intervals = valid_intervals(versions, states)
    assert all(first <= last for first, last in intervals)
    assert all(before[1] + DAY < after[0] for before, after in pairwise(intervals))
