"""What one cell of text means: numbers, dates, shares. Pure; what is not understood raises."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from catalog.records import StatedDate
from catalog.rules.terms import DatePrecision

SPREADSHEET_DAY_ZERO = dt.date(1899, 12, 30)

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(?:民国|民國)?\s*(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?",
    re.ASCII,
)
_MONTH = re.compile(r"(?:民国|民國)?\s*(\d{3,4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?", re.ASCII)
_YEAR = re.compile(r"(?:民国|民國)\s*(\d{3})\s*年?|(\d{4})\s*年?|(\d{3})\s*年", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
_MIDNIGHT = {"0:00", "00:00", "0:00:00", "00:00:00", "00:00:00.000"}
_ROC_YEAR_ZERO = 1911
_YEAR_DIGITS = 4
_ROC_DIGITS = 3
_LONGEST_NUMBER = 60


class ValueLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What is believable in a cell; the values are data, in ``lookups/columns.toml``."""

    text: int
    magnitude: Decimal
    decimals: int
    earliest: dt.date
    latest: dt.date


class Remarked(msgspec.Struct, frozen=True):
    """A value that comes in with a remark."""

    value: Any
    code: str
    facts: dict[str, str] = {}


class UnreadableError(Exception):
    """The text is not a value of this sort."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def number(text: str, limits: ValueLimits) -> Decimal | Remarked:
    """Return an exact number, rounded half-up with a remark if it has too many decimals.

    What would be rounded to nothing is refused: something is never nothing.
    """
    return _kept(exact(text, limits), limits)


def quantity(text: str, limits: ValueLimits) -> Decimal | Remarked:
    """Return a number that is zero or more."""
    value = exact(text, limits)
    if value < 0:
        raise UnreadableError("negative-number")
    return _kept(value, limits)


def positive(text: str, limits: ValueLimits) -> Decimal | Remarked:
    """Return a number above zero."""
    value = exact(text, limits)
    if value < 0:
        raise UnreadableError("negative-number")
    if value == 0:
        raise UnreadableError("not-positive")
    return _kept(value, limits)


def integer(text: str, limits: ValueLimits) -> int:
    """Return a whole number that is zero or more."""
    value = exact(text, limits)
    if value < 0:
        raise UnreadableError("negative-number")
    if value != value.to_integral_value():
        raise UnreadableError("bad-integer")
    return int(value)


def percent(text: str, limits: ValueLimits) -> Decimal | Remarked:
    """Return a percentage as a share of 1.

    A bare number above 0 and up to 1 may be a share or a percentage: it is refused, not guessed.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    share = exact(plain.removesuffix("%").rstrip(), limits).scaleb(-2)
    if share < 0:
        raise UnreadableError("negative-number")
    if share > 1:
        raise UnreadableError("share-over-whole")
    if not plain.endswith("%") and 0 < share * 100 <= 1:
        raise UnreadableError("ambiguous-share")
    return _kept(share, limits)


def date(
    text: str, limits: ValueLimits, *, day_zero: dt.date = SPREADSHEET_DAY_ZERO
) -> dt.date | Remarked:
    """Return a day; a year of three digits is a year of the ROC calendar.

    A bare number of five digits is a spreadsheet's count of days from its day zero.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    clock = None
    if match := _DATE.fullmatch(plain):
        years, months, days, clock = match.groups()
        day = _calendar_day(years, months, days)
    elif match := _COMPACT.fullmatch(plain):
        day = _calendar_day(*match.groups())
    elif match := _SERIAL.fullmatch(plain):
        day = day_zero + dt.timedelta(days=int(match[1]))
        clock = match[2] if match[2] and match[2].strip(".0") else None
    else:
        raise UnreadableError("bad-date")
    day = _believable(day, limits)
    if clock is not None and clock not in _MIDNIGHT:
        return Remarked(day, "time-dropped", {"day": day.isoformat()})
    return day


def stated_date(
    text: str, limits: ValueLimits, *, day_zero: dt.date = SPREADSHEET_DAY_ZERO
) -> StatedDate | Remarked:
    """Return a date as exact as it is written: a day, or a month or a year with a remark."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _MONTH.fullmatch(plain):
        precision, parts = DatePrecision.MONTH, (match[1], match[2], "1")
    elif match := _YEAR.fullmatch(plain):
        precision, parts = DatePrecision.YEAR, (match[1] or match[2] or match[3], "1", "1")
    else:
        found = date(text, limits, day_zero=day_zero)
        if isinstance(found, Remarked):
            return Remarked(StatedDate(day=found.value), found.code, found.facts)
        return StatedDate(day=found)
    day = _believable(_calendar_day(*parts), limits)
    return Remarked(StatedDate(day=day, precision=precision), "day-not-stated", {"date": plain})


def _believable(day: dt.date, limits: ValueLimits) -> dt.date:
    if limits.earliest <= day <= limits.latest:
        return day
    earliest, latest = limits.earliest.isoformat(), limits.latest.isoformat()
    raise UnreadableError("date-out-of-range", earliest=earliest, latest=latest)


def _calendar_day(years: str, months: str, days: str) -> dt.date:
    if len(years) not in (_ROC_DIGITS, _YEAR_DIGITS):
        raise UnreadableError("bad-date")
    year = int(years) + (_ROC_YEAR_ZERO if len(years) == _ROC_DIGITS else 0)
    try:
        return dt.date(year, int(months), int(days))
    except ValueError as error:
        raise UnreadableError("no-such-day") from error


def exact(text: str, limits: ValueLimits) -> Decimal:
    """Return a number as it is written, with all its decimals."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if len(plain) > _LONGEST_NUMBER:
        raise UnreadableError("bad-number")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif not _PLAIN.fullmatch(plain):
        raise UnreadableError("bad-number")
    value = Decimal(plain)
    if abs(value) > limits.magnitude:
        raise UnreadableError("absurd-number", limit=f"{limits.magnitude:,}")
    return value


def _kept(value: Decimal, limits: ValueLimits) -> Decimal | Remarked:
    smallest = Decimal(1).scaleb(-limits.decimals)
    rounded = value.quantize(smallest, rounding=ROUND_HALF_UP)
    if value != 0 and rounded == 0:
        raise UnreadableError("quantity-too-small", smallest=f"{smallest:f}")
    plain = Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) + 0  # Never 1E+3, never a minus zero.
    if rounded != value:
        return Remarked(plain, "number-rounded", {"rounded": f"{plain:f}"})
    return plain
