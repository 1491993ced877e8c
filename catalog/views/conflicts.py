"""What is shown of a contradiction between two sources."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.terms import ConflictSubject, Decision, Stage
from catalog.rules.validity import Validity


class ConflictStanding(StrEnum):
    """Whether anything is still to be decided; what a later import ended needs no decision."""

    OPEN = "open"
    DECIDED = "decided"
    ENDED = "ended"


class ConflictRow(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction in a list, with the keys and names of what it is about.

    Of a product, the certificate is the held side and the declaration the offered one.
    ``ended_run`` is the later import by which the sources contradict each other no more.
    """

    id: int
    subject: ConflictSubject
    certificate: str | None
    number: str | None
    declaration: str | None
    declaration_name: str | None
    product: str | None
    product_name: str | None
    field: str
    held_value: str | None
    held_source: str
    offered_value: str | None
    offered_source: str
    run: int
    recorded_at: dt.datetime
    decision: Decision | None
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None
    ended_at: dt.datetime | None
    ended_run: int | None

    @property
    def title(self) -> str:
        """What a person calls the thing: a certificate's number, or a name."""
        titles = {
            ConflictSubject.CERTIFICATE: self.number,
            ConflictSubject.DECLARATION: self.declaration_name,
            ConflictSubject.PRODUCT: self.product_name,
        }
        return titles[self.subject] or self.declaration or ""

    @property
    def standing(self) -> ConflictStanding:
        """Whether it is open, and if not, why."""
        if self.decision is not None:
            return ConflictStanding.DECIDED
        return ConflictStanding.OPEN if self.ended_run is None else ConflictStanding.ENDED


class ConflictSide(msgspec.Struct, frozen=True):
    """One side: what it says, who says it, and what the certificate is if it counts.

    ``validity`` is None where no certificate depends on it.
    """

    value: str | None
    source: str
    recorded_at: dt.datetime | None
    run: int | None
    validity: Validity | None


class ConflictDetail(ConflictRow, frozen=True, kw_only=True):
    """A contradiction with both its sides, and what hangs on it."""

    on: dt.date
    held: ConflictSide
    offered: ConflictSide
    products: list[tuple[str, str]]
    buildings: list[tuple[str, str]]


class ConflictPage(msgspec.Struct, frozen=True):
    """One page of contradictions, and how many there are in all."""

    items: list[ConflictRow]
    limit: int
    offset: int
    total: int


class FigureChange(msgspec.Struct, frozen=True):
    """A building's ratio now, and as it would be; None where there is none."""

    project: str
    building: str
    stage: Stage
    method: str
    before: Decimal | None
    after: Decimal | None


class DecisionFigures(msgspec.Struct, frozen=True):
    """The ratios that one decision would change."""

    decision: Decision
    changes: list[FigureChange]


class ConflictFigures(msgspec.Struct, frozen=True):
    """What each possible decision would do to the buildings that depend on the certificate.

    Where there are too many, only the first are calculated: ``calculated`` of ``buildings``.
    Without anything to decide there are no decisions.
    """

    conflict: int
    buildings: int
    calculated: int
    decisions: list[DecisionFigures]
