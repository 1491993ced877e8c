"""Exact numbers: fractions inside, decimals at the edge, rounded only where someone says so."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce

SHOWN_PLACES = 6
# Wide enough for any sum of stored decimals, and it raises rather than rounds.
_WIDE = Context(prec=100, traps=[Inexact])


def exact_sum(values: Iterable[Decimal]) -> tuple[int, int]:
    """Return the sum as numerator and denominator, however far apart the sizes of the values."""
    found = list(values)
    try:
        return reduce(_WIDE.add, found, Decimal(0)).as_integer_ratio()
    except Inexact:
        return sum(map(Fraction, found), Fraction(0)).as_integer_ratio()


def rounded_half_up(value: Fraction, places: int) -> Decimal:
    """Return the value with that many decimals, a half going away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _scaled(-whole if value < 0 else whole, places)


def cut(value: Fraction, places: int = SHOWN_PLACES) -> Decimal:
    """Return the value cut towards zero: a share just short of 80 % is never shown as 80 %."""
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    return _scaled(-whole if value < 0 else whole, places)


def as_decimal(value: Fraction) -> Decimal:
    """Return the decimal equal to the value, or its cut form where no decimal is equal to it."""
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    if denominator != 1:
        return cut(value)
    places = max(twos, fives)
    return _scaled(value.numerator * 10**places // value.denominator, places)


def plain(value: Fraction) -> str:
    """Return the value as text without an exponent, for sentences."""
    return f"{as_decimal(value):f}"


def _scaled(whole: int, places: int) -> Decimal:
    # Read from text, because arithmetic on decimals would round to the context's precision.
    return Decimal(f"{whole}E-{places}")
