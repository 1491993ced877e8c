"""Factors that are declared, as a column keeps them: one text for the same factors, always."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from catalog.rules.units import Declared


def declared_text(declared: Iterable[Declared]) -> str | None:
    """Return the factors as JSON, in one order and one writing of numbers; None if there are none.

    Whoever states the same factors in another order, or 2400 as 2400.0, says nothing new.
    """
    rows = sorted(
        {(each.unit, each.per or "", each.by, _plain(each)): each for each in declared}.items()
    )
    if not rows:
        return None
    return msgspec.json.encode(
        [
            {"amount": _plain(each), "unit": each.unit, "per": each.per, "by": each.by}
            for _, each in rows
        ]
    ).decode()


def _plain(declared: Declared) -> str:
    text = f"{declared.amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
