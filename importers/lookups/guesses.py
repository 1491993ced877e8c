"""How the columns of a table that is not ours are guessed, as written in ``mapping.toml``."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources

import msgspec

from importers.lookups.names import folded_word


class Trust(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """How far each sign alone may be believed."""

    named: float
    near: float
    part: float
    content: float
    stand_in: float
    parted: float


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """From where on a sign counts."""

    alike: float
    letters: int
    characters: int
    likely: float
    doubtful: float
    least: float
    sure: float
    parted: float
    repeated: float


class Parted(msgspec.Struct, frozen=True, kw_only=True):
    """Separators of two things in one cell, and the fields of the part before and after."""

    separators: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What values alone can show."""

    ways: frozenset[str]
    patterns: dict[str, str]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The body that a form of certificate number belongs to."""

    number: str
    body: str
    same: dict[str, str] = {}


class HeaderRows(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of units or of codes looks like."""

    units: str
    codes: str
    labels: tuple[str, ...]


class Guesses(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", dict=True):
    """Everything that guessing goes by."""

    sample: int
    shown: int
    widest: int
    trust: Trust
    thresholds: Thresholds
    stand_ins: dict[str, tuple[str, ...]]
    parted: Parted
    content: Content
    bodies: tuple[Body, ...]
    factors: dict[str, dict[str, Decimal]]
    unknown: dict[str, tuple[str, ...]]
    rows: HeaderRows
    reasons: dict[str, dict[str, str]]

    @cached_property
    def unknown_words(self) -> frozenset[str]:
        """The words for what is not known, folded."""
        return frozenset(map(folded_word, self.unknown["words"]))

    @cached_property
    def unit_pattern(self) -> re.Pattern[str]:
        """What a unit in a header looks like."""
        return re.compile(self.rows.units)

    @cached_property
    def code_pattern(self) -> re.Pattern[str]:
        """What a code in a header looks like."""
        return re.compile(self.rows.codes)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The words before a row of units or codes, folded."""
        return frozenset(map(folded_word, self.rows.labels))

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """What the texts of a field look like."""
        return {field: re.compile(text) for field, text in self.content.patterns.items()}


@cache
def guesses() -> Guesses:
    """Return how columns are guessed."""
    path = resources.files("importers") / "lookups" / "mapping.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Guesses, strict=False)
