"""Parameters that several routes take."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

import msgspec
from litestar.params import PathParameter, QueryParameter
from pydantic import BeforeValidator

from catalog.rules.periods import CHINA, end_of_day

# What our keys are made of; PostgreSQL refuses a NUL with a DataError, SQLite would keep it.
KEY = r"^[a-z0-9]([a-z0-9._-]{0,78}[a-z0-9])?$"
TEXT = r"^[^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00]*$"

KeyInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]
IdInPath = Annotated[int, PathParameter(ge=1, le=2**53 - 1)]
IdInForm = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
Offset = Annotated[int, QueryParameter(ge=0, le=1_000_000)]
Words = Annotated[str, QueryParameter(max_length=200, pattern=TEXT)]
Day = Annotated[dt.date | None, QueryParameter()]
KnownAt = Annotated[
    dt.date | None,
    QueryParameter(description="As known at the end of that day in China; now if none is given."),
]


def _is_a_day(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    raise ValueError("write a day as YYYY-MM-DD")


def _is_a_number(value: object) -> object:
    if isinstance(value, (bool, str)):
        raise ValueError("write a number, without quotation marks")
    return value


def _is_yes_or_no(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("write true or false, without quotation marks")
    return value


# Without these, 0 in a JSON body would be the first day of 1970, and false a number. Litestar 2.25
# reads models with strict=False, which outweighs a field's own strict=True.
DayInBody = Annotated[dt.date, BeforeValidator(_is_a_day)]
ONLY_NUMBERS = BeforeValidator(_is_a_number)
BoolInBody = Annotated[bool, BeforeValidator(_is_yes_or_no)]


def end_of(day: dt.date | None) -> dt.datetime | None:
    """Return the last moment of a day in China, None of no day."""
    return None if day is None else end_of_day(day)


def day_or_today(day: dt.date | None) -> dt.date:
    """Return the day that was asked for, or today's date in China."""
    if day is not None:
        return day
    return dt.datetime.now(CHINA).date()
