"""What a reader sees of lines to be matched, of their answers, and of what people decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.matching_answers import Candidate, Doubt, Standing
from catalog.rules.matching_class import RatioClass
from catalog.rules.matching_products import ProductCandidate


class LineSort(StrEnum):
    """Where a line stands."""

    BILL_LINE = "bill-line"
    DELIVERY = "delivery"


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its words and what is stated of it; ``number`` is its own in bill or note."""

    sort: LineSort
    id: int
    number: str
    item_code: str | None
    name: str
    specification: str | None
    unit: str
    quantity: Decimal
    supplier: str | None
    category: str | None
    place: str | None
    product: str | None
    signature: str


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a person took some words to mean; ``superseded_at`` is set when it counts no longer.

    ``organisation`` is the owner for whose lines alone it counts, null where it does for all.
    """

    id: int
    signature: str
    name: str
    specification: str | None
    unit: str
    category: str | None
    place: str | None
    product: str | None
    is_material: bool
    actor: str
    decided_at: dt.datetime
    superseded_at: dt.datetime | None
    organisation: str | None


class LineMatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its answers, best first. ``place`` and ``ratio_classes`` go with the first."""

    line: LineView
    standing: Standing
    doubts: tuple[Doubt, ...]
    kinds: tuple[Candidate, ...]
    place: Candidate | None
    ratio_classes: list[RatioClass]
    products: list[ProductCandidate]
    proposed_product: str | None
    decision: DecisionView | None


class MatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A window on a building's lines; ``counts`` says how many of all lines stand where."""

    items: list[LineMatchView]
    limit: int
    offset: int
    total: int
    counts: dict[str, int]


class Need(StrEnum):
    """What lines with the same words want of a person; lines that want nothing have none."""

    LOOK = "look"
    PROPOSED = "proposed"
    PLACE = "place"
    PRODUCT = "product"
    DECIDED = "decided"


class WordingView(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a building with the same words, and the answers for them all."""

    match: LineMatchView
    lines: list[LineView]


class WordingPage(msgspec.Struct, frozen=True, kw_only=True):
    """A window on a building's wordings of one need, or all; ``total`` counts wordings.

    ``lines`` says how many lines these are, ``needs`` how many lines want what, ``all_lines`` how
    many there are.
    """

    items: list[WordingView]
    need: Need | None
    limit: int
    offset: int
    total: int
    lines: int
    needs: dict[Need, int]
    all_lines: int


class SureView(msgspec.Struct, frozen=True, kw_only=True):
    """How much could be accepted at once."""

    wordings: int
    lines: int


class OpenLinesView(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines of a building have no category that a person or a file gave them."""

    project: str
    building: str
    building_name: str
    lines: int


class AppliedRunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run that put decisions on a building's lines and still stands."""

    run: int
    actor: str
    at: dt.datetime
    lines: int
    reason: str


class AppliedView(msgspec.Struct, frozen=True, kw_only=True):
    """What came of decisions on a building; ``run`` is the ledger's, null if nothing changed."""

    run: int | None
    bill_lines: int
    deliveries: int
