"""Which products of a bill have yet to come while their certificates run out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from catalog.rules.terms import BillStage
from catalog.rules.validity import DAY, StateChange, Validity, Window, validity_on
from catalog.rules.watching import ends_on

Amounts = Mapping[str, Decimal]


def last_day(
    papers: Iterable[tuple[list[Window], list[StateChange]]], day: dt.date
) -> dt.date | None:
    """Return the last day on which a product is certified, as is known on a day.

    A product of several certificates is certified as long as one of them is valid. Where none is
    valid on the day, it is the last day on which one was, whether time ended it or a state did;
    None where none ever was.
    """
    known = list(papers)
    valid = [
        ends_on(windows, states, day)
        for windows, states in known
        if validity_on(windows, states, day) is Validity.VALID
    ]
    if valid:
        return max(valid)
    ended = [
        end
        for windows, states in known
        for end in (*(last for _, last in windows), *(begun - DAY for _, begun in states))
        if end < day and validity_on(windows, states, end) is Validity.VALID
    ]
    return max(ended, default=None)


def asked_for(billed: Iterable[tuple[BillStage, str, Decimal]]) -> Amounts:
    """Return how much the bill asks for in each unit: settled where it is settled, else planned."""
    sums: dict[BillStage, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for stage, unit, quantity in billed:
        sums[stage][unit] += quantity
    return sums[BillStage.SETTLEMENT] if BillStage.SETTLEMENT in sums else sums[BillStage.DESIGN]


def is_to_come(asked: Amounts, came: Amounts) -> bool:
    """Tell whether not all that is asked for has come.

    What came in another unit than was asked for says nothing of it, so that it is still to come.
    """
    return any(came.get(unit, Decimal(0)) < quantity for unit, quantity in asked.items())
