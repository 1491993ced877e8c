"""Large numbers in the words that readers count by: 万 and 亿, or millions and billions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from api.web.i18n import zh

_PLACES = Decimal("0.01")
_STEPS = {
    "zh": ((Decimal(10) ** 8, zh("亿")), (Decimal(10) ** 4, zh("万"))),
    "en": ((Decimal(10) ** 9, zh("十亿")), (Decimal(10) ** 6, zh("百万"))),
}


class Short(NamedTuple):
    """So many of a larger unit of counting; ``word`` is its Chinese name, to be translated."""

    amount: Decimal
    word: str


def shortened(value: Decimal, language: str) -> Short | None:
    """Return the number to two places of the largest unit it fills, half up; None below all."""
    for size, word in _STEPS[language]:
        if abs(value) >= size:
            return Short((value / size).quantize(_PLACES, ROUND_HALF_UP), word)
    return None
