"""What a reader sees of sums over buildings and over lines, each with what it was divided by.

Division, year, kind and category are null where they were not asked apart or are not known. A
kind's figure takes in every project that has it: a project of two kinds is in both, so that kinds
never add up to the whole (``kinds_overlap``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from catalog.rules.periods import Basis
from catalog.rules.terms import Stage

DIVISION, YEAR, KIND, CATEGORY = "division", "year", "kind", "category"
KindName = Literal["government", "key", "municipal", "green", "prefabricated", "none"]
"""A kind of project that can be asked for; none is what states no kind."""
NO_CATEGORY = "none"
"""Asked for as a category, the lines that have none."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What to add up, and by what to tell it apart; None takes in all.

    A year of UNKNOWN is what has none yet, a category of NO_CATEGORY what has none.
    """

    stage: Stage
    by: tuple[str, ...] = (DIVISION, YEAR)
    basis: Basis = Basis.CALENDAR
    division: str | None = None
    year: int | None = None
    kind: str | None = None
    category: str | None = None


class ResultFigure(msgspec.Struct, frozen=True):
    """Results of one method at one stage, added up.

    ``ratio_by_area`` is ``green_area_m2`` (the sum of area times ratio) of ``weighed_area_m2`` (the
    area of the buildings that have both), in per cent; ``ratio_by_amount`` is ``green_amount`` of
    ``total_amount``. A share whose denominator is unknown or zero is null, and so is an amount
    that no delivery states. ``passing`` counts the buildings by the points that their ratio
    earned, ``passing_area_m2`` adds their areas; ``area_m2`` is that of the buildings whose area
    is known, ``without_area`` counts the others.
    """

    division: str | None
    year: int | None
    kind: str | None
    projects: int
    buildings: int
    buildings_passing: int
    without_area: int
    area_m2: Decimal
    green_area_m2: Decimal
    weighed_area_m2: Decimal
    ratio_by_area: Decimal | None
    green_amount: Decimal | None
    total_amount: Decimal | None
    ratio_by_amount: Decimal | None
    passing: dict[int, int]
    passing_area_m2: dict[int, Decimal]


class Quantity(msgspec.Struct, frozen=True):
    """The quantity of one category in one unit; other dimensions of the same goods stand beside.

    ``ratio`` is ``green`` of ``total`` in per cent, ``adopted_ratio`` is ``adopted`` of it.
    """

    unit: str
    total: Decimal
    green: Decimal
    ratio: Decimal | None
    adopted: Decimal
    adopted_ratio: Decimal | None


class UsageFigure(msgspec.Struct, frozen=True):
    """Lines of one stage, added up: what came to site, or what a design plans.

    ``ratio_by_amount`` is ``green_amount`` of ``amount`` in per cent. ``lines_unstated`` counts the
    lines that may be green or not, ``lines_without_amount`` those that add to no amount.
    ``quantities`` are given within a category only: those of different goods are never added.
    ``adopted_amount`` is that of products which were in the adoption database on the day they came
    or were planned, be they green or not; ``adopted_ratio_by_amount`` is its share of ``amount``,
    and ``lines_adoption_unknown`` counts the lines of which nobody knows.
    """

    division: str | None
    year: int | None
    kind: str | None
    category: str | None
    lines: int
    lines_unstated: int
    lines_without_amount: int
    amount: Decimal
    green_amount: Decimal
    ratio_by_amount: Decimal | None
    lines_adoption_unknown: int
    adopted_amount: Decimal
    adopted_ratio_by_amount: Decimal | None
    quantities: list[Quantity]


class UsageLine(msgspec.Struct, frozen=True):
    """A line behind a figure; ``on`` is the day it came, or on which its project was designed.

    ``is_green`` is null where nobody knows, and so is ``is_adopted``.
    """

    id: int
    project: str
    project_name: str
    building: str
    building_name: str
    division: str
    category: str | None
    number: str
    on: dt.date | None
    name: str
    unit: str
    quantity: Decimal
    amount: Decimal | None
    is_green: bool | None
    green_quantity: Decimal | None
    is_adopted: bool | None
    product: str | None


class ResultFigures(msgspec.Struct, frozen=True):
    """A window on the figures of results."""

    items: list[ResultFigure]
    limit: int
    offset: int
    total: int
    kinds_overlap: bool


class UsageFigures(msgspec.Struct, frozen=True):
    """A window on the figures of lines."""

    items: list[UsageFigure]
    limit: int
    offset: int
    total: int
    kinds_overlap: bool


class UsageLines(msgspec.Struct, frozen=True):
    """A window on the lines behind a figure."""

    items: list[UsageLine]
    limit: int
    offset: int
    total: int
