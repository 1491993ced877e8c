"""What a check can find, what becomes of it, and the lines that it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from catalog.rules.keys import hashed_key


class FindingKind(StrEnum):
    """The kinds of things that do not fit together (one check each)."""

    NOTE_TWICE = "note-twice"
    INVOICE_TWICE = "invoice-twice"
    OVER_BILLED = "over-billed"
    OVER_OUTPUT = "over-output"
    OUTSIDE_VALIDITY = "outside-validity"
    OUTSIDE_SCOPE = "outside-scope"
    OTHER_SITE = "other-site"
    FILE_ALTERED = "file-altered"
    FILE_MISSING = "file-missing"
    FILE_IN_TWO_CASES = "file-in-two-cases"


class Verdict(StrEnum):
    """What a person held of a finding."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class FindingStanding(StrEnum):
    """Whether a finding waits for a person, was judged, or lost its cause before that."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    GONE = "gone"


class LineOf(StrEnum):
    """The kinds of thing that a finding can stand on."""

    DELIVERY = "delivery"
    BILL_LINE = "bill-line"
    EVIDENCE = "evidence"
    CASE = "case"


class Ground(msgspec.Struct, frozen=True, order=True):
    """A line that a finding stands on: which, and whose division and project it is of.

    ``id`` is the line's number in the store; ``division`` and ``project`` are numbers too, None
    where the thing is of none.
    """

    of: LineOf
    id: int
    division: int | None
    project: int | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a check found.

    ``identity`` is what makes it the same finding on the next run: what it is about, and not the
    numbers of rows that a corrected file replaces. ``facts`` are what the page says of it.
    """

    kind: FindingKind
    identity: tuple[str, ...]
    facts: Mapping[str, str | None]
    grounds: tuple[Ground, ...]
    day: dt.date | None = None
    is_synthetic: bool = False

    @property
    def key(self) -> str:
        """The finding's key, the same on every run."""
        return hashed_key("finding", self.kind.value, *self.identity)
