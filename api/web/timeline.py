"""The days of a certificate drawn as a bar: what it was when, and where the chosen day lies."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.validity import Validity, validity_on
from catalog.views.products import CertificateView

WIDTH = 1000
_DAY = dt.timedelta(days=1)


class Segment(msgspec.Struct, frozen=True):
    """Days of one kind, from ``x`` on, in thousandths of the bar."""

    x: int
    width: int
    validity: Validity
    first: dt.date
    last: dt.date


class Timeline(msgspec.Struct, frozen=True):
    """A bar from the first day to the last; ``mark`` is None where the day lies outside."""

    first: dt.date
    last: dt.date
    segments: list[Segment]
    mark: int | None


def timeline(certificate: CertificateView) -> Timeline | None:
    """Return the bar of a certificate, or None where no version states its days."""
    windows = [(version.valid_from, version.valid_to) for version in certificate.versions]
    windows = [window for window in windows if window[0] <= window[1]]
    if not windows:
        return None
    states = [(state.state, state.from_on) for state in certificate.states]
    first = min(window[0] for window in windows)
    last = max(window[1] for window in windows)
    edges = {first} | {window[0] for window in windows}
    edges |= {window[1] + _DAY for window in windows if window[1] < last}
    edges |= {day for _, day in states if first <= day <= last}
    starts = sorted(edges)
    whole = (last - first).days + 1
    segments = []
    for position, start in enumerate(starts):
        end = starts[position + 1] - _DAY if position + 1 < len(starts) else last
        left = (start - first).days * WIDTH // whole
        right = ((end - first).days + 1) * WIDTH // whole
        # Between two neighbouring edges nothing changes, so the first day speaks for all.
        validity = validity_on(windows, states, start)
        segments.append(Segment(left, right - left, validity, start, end))
    on = certificate.validity_on
    mark = (on - first).days * WIDTH // whole if first <= on <= last else None
    return Timeline(first, last, segments, mark)
