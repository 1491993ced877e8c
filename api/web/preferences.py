"""How a reader likes pages to look: theme, form of numbers and of days, kept in one cookie."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import Cookie

COOKIE = "lucai_display"
_AGE = dt.timedelta(days=400)  # Browsers keep no cookie longer.


class Theme(StrEnum):
    """Which colours."""

    SYSTEM = "system"
    """As the reader's machine is set."""
    LIGHT = "light"
    DARK = "dark"


class Numbers(StrEnum):
    """How large numbers are written."""

    FULL = "full"
    """With every digit."""
    SHORT = "short"
    """In 万 and 亿, or in millions and billions; the whole number is a word away."""


class Days(StrEnum):
    """How days are written."""

    WORDS = "words"
    """2026年6月1日, or Jun 1, 2026."""
    DIGITS = "digits"
    """2026-06-01."""


class Preferences(msgspec.Struct, frozen=True):
    """What a reader chose; whoever chose nothing has the first of each."""

    theme: Theme = Theme.SYSTEM
    numbers: Numbers = Numbers.FULL
    days: Days = Days.WORDS


def preferences_of(request: Request[Any, Any, Any]) -> Preferences:
    """Return what the reader chose; what a cookie has that we do not know counts for nothing."""
    kept = request.cookies.get(COOKIE, "").split(".")
    try:
        theme, numbers, days = kept
        return Preferences(theme=Theme(theme), numbers=Numbers(numbers), days=Days(days))
    except ValueError:
        return Preferences()


def preferences_cookie(chosen: Preferences) -> Cookie:
    """Return the cookie that keeps the choice."""
    return Cookie(
        COOKIE,
        value=f"{chosen.theme}.{chosen.numbers}.{chosen.days}",
        max_age=int(_AGE.total_seconds()),
        samesite="lax",
        httponly=True,
    )
