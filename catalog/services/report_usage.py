"""Add up what came to site within a report's year, and how much of it was of adopted products."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

import msgspec
from sqlalchemy import Connection

from catalog.repositories import adoptions, report_facts
from catalog.rules import standing
from catalog.rules.validity import possible_days
from catalog.views.published import Scope
from catalog.views.reporting import UsageRow, UsedQuantity


class _Used(msgspec.Struct):
    """What came to site of one category so far."""

    lines: int = 0
    adopted_lines: int = 0
    unknown_lines: int = 0
    amount: Decimal = Decimal(0)
    adopted_amount: Decimal = Decimal(0)
    quantities: dict[str, list[Decimal]] = msgspec.field(default_factory=dict)


def usage_rows(
    connection: Connection, project_ids: Iterable[int], scope: Scope, *, known_at: dt.datetime
) -> list[UsageRow]:
    """Return what came to the sites of projects within the year, category by category."""
    found = [
        each
        for each in report_facts.deliveries(
            connection,
            project_ids,
            first=scope.first,
            last=scope.last,
            known_at=known_at,
        )
        # What may have come after the close is not counted.
        if each.on is None or possible_days(each.on, each.precision)[1] <= scope.last
    ]
    entries = adoptions.entries(
        connection,
        {each.product_id for each in found if each.product_id is not None},
        known_at=known_at,
    )

    @cache
    def is_adopted(product: int, first: dt.date, last: dt.date) -> bool | None:
        during = standing.found_during(entries.get(product, ()), (first, last)).standing
        return during.is_adopted

    used: dict[str | None, _Used] = defaultdict(_Used)
    for each in found:
        row = used[each.category]
        answer: bool | None = False if each.has_product else None
        if each.product_id is not None and each.on is not None:
            answer = is_adopted(each.product_id, *possible_days(each.on, each.precision))
        row.lines += each.lines
        row.amount += each.amount
        quantity = row.quantities.setdefault(each.unit, [Decimal(0), Decimal(0)])
        quantity[0] += each.quantity
        if answer is None:
            row.unknown_lines += each.lines
        elif answer:
            row.adopted_lines += each.lines
            row.adopted_amount += each.amount
            quantity[1] += each.quantity
    return [_usage_row(category, row) for category, row in _in_order(used)]


def _in_order(used: Mapping[str | None, _Used]) -> list[tuple[str | None, _Used]]:
    return sorted(used.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))


def _usage_row(category: str | None, used: _Used) -> UsageRow:
    return UsageRow(
        category=category,
        lines=used.lines,
        adopted_lines=used.adopted_lines,
        unknown_lines=used.unknown_lines,
        amount=used.amount,
        adopted_amount=used.adopted_amount,
        quantities=[
            UsedQuantity(unit=unit, total=total, adopted=adopted)
            for unit, (total, adopted) in sorted(used.quantities.items())
        ],
    )
