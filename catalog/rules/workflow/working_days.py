"""Working days as the State Council arranges them, and how far ahead that is known."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants

_SATURDAY = 5
_KNOWN = frozenset(
    day.year
    for days in (constants.holidays, constants.workdays, constants.in_lieu_days)
    for day in days
)


def is_known(year: int) -> bool:
    """Tell whether the holidays of a year are arranged, and known to us."""
    return year in _KNOWN


@lru_cache(maxsize=4096)  # Each clock on a desk counts the same days.
def is_working_day(day: dt.date) -> bool:
    """Tell whether offices work on the day.

    The holidays of a year are announced in the November before it. Of a year that nobody knows
    yet, Monday to Friday are taken for working days; ``is_known`` says that this is a guess.
    """
    if is_known(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < _SATURDAY


def after_working_days(start: dt.date, count: int) -> dt.date:
    """Return the last of so many working days that begin on the day after the start."""
    day = start
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_left(on: dt.date, due: dt.date) -> int:
    """Return how many working days are left behind a day up to a due one; negative behind it."""
    first, last = (on, due) if on <= due else (due, on)
    count = sum(
        is_working_day(first + dt.timedelta(days=step))
        for step in range(1, (last - first).days + 1)
    )
    return count if on <= due else -count
