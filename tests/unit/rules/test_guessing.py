"""Guessing becomes slow, and nobody can lock another out."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.guessing import GuessLimits, wait_before_guessing

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
LIMITS = GuessLimits(window=dt.timedelta(minutes=15), per_login=5, per_whence=8)
AGES = st.lists(st.integers(0, 3000), max_size=40).map(
    lambda ages: sorted(NOW - dt.timedelta(seconds=age) for age in ages)
)


@given(at_login=AGES)
def test_a_known_browser_never_waits_for_strangers(at_login: list[dt.datetime]) -> None:
    wait = wait_before_guessing(LIMITS, at_login=at_login, from_whence=[], is_known=True, now=NOW)
    assert wait is None


@given(at_login=AGES, from_whence=AGES)
def test_a_wait_is_as_long_as_it_must_be_and_no_longer(
    at_login: list[dt.datetime], from_whence: list[dt.datetime]
) -> None:
    def wait(now: dt.datetime) -> dt.timedelta | None:
        return wait_before_guessing(
            LIMITS, at_login=at_login, from_whence=from_whence, is_known=False, now=now
        )

    found = wait(NOW)
    recent = NOW - LIMITS.window
    too_many = (
        sum(moment > recent for moment in at_login) >= LIMITS.per_login
        or sum(moment > recent for moment in from_whence) >= LIMITS.per_whence
    )
    assert (found is not None) == too_many
    if found is not None:
        assert found <= LIMITS.window
        assert wait(NOW + found) is None
        assert wait(NOW + found - dt.timedelta(seconds=1)) is not None


@given(st.integers(1, 60))
def test_in_a_window_a_stranger_guesses_no_more_than_the_limit(seconds: int) -> None:
    made: list[dt.datetime] = []
    now = NOW
    while now < NOW + LIMITS.window:
        wait = wait_before_guessing(
            LIMITS, at_login=made, from_whence=made, is_known=False, now=now
        )
        if wait is None:
            made.append(now)
        now += dt.timedelta(seconds=seconds)
    assert len(made) == min(LIMITS.per_login, -(-900 // seconds))
