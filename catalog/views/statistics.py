"""What a reader sees of the open statistics."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.standing import Standing


class MonthCount(msgspec.Struct, frozen=True):
    """How many certificates were issued in a month, and how many run out in it.

    ``month`` is such as 2026-03; None stands for those of which the day is not known.
    """

    month: str | None
    issued: int
    expiring: int


class AdoptionCount(msgspec.Struct, frozen=True):
    """How many adoptions began in a month and are what ``standing`` says on the day asked."""

    month: str
    standing: Standing
    adoptions: int


class DeclaredSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Global warming potential, cradle to gate (A1–A3), per one declared unit of a category.

    Only what was declared per the same unit is put together; ``low``, ``middle`` and ``high`` are
    declared amounts themselves: the least that 10, 50 and 90 in 100 declarations do not exceed.
    """

    unit: str
    declared_unit: str
    declarations: int
    least: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    most: Decimal


class DeclaredCategory(msgspec.Struct, frozen=True, kw_only=True):
    """How many products of a category have an environmental product declaration, and its spread.

    ``without_amount`` counts declarations that state no amount, or nothing it is an amount of:
    they are unknown, not zero.
    """

    category: str
    products: int
    declared: int
    without_amount: int
    spreads: list[DeclaredSpread]


class CertificateRow(msgspec.Struct, frozen=True):
    """A certificate in a list: when it was issued, and its last valid day."""

    key: str
    number: str
    body: str
    issued_on: dt.date | None
    expires_on: dt.date | None
    is_synthetic: bool


class CertificatePage(msgspec.Struct, frozen=True):
    """One page of certificates."""

    items: list[CertificateRow]
    limit: int
    offset: int
    total: int


class AdoptionRow(msgspec.Struct, frozen=True):
    """An adoption in a list, with what it is on the day asked."""

    key: str
    case_number: str
    product: str
    product_name: str
    model: str | None
    is_listed: bool
    category: str
    division: str
    adopted_on: dt.date
    standing: Standing
    is_synthetic: bool


class AdoptionPage(msgspec.Struct, frozen=True):
    """One page of adoptions."""

    items: list[AdoptionRow]
    limit: int
    offset: int
    total: int


class PublishedRatio(msgspec.Struct, frozen=True, kw_only=True):
    """The last published ratio of a division's year by one method; None names the Corps."""

    division: str | None
    year: int
    method: str
    ratio_by_area: Decimal | None
    projects: int
    content_hash: str
