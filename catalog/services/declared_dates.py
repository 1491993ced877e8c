"""The dates of declarations: as exact as they are stated, and whether one holds on a day."""

from __future__ import annotations

import datetime as dt

from catalog.records import StatedDate
from catalog.rules.declarations import Span, Standing, standing_on, year_span
from catalog.rules.terms import DatePrecision

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def stated_date(day: dt.date | None, precision: DatePrecision | None) -> StatedDate | None:
    """Return a date as it is kept in two columns; None if none is stated."""
    return StatedDate(day=day, precision=precision) if day and precision else None


def span_of(stated: StatedDate | None) -> Span | None:
    """Return the days that a stated date can be."""
    if stated is None:
        return None
    is_day = stated.precision is DatePrecision.DAY
    return (stated.day, stated.day) if is_day else year_span(stated.day.year)


def shown_date(stated: StatedDate) -> str:
    """Return a date as exact as it is stated: a day, or a year."""
    return str(stated.day if stated.precision is DatePrecision.DAY else stated.day.year)


def holds_on(
    issued: StatedDate | None, until: StatedDate | None, recorded_at: dt.datetime, on: dt.date
) -> Standing:
    """Return whether a declaration holds; when we got it, it had been issued."""
    seen = recorded_at.astimezone(_SHANGHAI).date()
    stated = span_of(issued) or (dt.date.min, seen)
    began: Span = (stated[0], max(stated[0], min(stated[1], seen)))
    return standing_on(began, span_of(until), on)
