"""Is this certificate valid on that day? One answer for a day, the same answer for all days."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from catalog.rules.terms import CertificateState, DatePrecision

Window = tuple[dt.date, dt.date]
StateChange = tuple[CertificateState, dt.date]
DAY = dt.timedelta(days=1)


class Validity(StrEnum):
    """What a certificate is on one day."""

    VALID = "valid"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


_FINAL = {
    CertificateState.REVOKED: Validity.REVOKED,
    CertificateState.CANCELLED: Validity.CANCELLED,
}


def validity_on(versions: Iterable[Window], states: Iterable[StateChange], on: dt.date) -> Validity:
    """Return what a certificate with these versions and this state timeline is on the day.

    Both ends of a version's window count as valid days. Before its first stated state a
    certificate goes by its windows alone. Of two states that begin on one day the later listed
    counts. Revoked and cancelled speak first, then the windows, then suspended; without any
    window nothing can be said, unless a state says it.
    """
    state = _state_on(states, on)
    if state in _FINAL:
        return _FINAL[state]
    window = _window_on([window for window in versions if window[0] <= window[1]], on)
    if state is CertificateState.EXPIRED and window is not Validity.NOT_YET:
        return Validity.EXPIRED
    if state is CertificateState.SUSPENDED and window in (Validity.VALID, Validity.UNKNOWN):
        return Validity.SUSPENDED
    return window


def _state_on(states: Iterable[StateChange], on: dt.date) -> CertificateState | None:
    current: StateChange | None = None
    for change in states:
        if change[1] <= on and (current is None or change[1] >= current[1]):
            current = change
    return current[0] if current else None


def _window_on(windows: list[Window], on: dt.date) -> Validity:
    """Say where the day lies; between two windows the first has expired."""
    if not windows:
        return Validity.UNKNOWN
    if any(first <= on <= last for first, last in windows):
        return Validity.VALID
    if any(last < on for _, last in windows):
        return Validity.EXPIRED
    return Validity.NOT_YET


def possible_days(stated: dt.date, precision: DatePrecision) -> Window:
    """Return the first and the last day that a date stated so exactly can be."""
    if precision is DatePrecision.DAY:
        return stated, stated
    if precision is DatePrecision.MONTH:
        month = calendar.monthrange(stated.year, stated.month)[1]
        return stated.replace(day=1), stated.replace(day=month)
    return dt.date(stated.year, 1, 1), dt.date(stated.year, 12, 31)


def last_day_of_years(first: dt.date, years: int) -> dt.date:
    """Return the last of so many years that begin on the day: 2025-06-05 to 2030-06-04."""
    year = first.year + years
    if year > dt.date.max.year:
        return dt.date.max
    # Years that begin on a leap day begin on 1 March where there is none.
    is_leap_day = (first.month, first.day) == (2, 29) and not calendar.isleap(year)
    return (dt.date(year, 3, 1) if is_leap_day else first.replace(year=year)) - DAY


def valid_intervals(versions: Iterable[Window], states: Iterable[StateChange]) -> list[Window]:
    """Return the days on which the certificate is valid, as merged intervals in order of time."""
    windows, changes = list(versions), list(states)
    starts = {first for first, _ in windows} | {day for _, day in changes}
    starts |= {last + DAY for _, last in windows if last < dt.date.max}
    edges = sorted(starts)
    intervals: list[Window] = []
    for position, first in enumerate(edges):
        # Between two neighbouring edges nothing changes, so the first day speaks for all.
        if validity_on(windows, changes, first) is not Validity.VALID:
            continue
        last = edges[position + 1] - DAY if position + 1 < len(edges) else dt.date.max
        if intervals and intervals[-1][1] + DAY == first:
            intervals[-1] = (intervals[-1][0], last)
        else:
            intervals.append((first, last))
    return intervals
