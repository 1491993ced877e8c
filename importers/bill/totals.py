"""Subtotals and totals as printed, checked against the sums of the lines above them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from importers.bill.money import figure, sum_agrees


class Difference(msgspec.Struct, frozen=True):
    """A sum as it is stated, and as it is found."""

    stated: Decimal
    found: Decimal


class Totals:
    """The sums of amounts since each place that a subtotal may count from.

    What one counts from is not written beside it: it agrees if any of them does.
    """

    def __init__(self, page_subtotal: str) -> None:
        self._page_subtotal = page_subtotal
        self._page = self._chapter = self._subtotal = self._whole = Decimal(0)
        self._has_amounts = False

    def add(self, text: str) -> None:
        """Count the amount of a line, if it has one."""
        amount = figure(text)
        if amount is None:
            return
        self._has_amounts = True
        self._page += amount
        self._chapter += amount
        self._subtotal += amount
        self._whole += amount

    def turn_page(self) -> None:
        """Begin a page."""
        self._page = Decimal(0)

    def open_chapter(self) -> None:
        """Begin a chapter."""
        self._chapter = Decimal(0)

    def check(self, title: str, texts: Iterable[str]) -> Difference | None:
        """Return what differs if a subtotal agrees with none of the sums."""
        stated = [text for text in texts if figure(text) is not None]
        sums = [self._page, self._chapter, self._subtotal, self._whole]
        is_page = re.search(self._page_subtotal, title) is not None
        found = self._page if is_page else self._whole
        if not is_page:
            self._subtotal = self._chapter = Decimal(0)
        if not stated or not self._has_amounts:
            return None
        if any(sum_agrees(text, total) for text in stated for total in sums):
            return None
        return Difference(figure(stated[-1]) or Decimal(0), found)
