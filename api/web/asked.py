"""What a page was asked: texts that people type or leave empty, read without surprises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from litestar.exceptions import ValidationException
from litestar.params import QueryParameter

from catalog.services.divisions import IN_PROGRESS

FIRST_YEAR, LAST_YEAR = 1900, 2199
LAST_PAGE = 10_000

# An empty field of a form arrives as an empty text, so days and years are read as text first.
Text = Annotated[str, QueryParameter(max_length=200)]
Short = Annotated[str, QueryParameter(max_length=20)]
Texts = Annotated[list[str] | None, QueryParameter(max_items=100)]
PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=LAST_PAGE)]


def plain(text: str) -> str:
    """Return the text in one line: whatever cannot be printed parts words like a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def several(ticked: str | list[str]) -> list[str]:
    """Return what was ticked in a form, which sends one alone as a text, and none as nothing."""
    return [ticked] if isinstance(ticked, str) and ticked else list(ticked)


def plain_texts(texts: list[str] | None) -> tuple[str, ...]:
    """Return the distinct texts that say something, in order."""
    return tuple(sorted({plain(text) for text in texts or ()} - {""}))


def day(text: str, *, name: str = "on") -> dt.date | None:
    """Return the day that was asked for, or None.

    Raises:
        ValidationException: The text is no day, or lies where no certificate can.
    """
    if not text.strip():
        return None
    try:
        found = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise wrong(name) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise wrong(name)
    return found


def year(text: str) -> int | None:
    """Return the year that was asked for; IN_PROGRESS for what has none yet; None for all.

    Raises:
        ValidationException: The text is no year.
    """
    stripped = text.strip()
    if not stripped:
        return None
    if stripped == "none":
        return IN_PROGRESS
    if not (stripped.isascii() and stripped.isdigit()):
        raise wrong("year")
    if not FIRST_YEAR <= int(stripped) <= LAST_YEAR:
        raise wrong("year")
    return int(stripped)


def wrong(name: str, told: str = "") -> ValidationException:
    """Return the error that says what is the matter with a field; its page tells it beside it."""
    return all_wrong({name: told})


def all_wrong(told: Mapping[str, str]) -> ValidationException:
    """Return the error that says what is the matter with several fields."""
    return ValidationException(
        extra=[
            {"key": name, "message": "not understood", "told": what} for name, what in told.items()
        ]
    )


def wrong_fields(error: ValidationException) -> dict[str, str]:
    """Return the fields that were not understood, with what ``wrong`` was told of each."""
    extra = error.extra if isinstance(error.extra, list) else []
    return {str(each.get("key", "")): str(each.get("told", "")) for each in extra}
