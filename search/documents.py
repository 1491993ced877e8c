"""What a search engine stores for one product: plain values, made of a view, tied to no engine."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

import msgspec

INDEX_VERSION = 4
"""Raised whenever documents or their analysis change; an index of another version is rebuilt."""


class ProductDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The searchable face of a product.

    Days count from 1970-01-01. ``star`` is the highest among the certificates that are neither
    revoked nor cancelled. ``valid_intervals`` are the days, both ends included, on which at least
    one certificate is valid; they may touch, overlap or lie apart. ``standings`` says what the
    product is in the adoption database: each word holds from its day until the day before the
    next, the first from the beginning of the calendar. None is "not known", never zero.
    """

    id: int
    key: str
    name: str
    brand: str | None
    model: str | None
    scope: str | None
    categories: tuple[str, ...]
    category_names: tuple[str, ...]
    groups: tuple[str, ...]
    company: str
    company_name: str
    division: str | None
    bodies: tuple[str, ...]
    certificate_numbers: tuple[str, ...]
    standards: tuple[str, ...]
    star: int | None
    valid_intervals: tuple[tuple[int, int], ...]
    standings: tuple[tuple[int, str], ...]
    valid_to_day: int | None
    recorded_day: int
    synthetic: bool

    def standing_on(self, day: int) -> str:
        """Return what the product is in the adoption database on a day."""
        return self.standings[bisect_right(self.standings, day, key=itemgetter(0)) - 1][1]
