"""When a span of time ends, and by when whoever has a case must act."""

from __future__ import annotations

import calendar
import datetime as dt

from catalog.rules.admission import Clocks, Span
from catalog.rules.terms import CaseState
from catalog.rules.validity import last_day_of_years
from catalog.rules.workflow.working_days import after_working_days

_MONTHS = 12
_CLOCK_OF = {
    CaseState.DIVISION_REVIEW: "division_review",
    CaseState.RETURNED: "returned",
    CaseState.CORPS_REVIEW: "corps_review",
    CaseState.NOTICE: "notice",
    CaseState.OBJECTED: "objection",
    CaseState.CORRECTION: "correction",
    CaseState.REMOVAL_NOTICE: "removal_notice",
    CaseState.APPEALED: "appeal",
}


def end_of(span: Span, start: dt.date) -> dt.date:
    """Return the last day of a span that begins on a day.

    Of days, working days and months the first day is not counted; years run as validity does,
    from the day itself to the day before its return.
    """
    if span.unit == "working-days":
        return after_working_days(start, span.number)
    if span.unit == "days":
        return start + dt.timedelta(days=span.number)
    if span.unit == "years":
        return last_day_of_years(start, span.number)
    years, month = divmod(start.month - 1 + span.number, _MONTHS)
    year = start.year + years
    if year > dt.date.max.year:
        return dt.date.max
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


def clock_of(clocks: Clocks, state: CaseState) -> Span | None:
    """Return how long whoever has a case in the state may take; None where no clock runs."""
    name = _CLOCK_OF.get(state)
    span: Span | None = getattr(clocks, name) if name else None
    return span


def due_on(clocks: Clocks, state: CaseState, entered_on: dt.date) -> dt.date | None:
    """Return the day by which whoever has a case that entered the state must act."""
    span = clock_of(clocks, state)
    return None if span is None else end_of(span, entered_on)
