"""Demo certificates: fictional bodies, the trade's number grammar, five years, a few stopped."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from catalog.records import CertificateRecord
from catalog.rules.terms import CertificateState
from seed_data.demo import trade
from seed_data.demo.companies import Company
from seed_data.demo.draws import Draws, between, one_of

_DAY = dt.timedelta(days=1)
_FEBRUARY = 2
_STARS = (1, 1, 1, 2, 2, 2, 2, 3, 3, 3)
_LEAST_DAYS_TO_STOP = 200
_STOPPED = (
    CertificateState.SUSPENDED,
    CertificateState.REVOKED,
    CertificateState.CANCELLED,
)


class Papers(NamedTuple):
    """The certificates of one product: none, one, or a second one for another factory."""

    first: CertificateRecord
    second: CertificateRecord | None


def last_day(first_day: dt.date, years: int) -> dt.date:
    """Return the last day of so many years that begin on the first day."""
    year = first_day.year + years
    if first_day.month == _FEBRUARY and first_day.day == 29:  # noqa: PLR2004  The leap day.
        return dt.date(year, 2, 28)
    return first_day.replace(year=year) - _DAY


def is_valid(paper: CertificateRecord, on: dt.date) -> bool:
    """Return whether a demo certificate is valid on the day, as its one record states."""
    stopped = paper.state in _STOPPED and paper.state_on is not None and paper.state_on <= on
    return paper.valid_from <= on <= paper.valid_to and not stopped


def certificate(
    draws: Draws, serial: int, goods: trade.GoodsOfCategory, company: Company, *, second: bool
) -> CertificateRecord:
    """Return the certificate with this serial number; no two serial numbers share a number.

    ``second`` is a certificate for the firm's other factory. ``draws`` needs ten numbers.
    """
    habits = trade.certificate_habits()
    days = (habits.last_day - habits.first_day).days
    # The later of two draws half of the time: certification grew, and most papers are young.
    age = max(draws[0], draws[1]) if draws[1] & 1 else draws[0]
    issued = habits.first_day + dt.timedelta(days=between(0, days, age))
    ends = last_day(issued, habits.validity_years)
    star = _STARS[draws[2] % len(_STARS)]
    body = one_of(trade.names().bodies, draws[3])
    state, state_on, reason = _state(draws, issued, ends, habits)
    reissued = None
    if draws[7] * 1000 >> 16 < habits.reissued:
        reissued = min(issued + dt.timedelta(days=between(90, 900, draws[8])), habits.last_day)
        if reissued <= issued or (state_on is not None and reissued >= state_on):
            reissued = None
    name = company.record.name
    return CertificateRecord(
        body=body.name,
        number=body.number.format(group=goods.number, star=star, year=issued.year, serial=serial),
        star=star,
        standard=goods.standard,
        issued_on=issued,
        reissued_on=reissued,
        valid_from=issued,
        valid_to=ends,
        state=state,
        state_on=state_on,
        state_reason=reason,
        applicant=company.seller if draws[9] % 10 == 0 else name,
        manufacturer=name,
        factory=company.second_factory if second else name,
        factory_address=company.second_address if second else company.record.address,
    )


def _state(
    draws: Draws, issued: dt.date, ends: dt.date, habits: trade.CertificateHabits
) -> tuple[CertificateState, dt.date | None, str | None]:
    """Return the state as the registry shows it on the last day that the demo knows of."""
    share = draws[4] * 1000 >> 16
    known_to = min(ends, habits.last_day)
    room = (known_to - issued).days
    if room > _LEAST_DAYS_TO_STOP:
        for state, width in zip(
            _STOPPED, (habits.suspended, habits.revoked, habits.cancelled), strict=True
        ):
            if share < width:
                on = issued + dt.timedelta(days=between(_LEAST_DAYS_TO_STOP, room, draws[5]))
                return state, on, one_of(trade.names().reasons[state], draws[6])
            share -= width
    if ends < habits.last_day:
        return CertificateState.EXPIRED, ends + _DAY, None
    return CertificateState.VALID, None, None
