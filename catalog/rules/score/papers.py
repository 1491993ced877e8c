"""Certificates as rows of evidence: the stretches of days in which each is valid with one star."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from catalog.rules.terms import CertificateState
from catalog.rules.validity import DAY, StateChange, Window, valid_intervals


class Issue(NamedTuple):
    """What a certificate says from ``effective_on`` on."""

    effective_on: dt.date
    valid_from: dt.date
    valid_to: dt.date
    star: int | None


class Stretch(NamedTuple):
    """Days on which a certificate is valid; ``is_good`` is None if nobody knows when it is."""

    since: dt.date | None
    first: dt.date | None
    last: dt.date | None
    star: int | None
    is_good: bool | None


_FINAL = (CertificateState.REVOKED, CertificateState.CANCELLED)


def stretches(issues: Sequence[Issue], states: Sequence[StateChange]) -> list[Stretch]:
    """Return the stretches of a certificate, in order; one without days if it is never valid."""
    if not issues:
        is_ended = any(state in _FINAL for state, _ in states)
        return [Stretch(None, None, None, None, False if is_ended else None)]
    ordered = sorted(issues)
    since = min(issue.valid_from for issue in ordered)
    found: list[Stretch] = []
    windows: list[Window] = [(issue.valid_from, issue.valid_to) for issue in ordered]
    for first, last in valid_intervals(windows, states):
        for begin, end, star in _starred(ordered, first, last):
            if found and found[-1].star == star and found[-1].last == begin - DAY:
                found[-1] = found[-1]._replace(last=end)
            else:
                found.append(Stretch(since, begin, end, star, True))
    return found or [Stretch(since, None, None, None, False)]


def _starred(
    ordered: Sequence[Issue], first: dt.date, last: dt.date
) -> list[tuple[dt.date, dt.date, int | None]]:
    """Return the parts of an interval in which one issue speaks; the first speaks before itself."""
    pieces = []
    for position, issue in enumerate(ordered):
        begin = first if position == 0 else max(first, issue.effective_on)
        is_newest = position == len(ordered) - 1
        end = last if is_newest else min(last, ordered[position + 1].effective_on - DAY)
        if begin <= end:
            pieces.append((begin, end, issue.star))
    return pieces
