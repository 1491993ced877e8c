"""Count how often products are asked for, and tell each company the demand for its own."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.repositories import company_desk, demand, reference
from catalog.rules.demand import grouped
from catalog.rules.pack_demand import DemandPack
from catalog.rules.packs import named, pack_in_force
from catalog.rules.terms import InterestKind
from catalog.rules.validity import DAY
from catalog.rules.watching import months_later
from catalog.views.demand import Demand, MonthOfInterest, ProductOfInterest

Counts = Mapping[tuple[str, InterestKind, dt.date], int]
_PLACE = "CN"


def count_interest(session: Session, counts: Counts) -> None:
    """Add what readers did with products on days; who they are is not known here."""
    demand.add_interest(session, {(k, kind.value, d): n for (k, kind, d), n in counts.items()})


def demand_for(connection: Connection, organisation: str, *, on: dt.date) -> Demand | None:
    """Return the demand for an organisation's products in the whole months before the day.

    None where the organisation is no company of the catalogue, or no pack says what it may see.
    """
    company = company_desk.company_id(connection, organisation)
    pack = _pack_of(connection, on)
    if company is None or pack is None:
        return None
    last = on.replace(day=1) - DAY
    first = months_later(last.replace(day=1), 1 - pack.months)
    by_month: dict[dt.date, Counter[InterestKind]] = defaultdict(Counter)
    by_product: dict[str, Counter[InterestKind]] = defaultdict(Counter)
    names: dict[str, str] = {}
    # What is asked today is no secret: interest counts to the day itself.
    for key, name, kind, day, times in demand.interest(connection, company, first=first, last=on):
        names[key] = name
        by_month[day.replace(day=1)][InterestKind(kind)] += int(times)
        by_product[key][InterestKind(kind)] += int(times)
    used: dict[str, dict[str, Counter[int]]] = {
        part: defaultdict(Counter) for part in ("division", "month", "product")
    }
    for project, division, day, key, name, number in demand.uses(
        connection, company, first=first, last=last
    ):
        names[key] = name
        used["division"][division][project] += number
        used["month"][f"{day:%Y-%m}"][project] += number
        used["product"][key][project] += number
    parts = {
        part: grouped(dict(sorted(rows.items())), smallest=pack.smallest_group)
        for part, rows in used.items()
    }
    return Demand(
        first=first,
        last=last,
        pack=named(pack),
        smallest_group=pack.smallest_group,
        interest_by_month=[
            MonthOfInterest(month, dict(by_month[month])) for month in _months(min(by_month), on)
        ]
        if by_month
        else [],
        interest_by_product=sorted(
            (ProductOfInterest(key, names[key], dict(n)) for key, n in by_product.items()),
            key=lambda each: (-sum(each.times.values()), each.name, each.key),
        ),
        uses_by_division=parts["division"],
        uses_by_month=parts["month"],
        uses_by_product=parts["product"],
        names=names,
    )


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first
    while month <= last:
        yield month
        month = months_later(month, 1)


def _pack_of(connection: Connection, on: dt.date) -> DemandPack | None:
    place = next(iter(reference.jurisdictions(connection)), _PLACE)
    found = pack_in_force(reference.packs(connection), kind="demand", place=place, on=on)
    return found if isinstance(found, DemandPack) else None
