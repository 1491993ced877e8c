"""Does a declaration hold on that day, and which of two editions of it is the later one?

A source may state a date as a year only. Then the day is unknown, and so is part of the answer.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

Span = tuple[dt.date, dt.date]  # The first and the last day that a stated date can be.
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


class Standing(StrEnum):
    """What can be said of a declaration on one day."""

    VALID = "valid"
    NOT_VALID = "not-valid"
    ASK = "needs-certificate"


def year_span(year: int) -> Span:
    """Return the days that a date of this year can be."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def standing_on(issued: Span | None, until: Span | None, on: dt.date) -> Standing:
    """Return whether a declaration holds on a day; both ends count as valid days.

    It is ASK wherever what is stated leaves both answers open, and then the certificate itself
    must be looked at. That is so without an end, and inside a year that stands for a day.
    """
    if (issued and on < issued[0]) or (until and on > until[1]):
        return Standing.NOT_VALID
    if issued and until and issued[1] <= on <= until[0]:
        return Standing.VALID
    return Standing.ASK


def is_earlier(one: str | None, other: str | None) -> bool | None:
    """Return whether one edition comes before the other; None if their numbers do not say."""
    mine, theirs = _order(one), _order(other)
    if mine is None or theirs is None or mine == theirs:
        return None
    return mine < theirs


def _order(version: str | None) -> tuple[int, ...] | None:
    """Return a version number for comparison: the zeros at its end say nothing."""
    if version is None or not version.isascii() or not _NUMBERS.fullmatch(version.strip()):
        return None
    parts = [int(part) for part in version.strip().split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)
