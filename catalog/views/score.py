"""What a reader sees of scores, of the ranking, and of what an owner lays over it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from catalog.rules.pack_score import Fact

Answer = Literal["passed", "failed", "unknown"]


class GateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a product passes a gate; one that it fails puts it behind all that fail none."""

    key: str
    name_zh: str
    name_en: str
    answer: Answer
    clause: str


class CriterionScore(msgspec.Struct, frozen=True, kw_only=True):
    """What a criterion gives a product.

    ``value`` is the fact, a word or a whole number, and ``points`` what it earns; both are null
    where nothing is known, which is not zero. ``gain`` is what better evidence could still add.
    """

    key: str
    name_zh: str
    name_en: str
    fact: Fact
    value: str | None
    points: Decimal | None
    most: Decimal
    gain: Decimal
    raise_zh: str
    raise_en: str
    clause: str


class ProductScore(msgspec.Struct, frozen=True, kw_only=True):
    """A product's score on a day, and why: it ranks, and never admits or refuses.

    ``points`` are earned by what is known, out of ``possible``; ``missing`` is what may still be
    earned by what is not known. Whatever that turns out to be, the score then lies between
    ``lowest`` and ``highest``. ``not_stated`` names what the completeness misses.
    """

    product: str
    name: str
    is_synthetic: bool
    pack: str
    pack_zh: str
    pack_en: str
    on: dt.date
    known_at: dt.datetime | None
    site: str | None
    points: Decimal
    missing: Decimal
    possible: Decimal
    lowest: Decimal
    highest: Decimal
    gates: list[GateAnswer]
    criteria: list[CriterionScore]
    not_stated: list[str]


class RankedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product in a ranking; equal ones share a place."""

    place: int
    product: str
    name: str
    model: str | None
    company: str
    company_name: str
    is_synthetic: bool
    points: Decimal
    missing: Decimal
    lowest: Decimal
    highest: Decimal
    fails_a_gate: bool


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Products in order of their score, by the shared weights or by an owner's policy.

    ``policy`` is the version of the owner's policy, null for the shared score; ``fallen`` is how
    many products fall out by it and are not in ``total``.
    """

    pack: str
    policy: int | None
    on: dt.date
    category: str | None
    site: str | None
    possible: Decimal
    total: int
    fallen: int
    limit: int
    offset: int
    items: list[RankedProduct]


class PolicyReason(msgspec.Struct, frozen=True, kw_only=True):
    """One demand or exclusion of a policy, by its place in it, and how many products it hits."""

    kind: Literal["requirement", "exclusion"]
    position: int
    products: int
    alone: int


class FallenProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product that falls out by a policy, and the reasons by their place in the preview."""

    product: str
    name: str
    company_name: str
    is_synthetic: bool
    reasons: list[int]


class PolicyPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy would do to the products that are looked at; nothing is changed by it."""

    pack: str
    on: dt.date
    category: str | None
    shortlisted: int
    fallen: int
    reasons: list[PolicyReason]
    products: list[FallenProduct]


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an owner's policy; it stands while ``ended_at`` is null."""

    organisation: str
    version: int
    pack: str
    content: msgspec.Raw
    set_by: str
    set_at: dt.datetime
    ended_at: dt.datetime | None


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """A surveillance visit for a certificate."""

    certificate: str
    number: str
    visited_on: dt.date
    is_passed: bool
    note: str | None
    source: str
    evidence: str | None


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """A spot check of a product."""

    checked_on: dt.date
    authority: str
    is_passed: bool
    note: str | None
    source: str
    evidence: str | None
