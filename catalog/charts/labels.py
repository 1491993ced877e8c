"""The names beside a drawing's figures: broken into lines that fit, and told to the renderer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import east_asian_width

import msgspec

NARROW = 7
"""About as much room as a Latin letter of the drawings' font takes, in pixels."""
_WIDE = 13
# Where a label may break: after any sign of a script without blanks, and after blanks.
_PIECES = re.compile(r"[\u2e80-\u9fff\uf900-\uffef]|[^\s\u2e80-\u9fff\uf900-\uffef]+\s*|\s+")
# No name has these in it: all that separates its words is a blank by then.
_ENTRY, _LINE = "\x1e", "\x1f"


def width_of(text: str) -> int:
    """Return about how much room a text takes, in pixels."""
    return sum(_WIDE if east_asian_width(sign) in "WF" else NARROW for sign in text)


@lru_cache(maxsize=1 << 12)
def wrapped(label: str, room: int) -> list[str]:
    """Return a label in lines that fit beside the figures, whole: nothing is cut off.

    The lines are as even as they can be, so that no word stands alone below a full line.
    """
    label = " ".join(label.split())
    fewest = len(_broken(label, room, most=room))
    rooms = range(room // fewest, room + 1, NARROW)
    fitting = (lines for at in rooms if len(lines := _broken(label, at, most=room)) == fewest)
    return next(fitting, [label])


def names_expression(names: Iterable[str]) -> str:
    """Return the renderer's expression for the name whose position it is at."""
    return f"split({_literal(' '.join(name.split()) for name in names)}, '\\u001e')[datum.value]"


def lines_expression(names: Iterable[list[str]]) -> str:
    """Return the renderer's expression for the lines of the name whose position it is at."""
    whole = _literal(_LINE.join(lines) for lines in names)
    return f"split(split({whole}, '\\u001e')[datum.value], '\\u001f')"


def _literal(entries: Iterable[str]) -> str:
    """Return all entries as one literal, which no entry is equal to.

    The renderer takes a literal like "constructor" for a thing of its own, and fails.
    """
    return msgspec.json.encode("".join(entry + _ENTRY for entry in entries)).decode()


def _broken(label: str, room: int, *, most: int) -> list[str]:
    lines = [""]
    signs = most // NARROW
    for piece in _PIECES.findall(label):
        for part in (piece[start : start + signs] for start in range(0, len(piece), signs)):
            if lines[-1] and width_of(lines[-1] + part.rstrip()) > room:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines]
