"""Meilisearch's filter language: what holds if several things hold, some of them, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from search.engines.meilisearch_index import KIND, PRODUCT

EVERYTHING = f"{KIND} = {PRODUCT}"
_NOTHING = f"{EVERYTHING} AND NOT {EVERYTHING}"
MOST_PARTS = 12
"""Of more parts the ways to hold most of them are too many to write down."""


def all_of(parts: Iterable[str]) -> str:
    """Return what holds if all parts hold; without parts, for every product."""
    wanted = list(dict.fromkeys(parts)) or [EVERYTHING]
    return " AND ".join(f"({part})" for part in wanted) if len(wanted) > 1 else wanted[0]


def any_of(parts: Iterable[str]) -> str:
    """Return what holds if one part holds; without parts, for nothing."""
    wanted = list(dict.fromkeys(parts))
    if not wanted:
        return _NOTHING
    return " OR ".join(f"({part})" for part in wanted) if len(wanted) > 1 else wanted[0]


def not_(part: str) -> str:
    """Return what holds if the part does not."""
    return f"NOT ({part})"


@lru_cache(maxsize=4096)
def at_least(least: int, parts: tuple[str, ...]) -> str:
    """Return what holds if so many of the parts hold, split in halves to stay short."""
    if least <= 1 or least >= len(parts):
        return any_of(parts) if least <= 1 else all_of(parts)
    half = len(parts) // 2
    left, right = parts[:half], parts[half:]
    ways = []
    for count in range(max(least - len(right), 0), min(least, half) + 1):
        kept = [
            at_least(number, side)
            for number, side in ((count, left), (least - count, right))
            if number
        ]
        ways.append(all_of(kept))
    return any_of(ways)


def bundled(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return no more parts than can be counted, several together that must all hold."""
    at_once = math.ceil(len(parts) / MOST_PARTS)
    return tuple(all_of(parts[at : at + at_once]) for at in range(0, len(parts), at_once))


def is_(attribute: str, value: str) -> str:
    """Return what holds if the attribute has the value."""
    return f"{attribute} = {_quoted(value)}"


def begins(attribute: str, start: str) -> str:
    """Return what holds if the attribute has a value that begins so."""
    return f"{attribute} STARTS WITH {_quoted(start)}"


def among(attribute: str, values: Iterable[str]) -> str:
    """Return what holds if the attribute has one of the values."""
    return f"{attribute} IN [{','.join(map(_quoted, values))}]"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
