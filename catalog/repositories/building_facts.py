"""What the ratios of a building are calculated from: its lines, as they are stored."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.packs import PackChoice
from catalog.rules.proof import Goods, Report
from catalog.rules.standing import Entry
from catalog.rules.terms import BillStage, DatePrecision, ProjectKind
from catalog.rules.units import Declared
from catalog.rules.validity import Window, possible_days


class ProductFacts(msgspec.Struct, frozen=True):
    """What lines take from their product."""

    category: str | None
    model: str | None
    scope: str | None
    declared: tuple[Declared, ...]
    reports: tuple[Report, ...]
    adoptions: tuple[Entry, ...]


NO_PRODUCT = ProductFacts(
    category=None, model=None, scope=None, declared=(), reports=(), adoptions=()
)
"""What lines take from no product."""


class PlannedLine(msgspec.Struct, frozen=True):
    """A bill line as a ratio needs it; ``declared`` are its own factors, then its product's."""

    id: int
    stage: BillStage
    name: str
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    planned_green_quantity: Decimal | None
    declared: tuple[Declared, ...]


class DeliveredLine(msgspec.Struct, frozen=True):
    """A delivery as a ratio needs it; ``goods`` are what its greenness is judged from.

    Its papers are the named certificate or, where none is named, each that covers the product.
    ``declared`` are the delivery's own factors, then its product's; ``model`` and ``scope`` are
    the product's. Where ``delivered_precision`` is less than a day, ``delivered_on`` is the first
    day it can be.
    """

    id: int
    name: str
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    amount: Decimal | None
    delivered_on: dt.date
    delivered_precision: DatePrecision
    specification: str | None
    factory: str | None
    transport_km: Decimal | None
    product_id: int | None
    model: str | None
    scope: str | None
    declared: tuple[Declared, ...]
    goods: Goods

    @property
    def days(self) -> Window:
        """The first and the last day on which it can have come."""
        return possible_days(self.delivered_on, self.delivered_precision)


class BuildingFacts(msgspec.Struct, frozen=True):
    """A building with its lines, and the place and the choices that its rules come from."""

    id: int
    project_id: int
    division_id: int
    jurisdiction: str
    designed_on: dt.date | None
    completed_on: dt.date | None
    floor_area_m2: Decimal | None
    kinds: tuple[ProjectKind, ...]
    choices: tuple[PackChoice, ...]
    bill_lines: list[PlannedLine]
    deliveries: list[DeliveredLine]
