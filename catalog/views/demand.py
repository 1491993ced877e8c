"""What a company is told of the demand for its products."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.demand import Grouped
from catalog.rules.terms import InterestKind


class MonthOfInterest(msgspec.Struct, frozen=True):
    """How often products were asked for in a month, by what readers did."""

    month: dt.date
    times: dict[InterestKind, int]


class ProductOfInterest(msgspec.Struct, frozen=True):
    """How often one product was asked for in the whole time."""

    key: str
    name: str
    times: dict[InterestKind, int]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """The demand for a company's products in whole months.

    ``uses_*`` count projects and deliveries, each in groups that let no project be made out;
    ``names`` has the names of the products by key. ``pack`` is the rule pack that says how.
    """

    first: dt.date
    last: dt.date
    pack: str
    smallest_group: int
    interest_by_month: list[MonthOfInterest]
    interest_by_product: list[ProductOfInterest]
    uses_by_division: Grouped
    uses_by_month: Grouped
    uses_by_product: Grouped
    names: dict[str, str]
