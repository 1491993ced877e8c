"""What a reader sees of the lines of a snapshot, added up."""

from __future__ import annotations

from decimal import Decimal

import msgspec

PARTS = ("division", "year", "category", "unit")
"""What lines can be told apart by."""


class Share(msgspec.Struct, frozen=True):
    """The lines of one group, added up: how much of their amount is green, in per cent.

    A part by which lines were not told apart is null, and so is one that they do not state.
    Quantities are null unless categories and units were both told apart; a ratio is null where
    no amount is stated.
    """

    division: str | None
    year: int | None
    category: str | None
    unit: str | None
    lines: int
    lines_unstated: int
    lines_without_amount: int
    green_amount: Decimal
    amount: Decimal
    ratio_by_amount: Decimal | None
    green_quantity: Decimal | None
    quantity: Decimal | None
