"""The way back to the line of a result, for the pages that a line leads to."""

from __future__ import annotations

import re

_RESULT = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_LINE = re.compile(r"(?:delivery|bill-line)-\d{1,18}", re.ASCII)


def result_named(text: str) -> int | None:
    """Return the number of the result that an address names; None where it names none."""
    return int(text) if _RESULT.fullmatch(text) else None


def line_named(text: str) -> str:
    """Return the line that an address names, nothing where it names none."""
    return text if _LINE.fullmatch(text) else ""
