"""Put declared amounts together: only those per the same unit, and by what was really declared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

_DIGITS = 6


def per_one(amount: str, quantity: str) -> Fraction | None:
    """Return the exact amount per one declared unit; None if it is an amount of nothing."""
    declared = Fraction(Decimal(quantity))
    return Fraction(Decimal(amount)) / declared if declared > 0 else None


def not_exceeded_by(amounts: Sequence[Fraction], of_hundred: int) -> Fraction:
    """Return the least of the sorted amounts that so many in 100 do not exceed (nearest rank).

    Raises:
        IndexError: There is no amount.
    """
    rank = -(-len(amounts) * of_hundred // 100)
    return amounts[max(rank, 1) - 1]


def shown(amount: Fraction) -> Decimal:
    """Return an amount to six significant digits, to be read."""
    with localcontext(prec=_DIGITS):
        return Decimal(amount.numerator) / Decimal(amount.denominator)
