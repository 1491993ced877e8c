"""The shapes of matching: a line, what is known of it, the answers for it and their reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from catalog.rules.matching_words import NOT_MATERIAL, OUTSIDE


class Signal(StrEnum):
    """Where evidence comes from."""

    CODE = "code"
    NAME = "name"
    DETAILS = "details"
    SPECIFICATION = "specification"
    UNIT = "unit"
    CATALOGUE = "catalogue"
    SUPPLIER = "supplier"
    CERTIFICATE = "certificate"
    USUAL = "usual"
    DECISION = "decision"
    STATED = "stated"


class Standing(StrEnum):
    """What shall happen with a line."""

    DECIDED = "decided"
    PROPOSED = "proposed"
    ASKED = "asked"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why a person is asked although there is an answer."""

    WEAK = "weak"
    CLOSE = "close"
    UNIT = "unit"


class Reason(msgspec.Struct, frozen=True, gc=False):
    """A piece of evidence in words."""

    signal: Signal
    strength: float
    zh: str
    en: str


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A possible answer: a category, a place, or one of the two outcomes that are no category."""

    key: str
    confidence: float
    reasons: tuple[Reason, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a line."""

    name: str
    unit: str
    specification: str | None = None
    item_code: str | None = None
    supplier: str | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What a person took the same words to mean; ``category`` is None for the other outcomes."""

    category: str | None
    place: str | None
    product: str | None
    is_material: bool
    actor: str
    decided_on: dt.date

    @property
    def outcome(self) -> str:
        """The answer as one key."""
        return self.category or (OUTSIDE if self.is_material else NOT_MATERIAL)

    def reason(self) -> Reason:
        """Say who decided, and when."""
        on = self.decided_on.isoformat()
        return Reason(
            Signal.DECISION, 1, f"{self.actor} 于 {on} 认定", f"decided by {self.actor} on {on}"
        )


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows about a line: shares of its supplier's goods, its certificates' kinds.

    ``certified`` maps a certificate's number to the category of its products; ``stated`` is the
    category that the line itself states.
    """

    supplier_kinds: Mapping[str, float] = {}
    certified: Mapping[str, str] = {}
    decision: Decided | None = None
    stated: str | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The answers for a line, best first, and what shall happen with it."""

    standing: Standing
    doubts: tuple[Doubt, ...]
    kinds: tuple[Candidate, ...]
    place: Candidate | None

    @property
    def outcome(self) -> str | None:
        """The first answer, if there is one."""
        return self.kinds[0].key if self.kinds else None
