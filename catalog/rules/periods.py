"""Which year a day belongs to: the calendar's, or that of the annual report that takes it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from catalog.rules.terms import DatePrecision
from catalog.rules.validity import DAY, Window, possible_days

CHINA = dt.timezone(dt.timedelta(hours=8))


class Basis(StrEnum):
    """By which years a figure is told: those of the calendar, or those of the annual reports."""

    CALENDAR = "calendar"
    REPORT = "report"


class Close(msgspec.Struct, frozen=True, order=True):
    """From the report of ``first_year`` on, annual reports take in what was up to this day."""

    first_year: int
    month: int
    day: int


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the last moment of a day in China: what was known on it is what was known then."""
    return dt.datetime.combine(day, dt.time.max, tzinfo=CHINA)


def report_year(on: dt.date, closes: Sequence[Close]) -> int:
    """Return the year of the annual report that takes a day in; its closing day is the last.

    Raises:
        ValueError: No close is known.
    """
    return on.year if on <= _closing_day(on.year, closes) else on.year + 1


def report_span(year: int, closes: Sequence[Close]) -> Window:
    """Return the first and the last day that the annual report of a year takes in."""
    return _closing_day(year - 1, closes) + DAY, _closing_day(year, closes)


def _closing_day(year: int, closes: Sequence[Close]) -> dt.date:
    """Return the day on which a year's report closes; years before the first go by the first.

    Raises:
        ValueError: No close is known.
    """
    if not closes:
        raise ValueError("no day on which annual reports close")
    known = sorted(closes)
    close = ([each for each in known if each.first_year <= year] or known[:1])[-1]
    return dt.date(year, close.month, close.day)


def years_of(
    stated: dt.date, precision: DatePrecision, closes: Sequence[Close]
) -> tuple[int, int | None]:
    """Return the calendar's year and the report's, None where the unknown day would decide it."""
    early, late = (report_year(day, closes) for day in possible_days(stated, precision))
    return stated.year, early if early == late else None
