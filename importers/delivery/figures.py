"""Figures and days as German delivery lists write them: 1.234,5 and 12.03.2025."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.records import StatedDate
from importers.bill.notes import LineNotes
from importers.table.columns import layout
from importers.table.values import Remarked, UnreadableError, stated_date

_WITH_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+", re.ASCII)
_WITHOUT_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+", re.ASCII)
_GERMAN_DAY = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})", re.ASCII)


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Return whether a column's figures prove that its comma is the decimal one.

    All must read so, and one must read only so: 1,234 alone proves nothing.
    """
    proven = False
    for text in filter(None, texts):
        if _WITH_COMMA.fullmatch(text):
            proven = proven or not _THOUSANDS.fullmatch(text)
        elif not _WITHOUT_COMMA.fullmatch(text):
            return False
    return proven


def plain_number(text: str) -> str:
    """Return a figure with a decimal comma as one with a point."""
    return text.replace(".", "").replace(",", ".")


def day(text: str, notes: LineNotes) -> StatedDate | None:
    """Return a day, or a month or a year; one that cannot be read keeps the line out."""
    german = _GERMAN_DAY.fullmatch(text)
    iso = "-".join(filter(None, (german[3], german[2], german[1]))) if german else text
    try:
        found = stated_date(iso, layout().limits)
    except UnreadableError as error:
        notes.refuse(error.code, "delivered_on", text, error.facts)
        return None
    if isinstance(found, Remarked):
        notes.remark(found.code, "delivered_on", text, found.facts)
        found = found.value
    assert isinstance(found, StatedDate)  # noqa: S101  A date is nothing else.
    return found
