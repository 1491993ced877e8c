"""What a ratio is calculated from: lines of a bill and lines of deliveries, as values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.proof import Proof
from catalog.rules.units import Declared


class Role(StrEnum):
    """What a line says: how much there is in all, or how much came to site."""

    TOTAL = "total"
    DELIVERED = "delivered"


class RatioLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, with what is known of its greenness.

    A delivery is ``green`` if its product was proven green on the day it came; None is unknown,
    and ``green_reason`` is the key of the reason either way; ``proof`` names the paper. A bill
    line of the design stage states a ``green_quantity`` in its own unit: None is not stated, zero
    is stated as none. ``declared`` are the factors that lead from its unit to one of another
    dimension.
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
    proof: Proof | None = None
    declared: tuple[Declared, ...] = ()
    label: str = ""


def line_id(number: int, *, is_delivered: bool) -> str:
    """Return how a stored line is named in a trace."""
    return f"delivery-{number}" if is_delivered else f"bill-line-{number}"


def line_number(line: RatioLine) -> int:
    """Return the number of a line that is named so.

    Raises:
        ValueError: It is not.
    """
    number = int(line.id.rpartition("-")[2])
    if line.id != line_id(number, is_delivered=line.role is Role.DELIVERED):
        raise ValueError(f"{line.id} is not the name of a stored line")
    return number
