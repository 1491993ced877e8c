"""What a ratio is calculated from: lines of a bill and lines of deliveries, as values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a line says: how much there is in all, or how much came to site."""

    TOTAL = "total"
    DELIVERED = "delivered"


class RatioLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, with what is known of its greenness.

    A delivery is ``green`` if its product was proven green on the day it came; None is unknown,
    and ``green_reason`` is the key of the reason either way. A bill line of the design stage
    states a ``green_quantity`` in its own unit: None is not stated, zero is stated as none.
    """

    id: str
    category: str | None
    place: str | None
    unit: str | None
    quantity: Decimal
    role: Role
    green: bool | None = None
    green_reason: str | None = None
    green_quantity: Decimal | None = None
    label: str = ""
