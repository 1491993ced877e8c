"""When something is due, whether it was handed in by then, and how many days late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from catalog.rules.annual_report.terms import Punctuality
from catalog.rules.pack_reporting import Duty


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one duty of one division in one year; ``late_days`` is null if unknown.

    What is missing is late by the days since it was due, as of the day that is looked at.
    """

    punctuality: Punctuality
    due_on: dt.date
    filed_on: dt.date | None
    late_days: int | None


def due_on(duty: Duty, year: int) -> dt.date | None:
    """Return the last day on which it is in time for a year; None where it is not owed."""
    if year < duty.first_year or (duty.last_year is not None and year > duty.last_year):
        return None
    return dt.date(year, duty.month, duty.day)


def standing(due: dt.date, filed: Iterable[dt.date], *, is_exempt: bool, on: dt.date) -> Standing:
    """Return how it stands on a day with what was handed in on these days.

    The first handing in counts: what the Corps sends back later was not late for that. One who is
    exempt and hands in nevertheless is told as who handed in.
    """
    first = min((day for day in filed if day <= on), default=None)
    if first is not None:
        late = max(0, (first - due).days)
        punctuality = Punctuality.LATE if late else Punctuality.ON_TIME
        return Standing(punctuality=punctuality, due_on=due, filed_on=first, late_days=late)
    if is_exempt:
        return Standing(punctuality=Punctuality.EXEMPT, due_on=due, filed_on=None, late_days=None)
    late = (on - due).days
    return Standing(
        punctuality=Punctuality.MISSING if late > 0 else Punctuality.NOT_YET_DUE,
        due_on=due,
        filed_on=None,
        late_days=late if late > 0 else None,
    )


def reminder_step(duty: Duty, days_left: int) -> int | None:
    """Return the smallest number of days at which to remind that so many left lie within."""
    return min((step for step in duty.reminder_days if 0 <= days_left <= step), default=None)


def owed_years(duties: Sequence[Duty], on: dt.date) -> Iterator[tuple[Duty, int]]:
    """Yield each duty with the years for which it is owed, up to that of the day."""
    for duty in duties:
        last = on.year if duty.last_year is None else min(duty.last_year, on.year)
        for year in range(duty.first_year, last + 1):
            yield duty, year
