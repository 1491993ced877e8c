"""What a reader sees of the swaps that bring a building to a target."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from catalog.rules.swaps.answer import SwapPlan
from catalog.rules.terms import Stage
from catalog.views.projects import NamedBuilding


class PriceView(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit of a product costs in yuan, and the line that states it."""

    price: Decimal
    unit: str
    on: dt.date
    sort: Literal["bill-line", "delivery"]
    line: int
    name: str
    building: str
    project: str
    project_name: str


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """A product proposed for a line; ``price`` is None where nobody ever stated one in its unit."""

    product: str
    name: str
    model: str | None
    company: str
    is_synthetic: bool
    price: PriceView | None


class SwapLineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the bill with the products that could supply it, the best first."""

    name: str
    specification: str | None
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    price: Decimal | None
    proposals: list[ProposalView]


class SwapsView(msgspec.Struct, frozen=True, kw_only=True):
    """What gets a building to a target, by one method at one stage.

    ``plan`` is None where the building has no line at the stage, or no such method is in force
    for it. ``targets`` are the percentages at which the threshold pack gives more. ``lines`` are
    those that the plan names, by the ids that it gives them. ``adopted_only`` tells whether only
    products that are adopted on the day were proposed.
    """

    building: NamedBuilding
    method: str
    stage: Stage
    on: dt.date
    pack: str | None
    thresholds: str | None
    targets: list[Decimal]
    plan: SwapPlan | None
    lines: dict[str, SwapLineView]
    adopted_only: bool
