"""A ratio with everything that it was made of, down to the lines."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.proof import Proof
from catalog.rules.terms import Stage


class Exclusion(StrEnum):
    """Why a line is in no item."""

    NO_CATEGORY = "no-category"
    NOT_IN_METHOD = "not-in-method"
    NO_PLACE = "no-place"
    PLACE_NOT_IN_METHOD = "place-not-in-method"
    NO_UNIT = "no-unit"
    UNIT_MISMATCH = "unit-mismatch"
    OTHER_STAGE = "other-stage"


class ExcludedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that counts nowhere, the reason, and the facts a sentence about it needs."""

    line: str
    reason: Exclusion
    facts: dict[str, str] = {}


class NotGreenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A counted line that is not green, or not known to be, and why."""

    line: str
    known: bool
    reason: str | None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of one dimension of an item, in one unit.

    ``denominator`` is the larger of billed and delivered at completion, billed at design.
    ``ratio`` is cut, never rounded up; ``ratio_exact`` is the fraction itself. Both are None
    where the denominator is not positive. ``conversions`` and ``proofs`` are by line.
    """

    category: str | None
    unit: str
    billed: Decimal
    delivered: Decimal
    green: Decimal
    denominator: Decimal
    ratio: Decimal | None
    ratio_exact: str | None
    passes: bool
    unstated_lines: int
    numerator_lines: tuple[str, ...]
    denominator_lines: tuple[str, ...]
    not_green_lines: tuple[NotGreenLine, ...]
    conversions: dict[str, str]
    proofs: dict[str, Proof]


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the method's table; its ratio is the lowest of its measures.

    An item that is not ``used`` says why in ``reason``: no-lines or no-quantity. ``points`` of
    method B are the item's part of its group before the group is rounded, cut for showing.
    """

    key: str
    name_zh: str
    name_en: str
    clause: str
    used: bool
    reason: str | None
    required: Decimal
    ratio: Decimal | None
    passes: bool
    kinds: int
    kinds_passing: int
    points: Decimal
    measures: tuple[Measure, ...]


class GroupResult(msgspec.Struct, frozen=True, kw_only=True):
    """A group's items and the points they earn; ``used`` and ``passing`` count its items.

    ``exact_points`` is the figure before any rounding of the group. ``passing`` is a fraction
    as text where an item of several kinds passes in part.
    """

    key: str
    name_zh: str
    name_en: str
    most_points: Decimal
    points: Decimal
    exact_points: str
    used: int
    passing: str
    items: tuple[ItemResult, ...]


class RatioResult(msgspec.Struct, frozen=True, kw_only=True):
    """The application ratio of one building at one stage, in percent, with its trace."""

    pack: str
    pack_version: str
    method: str
    stage: Stage
    percent: Decimal
    groups: tuple[GroupResult, ...]
    excluded: tuple[ExcludedLine, ...]
    unstated_lines: int
