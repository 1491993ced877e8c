"""What somebody should look at in time: surveillance, renewal, expiry, reports, cases."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from catalog.rules.pack_watch import WatchPack
from catalog.rules.standing import Entry, Standing, found_on, steps
from catalog.rules.terms import CaseState
from catalog.rules.validity import DAY, StateChange, Validity, Window, validity_on


class WatchKind(StrEnum):
    """Why something is on a watch-list, what is most pressing first."""

    LOST = "lost"
    FILING_OVERDUE = "filing-overdue"
    CASE_OVERDUE = "case-overdue"
    SUBMISSION_OVERDUE = "submission-overdue"
    SUBMISSION_RETURNED = "submission-returned"
    CASE_DUE = "case-due"
    FILING_DUE = "filing-due"
    SUBMISSION_WAITING = "submission-waiting"
    SURVEILLANCE_OVERDUE = "surveillance-overdue"
    EXPIRING = "expiring"
    REPORT_ENDING = "report-ending"
    RENEWAL_OPEN = "renewal-open"
    SURVEILLANCE_DUE = "surveillance-due"
    SURVEILLANCE_UNKNOWN = "surveillance-unknown"
    SUBMISSION_PROVED = "submission-proved"


class Desk(StrEnum):
    """Whose turn it is in a case."""

    APPLICANT = "applicant"
    DIVISION = "division"
    CORPS = "corps"


_DESKS = {
    CaseState.RETURNED: Desk.APPLICANT,
    CaseState.CORRECTION: Desk.APPLICANT,
    CaseState.DIVISION_REVIEW: Desk.DIVISION,
    CaseState.CORPS_REVIEW: Desk.CORPS,
    CaseState.NOTICE: Desk.CORPS,
    CaseState.OBJECTED: Desk.CORPS,
    CaseState.REMOVAL_NOTICE: Desk.CORPS,
    CaseState.APPEALED: Desk.CORPS,
}


def desk_of(state: CaseState) -> Desk | None:
    """Return who has to act on a case in this state; None where nobody need."""
    return _DESKS.get(state)


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year > dt.date.max.year:
        return dt.date.max
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def ends_on(windows: Iterable[Window], states: Iterable[StateChange], day: dt.date) -> dt.date:
    """Return the last day of the stretch of windows that hold the day, of a valid certificate.

    A re-issue or a renewal whose window touches this one carries it on.
    """
    last = day
    for first, end in sorted(windows):
        if first <= last + DAY and end > last:
            last = end
    later = [on for state, on in states if on > day and on <= last]
    return min(later) - DAY if later else last


def expiring_step(pack: WatchPack, days_left: int) -> int | None:
    """Return the smallest of the pack's steps that so many days lie within; None beyond all."""
    return min((step for step in pack.expiring_days if days_left <= step), default=None)


def is_renewal_open(pack: WatchPack, days_left: int) -> bool:
    """Tell whether the renewal of a certificate with so many days left can be asked for."""
    return 0 <= days_left <= pack.renewal_days


def surveillance(
    pack: WatchPack,
    windows: Iterable[Window],
    states: Iterable[StateChange],
    *,
    visited_on: dt.date | None,
    on: dt.date,
) -> tuple[WatchKind, dt.date | None] | None:
    """Return what is to be said of a certificate's surveillance, and by when a visit is due.

    Visits lie no more than a year apart, and the first no more than a year behind the issue (the
    certification rules). Where no visit is known and the first should have been, nobody can say
    when the next is due: that is unknown, and not overdue. Of what is not valid on the day
    nothing is asked.
    """
    known, changes = sorted(windows), list(states)
    if validity_on(known, changes, on) not in (Validity.VALID, Validity.SUSPENDED):
        return None
    due = months_later(visited_on or known[0][0], pack.surveillance_months)
    if visited_on is None and due < on:
        return WatchKind.SURVEILLANCE_UNKNOWN, None
    if due < on:
        return WatchKind.SURVEILLANCE_OVERDUE, due
    if (due - on).days <= pack.surveillance_days:
        return WatchKind.SURVEILLANCE_DUE, due
    return None


def case_watch(pack: WatchPack, due_on: dt.date, on: dt.date) -> WatchKind | None:
    """Return what is to be said of a case whose clock runs out on a day; that day is in time."""
    if due_on < on:
        return WatchKind.CASE_OVERDUE
    return WatchKind.CASE_DUE if (due_on - on).days <= pack.case_days else None


def lost_since(pack: WatchPack, entries: tuple[Entry, ...], on: dt.date) -> dt.date | None:
    """Return the first day on which an adopted product was adopted no more, if it is so today.

    None where it is adopted, was never, or has been out for longer than the pack looks back.
    """
    if found_on(entries, on).standing.is_adopted is not False:
        return None
    was, since = False, None
    for day, standing in steps(entries):
        if day > on:
            break
        if standing is Standing.ADOPTED:
            was, since = True, None
        elif was and since is None and standing.is_adopted is False:
            since = day
    if since is None or (on - since).days > pack.lost_days:
        return None
    return since
