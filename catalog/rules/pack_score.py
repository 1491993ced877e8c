"""Packs that score products: gates, criteria with their points, and how long evidence counts."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from catalog.rules.pack_parts import Clause, Exact, Key, PackHead, Part, repeated

PLACES = 2


class Fact(StrEnum):
    """What is known of a product on a day, and criteria and gates are about."""

    PROVEN = "proven"
    STAR = "star"
    DAYS_LEFT = "days_left"
    PROOF = "proof"
    DECLARATION = "declaration"
    SURVEILLANCE = "surveillance"
    CHECKS = "checks"
    USES = "uses"
    DISTANCE_KM = "distance_km"
    STATED = "stated"


WORDS: dict[Fact, tuple[str, ...]] = {
    Fact.PROVEN: ("yes", "no"),
    Fact.PROOF: ("certificate", "test-report", "claim"),
    Fact.DECLARATION: ("in-force", "unsure", "expired"),
    Fact.SURVEILLANCE: ("on-time", "overdue", "failed"),
    Fact.CHECKS: ("passed", "mended", "failed"),
}
"""The words that a fact can be, the best first; all other facts are whole numbers."""


def _hundredths(value: Decimal) -> Decimal:
    if value != round(value, PLACES):
        raise ValueError(f"{value} has more than {PLACES} decimal places")
    return value


Points = Annotated[Exact, Field(le=1000), AfterValidator(_hundredths)]
# What a number can be that is compared or multiplied: all that fits is exact in 64 bits.
Amount = Annotated[int, Field(ge=0, le=1_000_000)]


class Period(Part):
    """How many years or months something counts, and where that is said."""

    count: Annotated[int, Field(ge=1, le=100)]
    clause: Clause


class ScoreStep(Part):
    """From this amount on, so many points."""

    at_least: Amount
    points: Points


class ScoreLine(Part):
    """Points on a straight line between two amounts, cut to hundredths; beyond them, the end's."""

    low: Amount
    low_points: Points
    high: Amount
    high_points: Points

    @model_validator(mode="after")
    def _runs(self) -> ScoreLine:
        if self.low >= self.high:
            raise ValueError("a line runs from a lower amount to a higher one")
        return self


class Condition(Part):
    """What a fact must be: one of some words, or a number that is large or small enough."""

    fact: Fact
    one_of: tuple[str, ...] = ()
    at_least: Amount | None = None
    at_most: Amount | None = None

    @model_validator(mode="after")
    def _fits_the_fact(self) -> Condition:
        words = WORDS.get(self.fact)
        is_number = self.at_least is not None or self.at_most is not None
        if words is None and (self.one_of or not is_number):
            raise ValueError(f"{self.fact} is a number: give at_least or at_most, and no words")
        if words is not None and (is_number or not self.one_of or set(self.one_of) - set(words)):
            raise ValueError(f"{self.fact} is one of {', '.join(words)}: give one_of")
        return self


class ScoreGate(Condition):
    """A condition that ranks a product behind all others if it is known not to hold."""

    key: Key
    name_zh: str
    name_en: str
    clause: Clause


class Criterion(Part):
    """What earns points: by the word that a fact is, or by a number's steps or line.

    ``raise_zh`` and ``raise_en`` say which evidence would bring more.
    """

    key: Key
    name_zh: str
    name_en: str
    fact: Fact
    words: dict[str, Points] = Field(default_factory=dict)
    steps: tuple[ScoreStep, ...] = ()
    line: ScoreLine | None = None
    raise_zh: str
    raise_en: str
    clause: Clause

    @property
    def every(self) -> tuple[Decimal, ...]:
        """The points at each word, step, or end of the line."""
        if self.line is not None:
            return self.line.low_points, self.line.high_points
        if self.steps:
            return Decimal(0), *(step.points for step in self.steps)
        return tuple(self.words.values())

    @property
    def most(self) -> Decimal:
        """The points of a product that does all it can."""
        return max(self.every)

    @property
    def least(self) -> Decimal:
        """The points of a product that does nothing."""
        return min(self.every)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Criterion:
        if bool(self.words) + bool(self.steps) + (self.line is not None) != 1:
            raise ValueError(f"criterion {self.key}: give words, steps or line")
        words = WORDS.get(self.fact, ())
        if set(self.words) != set(words):
            said = ", ".join(words) if words else "a number"
            raise ValueError(f"criterion {self.key}: {self.fact} is {said}")
        falling = [self.words[word] for word in words]
        if any(better < worse for better, worse in pairwise(falling)):
            raise ValueError(f"criterion {self.key}: a worse word earns no more than a better one")
        if any(
            one.at_least >= other.at_least or one.points > other.points
            for one, other in pairwise(self.steps)
        ):
            raise ValueError(f"criterion {self.key}: steps must rise")
        return self


class ScorePack(PackHead):
    """How products are ranked: the weights are opinions, and say whose.

    ``report_years`` is how long a test report counts, ``surveillance_months`` how long after a
    visit, or after the certificate's first day, the next is due, ``check_years`` how long a spot
    check counts.
    """

    kind: Literal["score"]
    report_years: Period
    surveillance_months: Period
    check_years: Period
    gates: tuple[ScoreGate, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> ScorePack:
        faults = [
            *repeated("gate", [gate.key for gate in self.gates]),
            *repeated("criterion", [criterion.key for criterion in self.criteria]),
        ]
        if faults:
            raise ValueError("; ".join(faults))
        if all(c.fact is Fact.DISTANCE_KM or not c.most for c in self.criteria):
            raise ValueError("no criterion earns points without a site")
        return self

    def __hash__(self) -> int:
        """Hash by the name; what is compared is everything."""
        return hash((self.key, self.version))

    def criteria_for(self, *, has_site: bool) -> tuple[Criterion, ...]:
        """Return the criteria that apply: the distance only counts to a site that is named."""
        return tuple(c for c in self.criteria if has_site or c.fact is not Fact.DISTANCE_KM)
