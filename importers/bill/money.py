"""Figures of money as they are printed: read, compared, and checked against one another."""

from __future__ import annotations

import re
from decimal import Decimal

from importers.bill.words import words
from importers.table.columns import layout
from importers.table.values import Remarked, UnreadableError, number

_FRACTION = re.compile(r"\.(\d+)")
_DIGITS = re.compile(r"\d")
_FLOAT = re.compile(r"[+-]?\d+\.\d+")
# A binary fraction is exact to so many digits, and no spreadsheet shows more.
_DIGITS_OF_A_FLOAT = 15


def without_noise(text: str) -> str:
    """Return a number without the last digits that only a binary fraction has."""
    if (
        not _FLOAT.fullmatch(text)
        or len(_DIGITS.findall(text.lstrip("+-0."))) <= _DIGITS_OF_A_FLOAT
    ):
        return text
    return f"{Decimal(f'{Decimal(text):.{_DIGITS_OF_A_FLOAT - 1}e}'):f}"


def figure(text: str) -> Decimal | None:
    """Return the number that a text is, None if it is none."""
    try:
        value = number(without_noise(text), layout().limits)
    except UnreadableError:
        return None
    found = value.value if isinstance(value, Remarked) else value
    assert isinstance(found, Decimal)  # noqa: S101  A number is nothing else.
    return found


def sum_agrees(stated: str, found: Decimal) -> bool:
    """Return whether a printed sum is the one found, but for the rounding of its last digit."""
    value = figure(stated)
    if value is None:
        return False
    return abs(value - found) <= _rounded_off(stated)


def product_agrees(amount: str, quantity: Decimal, price: str) -> bool:
    """Return whether an amount is quantity times price, but for the rounding of both in print."""
    whole, each = figure(amount), figure(price)
    if whole is None or each is None:
        return True
    of_price = _half(max(_decimals(price), words().rounding["money"])) * abs(quantity)
    return abs(whole - quantity * each) <= of_price + _rounded_off(amount)


def _rounded_off(text: str) -> Decimal:
    """Return how far a printed figure may be from the true one: half its last digit, and a cent."""
    return _half(_decimals(text)) + 2 * _half(words().rounding["money"])


def _decimals(text: str) -> int:
    fraction = _FRACTION.search(without_noise(text))
    return len(fraction[1]) if fraction else 0


def _half(decimals: int) -> Decimal:
    return Decimal("0.5").scaleb(-decimals)
