"""Is this product adopted on that day? What was decided, and what its papers say of themselves."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from operator import itemgetter

import msgspec

from catalog.rules.terms import AdoptionState, Route
from catalog.rules.validity import DAY, StateChange, Validity, Window, validity_on

DecidedState = tuple[AdoptionState, dt.date]
Steps = tuple[tuple[dt.date, "Standing"], ...]


class Standing(StrEnum):
    """What an adoption is on one day, or a product of which there is none.

    The members stand in the order of what says most for a product: the first of its adoptions'
    standings is the product's.
    """

    ADOPTED = "adopted"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    CERTIFICATE_SUSPENDED = "certificate-suspended"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    CERTIFICATE_CANCELLED = "certificate-cancelled"
    CERTIFICATE_REVOKED = "certificate-revoked"
    REMOVED = "removed"
    NO_ADOPTION = "no-adoption"

    @property
    def is_adopted(self) -> bool | None:
        """Whether the product counts as adopted; None where its papers cannot say."""
        if self is Standing.UNKNOWN:
            return None
        return self is Standing.ADOPTED


_RANK = {standing: position for position, standing in enumerate(Standing)}
_BY_PAPER = {
    Validity.VALID: Standing.ADOPTED,
    Validity.UNKNOWN: Standing.UNKNOWN,
    Validity.NOT_YET: Standing.NOT_YET,
    Validity.EXPIRED: Standing.EXPIRED,
    Validity.SUSPENDED: Standing.CERTIFICATE_SUSPENDED,
    Validity.REVOKED: Standing.CERTIFICATE_REVOKED,
    Validity.CANCELLED: Standing.CERTIFICATE_CANCELLED,
}
# A suspension by decision is said before what the paper alone would say of such a day.
_MILDER = {Standing.ADOPTED, Standing.UNKNOWN, Standing.CERTIFICATE_SUSPENDED}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An adoption as its standing is judged from: hashable, so that equal ones are judged once.

    ``decided`` is the timeline of what was decided. Of the route by certificate, ``windows`` and
    ``states`` are the certificate's; of the route by test report, ``valid_to`` is the last day
    on which the report counts. ``certificate_id`` names the certificate.
    """

    id: int
    route: Route
    adopted_on: dt.date
    valid_to: dt.date | None = None
    decided: tuple[DecidedState, ...] = ()
    certificate_id: int | None = None
    windows: tuple[Window, ...] = ()
    states: tuple[StateChange, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a product is on a day, and the adoption that says so (None where there is none)."""

    standing: Standing
    adoption_id: int | None = None


def standing_on(entry: Entry, day: dt.date) -> Standing:
    """Return what the adoption is on the day.

    Nobody presses a button: an adoption ends with its certificate, is suspended with it and is
    lost with it (Guangzhou 2025: as long as the certificate; three years for a report). What was
    decided speaks first where it is final, then the paper, then a suspension that was decided.
    Of two decisions that count from one day the later listed holds.
    """
    if day < entry.adopted_on:
        return Standing.NOT_YET
    decided = _decided_on(entry.decided, day)
    if decided is AdoptionState.REMOVED:
        return Standing.REMOVED
    paper = _paper_on(entry, day)
    if decided is AdoptionState.SUSPENDED and paper in _MILDER:
        return Standing.SUSPENDED
    return paper


def found_on(entries: Iterable[Entry], day: dt.date) -> Found:
    """Return what a product with these adoptions is on the day: what says most for it."""
    best = Found(standing=Standing.NO_ADOPTION)
    for entry in entries:
        standing = standing_on(entry, day)
        if _RANK[standing] < _RANK[best.standing]:
            best = Found(standing=standing, adoption_id=entry.id)
    return best


def found_during(entries: Sequence[Entry], days: Window) -> Found:
    """Return what can be said of a product on one of these days, nobody knows which.

    It is adopted, or not, only where it would be so on all of them (both ends included).
    """
    first, last = days
    starts = [first, *(day for day in days_of_change(entries) if first < day <= last)]
    found = [found_on(entries, day) for day in starts]
    if len({each.standing.is_adopted for each in found}) == 1:
        return found[0]
    return Found(
        standing=Standing.UNKNOWN,
        adoption_id=next(each.adoption_id for each in found if each.adoption_id is not None),
    )


def steps(entries: Sequence[Entry]) -> Steps:
    """Return the product's standing on every day: each holds until the day before the next."""
    found: list[tuple[dt.date, Standing]] = []
    for day in sorted({dt.date.min, *days_of_change(entries)}):
        # Between two edges nothing changes, so the first day speaks for all.
        standing = found_on(entries, day).standing
        if not found or found[-1][1] is not standing:
            found.append((day, standing))
    return tuple(found)


def on(every: Steps, day: dt.date) -> Standing:
    """Return the standing of one day out of that of every day."""
    return every[bisect_right(every, day, key=itemgetter(0)) - 1][1]


def intervals(
    entries: Sequence[Entry],
    is_wanted: Callable[[Standing], bool] = lambda standing: standing is Standing.ADOPTED,
) -> list[Window]:
    """Return the days on which the product stands so, as merged intervals in order of time.

    Where nothing else is wanted, the days on which it is adopted.
    """
    every = steps(entries)
    merged: list[Window] = []
    ends = [day - DAY for day, _ in every[1:]] + [dt.date.max]
    for (first, standing), last in zip(every, ends, strict=True):
        if not is_wanted(standing):
            continue
        if merged and merged[-1][1] + DAY == first:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged


def adopted_until(entries: Sequence[Entry], day: dt.date) -> dt.date | None:
    """Return the last day up to which a product that is adopted on the day stays so.

    None where it is not adopted on the day, and ``date.max`` where nothing known ends it.
    """
    return next((last for first, last in intervals(entries) if first <= day <= last), None)


def days_of_change(entries: Iterable[Entry]) -> Iterator[dt.date]:
    """Yield every day on which a standing can change."""
    for entry in entries:
        yield entry.adopted_on
        yield from (day for _, day in entry.decided)
        yield from (day for _, day in entry.states)
        yield from (first for first, _ in entry.windows)
        ends = [last for _, last in entry.windows]
        if entry.valid_to is not None:
            ends.append(entry.valid_to)
        yield from (last + DAY for last in ends if last < dt.date.max)


def _decided_on(decided: Iterable[DecidedState], day: dt.date) -> AdoptionState:
    current: DecidedState | None = None
    for change in decided:
        if change[1] <= day and (current is None or change[1] >= current[1]):
            current = change
    return current[0] if current else AdoptionState.ADOPTED


def _paper_on(entry: Entry, day: dt.date) -> Standing:
    if entry.route is Route.CERTIFICATE:
        return _BY_PAPER[validity_on(entry.windows, entry.states, day)]
    if entry.valid_to is None:
        return Standing.UNKNOWN
    return Standing.EXPIRED if day > entry.valid_to else Standing.ADOPTED
