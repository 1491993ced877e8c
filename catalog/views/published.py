"""What a reader sees of published figures: what was published, and what it was made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.periods import Basis
from catalog.rules.terms import Stage
from catalog.views.figures import ResultFigure


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is published: a division's year, or the Corps' where no division is named.

    ``first`` and ``last`` are the days that the year takes in, both included.
    """

    division: str | None
    basis: Basis
    year: int
    first: dt.date
    last: dt.date
    stage: Stage
    method: str


class PackUsed(msgspec.Struct, frozen=True):
    """A rule pack that results went by, as ``key@version``, and the hash of its content."""

    pack: str
    content_hash: str


class PaperUsed(msgspec.Struct, frozen=True):
    """A certificate's version that proved or failed a delivery.

    ``facts_hash`` is that of all its versions and states as they were known.
    """

    certificate: str
    number: str
    effective_on: dt.date
    facts_hash: str


class ReportUsed(msgspec.Struct, frozen=True):
    """A test report that proved or failed a delivery."""

    id: int
    product: str
    number: str
    issued_on: dt.date


class PublishedResult(msgspec.Struct, frozen=True):
    """A building's result behind a published figure.

    ``lines`` counts the facts that it was calculated from; ``facts_hash`` is that of all of them
    with their ids and papers, as they were known.
    """

    id: int
    content_hash: str
    division: str
    project: str
    building: str
    pack: str
    thresholds: str
    ratio: Decimal
    points: Decimal
    gate_star: int | None
    floor_area_m2: Decimal | None
    green_amount: Decimal | None
    total_amount: Decimal | None
    lines: int
    facts_hash: str


class FigureContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that is frozen: the figures, the results behind them, the rules and the papers."""

    format: str
    scope: Scope
    figure: ResultFigure
    divisions: list[ResultFigure]
    results: list[PublishedResult]
    packs: list[PackUsed]
    papers: list[PaperUsed]
    reports: list[ReportUsed]


class PublishedHead(msgspec.Struct, frozen=True):
    """A published figure in a list."""

    content_hash: str
    division: str | None
    basis: Basis
    year: int
    stage: Stage
    method: str
    published_at: dt.datetime
    published_by: str
    note: str | None


class PublishedView(msgspec.Struct, frozen=True):
    """A published figure, whole; ``is_new`` is false where it had been published before."""

    head: PublishedHead
    content: FigureContent
    is_new: bool


class PublishedPage(msgspec.Struct, frozen=True):
    """A window on the published figures, the latest first."""

    items: list[PublishedHead]
    limit: int
    offset: int
    total: int


class Rebuilt(msgspec.Struct, frozen=True):
    """What came of making a published figure again; the difference is null if nothing differs."""

    content_hash: str
    rebuilt_hash: str
    is_same: bool
    path: str | None
    published: str | None
    rebuilt: str | None


class OnRecord(msgspec.Struct, frozen=True):
    """How many changes and results are dated until a moment, as far as they were committed."""

    changes: int
    results: int
    replaced: int
