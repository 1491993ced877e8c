"""What may be swapped, and the answer: which swaps, what each gains, and why fewer cannot do."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec


class Objective(StrEnum):
    """What a plan has as little of as it can."""

    FEWEST = "fewest"
    CHEAPEST = "cheapest"


class Reach(StrEnum):
    """How a building stands to a target."""

    REACHED = "reached"
    REACHABLE = "reachable"
    OUT_OF_REACH = "out-of-reach"


class Obstacle(StrEnum):
    """Why some points cannot be had by swaps."""

    NO_CANDIDATE = "no-candidate"
    DELIVERED = "delivered"
    LEFT_OUT = "left-out"
    NOT_IN_USE = "not-in-use"


class Count(StrEnum):
    """What plans are compared by: swaps, swaps of unknown cost, and fen of extra cost."""

    SWAPS = "swaps"
    UNKNOWN_COSTS = "unknown-costs"
    EXTRA_COST = "extra-cost"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A product proven green; its price is in yuan per unit of the line, None if unknown."""

    product: str
    price: Decimal | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What could supply a line instead, best first; ``price`` is what one unit costs as planned."""

    line: str
    candidates: tuple[Candidate, ...]
    price: Decimal | None = None


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a line, in its own unit, is supplied by another product.

    ``extra_cost`` is in yuan to the fen, negative where the product costs less; None is unknown.
    """

    line: str
    product: str
    quantity: Decimal
    unit: str
    price: Decimal | None
    extra_cost: Decimal | None


class ItemGain(msgspec.Struct, frozen=True, kw_only=True):
    """An item that swaps change: its ratio, its passing kinds and its points, before and after."""

    key: str
    name_zh: str
    name_en: str
    required: Decimal
    ratio_before: Decimal | None
    ratio_after: Decimal | None
    kinds: int
    passing_before: int
    passing_after: int
    points_before: Decimal
    points_after: Decimal
    lines: tuple[str, ...]


class GroupGain(msgspec.Struct, frozen=True, kw_only=True):
    """A group that swaps change, with the points it earns before and after."""

    key: str
    name_zh: str
    name_en: str
    most_points: Decimal
    points_before: Decimal
    points_after: Decimal
    items: tuple[ItemGain, ...]


class Less(msgspec.Struct, frozen=True, kw_only=True):
    """What the best plan with less reaches: at most so many swaps, or so much extra cost in yuan.

    Costs are told apart by a fen, or by two millionths of the dearest part if that is more.
    ``is_proven`` tells that no plan within that limit reaches more than ``percent``.
    """

    count: Count
    at_most: Decimal
    percent: Decimal
    is_proven: bool


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Why some points stay out of reach: an item, a line, or a line that counts in no item."""

    obstacle: Obstacle
    item: str | None
    line: str | None
    exclusion: str | None = None


class SwapPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The swaps that reach a target, or that come as near to it as any do.

    ``percent_after`` is calculated anew with the swaps. ``extra_cost`` is None where that of a
    swap is unknown. ``is_proven`` tells that no better plan exists; ``less`` is the evidence,
    None where there is nothing to have less of. ``blocks`` are named where the target is out of
    reach.
    """

    reach: Reach
    objective: Objective
    target: Decimal
    percent_before: Decimal
    percent_after: Decimal
    swaps: tuple[Swap, ...]
    extra_cost: Decimal | None
    groups: tuple[GroupGain, ...]
    is_proven: bool
    less: Less | None
    blocks: tuple[Block, ...]
