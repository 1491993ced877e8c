"""Days as dyadic blocks, so that "valid on a day" is an exact look-up of a few terms.

A block of level n holds 2ⁿ days and starts at a multiple of 2ⁿ. An interval is covered by few
blocks that do not overlap; a day lies in exactly one block of each level. So the interval holds the
day if, and only if, the day's blocks and the interval's cover share a term. Any number of separate
intervals may be indexed together: their covers are simply put side by side. What a product stands
as in the adoption database is indexed so too, the word before each block.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
FIRST_DAY = dt.date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = dt.date.max.toordinal() - EPOCH_ORDINAL
_LEVELS = range(dt.date.max.toordinal().bit_length())
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def day_number(day: dt.date) -> int:
    """Return the days from 1970-01-01 to the day, negative before it."""
    return day.toordinal() - EPOCH_ORDINAL


def blocks_of(day: int) -> tuple[str, ...]:
    """Return the block of each level that the day lies in."""
    ordinal = day + EPOCH_ORDINAL
    return tuple(_block(level, ordinal >> level) for level in _LEVELS)


@lru_cache(maxsize=1 << 16)
def cover(from_day: int, to_day: int) -> tuple[str, ...]:
    """Return the fewest blocks that together hold the days from first to last, and no other.

    Days outside the calendar (years 1 to 9999) are left away; an interval that ends before it
    starts has no days and no blocks.
    """
    first = max(from_day, FIRST_DAY) + EPOCH_ORDINAL
    end = min(to_day, LAST_DAY) + EPOCH_ORDINAL + 1
    blocks: list[str] = []
    level = 0
    while first < end:
        if first & 1:
            blocks.append(_block(level, first))
            first += 1
        if end & 1:
            end -= 1
            blocks.append(_block(level, end))
        first >>= 1
        end >>= 1
        level += 1
    return tuple(blocks)


def standing_terms(standings: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return the terms of what a product is, from each day until the next."""
    if len(standings) == 1:
        return (standings[0][1],)  # The same on every day: no need of blocks.
    ends = [day - 1 for day, _ in standings[1:]] + [LAST_DAY]
    return tuple(
        f"{standing}-{block}"
        for (first, standing), last in zip(standings, ends, strict=True)
        for block in cover(first, last)
    )


def standings_on(standings: Iterable[str], day: dt.date) -> tuple[str, ...]:
    """Return the terms one of which a product has that is any of these on the day."""
    blocks = blocks_of(day_number(day))
    return tuple(
        term for each in standings for term in (each, *(f"{each}-{block}" for block in blocks))
    )


def _block(level: int, index: int) -> str:
    return f"{_LETTERS[level]}{index:x}"
