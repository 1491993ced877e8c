"""What matching knows: words, codes, patterns, units and places, and what each is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from catalog.rules.matching_text import Terms, folded
from catalog.rules.units import UnitTable

NOT_MATERIAL = "not-material"
OUTSIDE = "outside-catalogue"


class Strengths(msgspec.Struct, frozen=True):
    """What a word of each rank is worth."""

    sure: float
    likely: float
    hint: float
    faint: float

    def of(self, rank: str) -> float:
        """Return the strength of a rank that the data names."""
        return float(getattr(self, rank))


class Thresholds(msgspec.Struct, frozen=True):
    """From where on something is proposed, or shown at all."""

    propose: float
    lead: float
    show: float
    place: float
    product: float
    show_product: float


class Most(msgspec.Struct, frozen=True):
    """How many of each are shown, and in how many kinds products are looked for."""

    kinds: int
    products: int
    categories_searched: int


class Factors(msgspec.Struct, frozen=True):
    """What evidence loses where it stands elsewhere than it should."""

    inside: float
    in_specification: float
    similar: float
    least_alike: float
    catalogue: float
    supplier: float


class ProductStrengths(msgspec.Struct, frozen=True):
    """What speaks for one product of a kind."""

    name: float
    specification: float
    company: float
    certificate: float


class Worth(msgspec.Struct, frozen=True):
    """All the numbers of matching."""

    source: str
    strengths: Strengths
    thresholds: Thresholds
    most: Most
    factors: Factors
    products: ProductStrengths


class Says(msgspec.Struct, frozen=True):
    """What a word says: an outcome, or a place, and how strongly; ``means`` is its other word."""

    outcome: str
    strength: float
    means: str | None = None


class CodePrefix(msgspec.Struct, frozen=True, kw_only=True):
    """What items whose code begins so are made of, and where."""

    outcome: str | None = None
    place: str | None = None
    strength: float
    name_zh: str
    name_en: str


class Pattern(msgspec.Struct, frozen=True):
    """A way of writing a specification."""

    regex: re.Pattern[str]
    kinds: Mapping[str, float]
    name_zh: str
    name_en: str


class Table(StrEnum):
    """The tables of data that a vocabulary is made of."""

    STRENGTHS = "strengths"
    CODES = "codes"
    WORDS = "words"
    SPECIFICATIONS = "specifications"
    PLACES = "places"
    UNITS = "units"


class Vocabulary:
    """All that matching knows before it sees the catalogue.

    ``names`` are the names and aliases of each kind, ``place_names`` those of each place;
    ``meanings`` gives for a word of the trade what else it stands for.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Any]],
        *,
        names: Mapping[str, Iterable[str]],
        place_names: Mapping[str, Iterable[str]],
        meanings: Mapping[str, Sequence[str]],
        units: UnitTable,
    ) -> None:
        self.worth = msgspec.convert(tables[Table.STRENGTHS], Worth, strict=False)
        self._units = units
        ranks = self.worth.strengths
        self.words = _words(tables[Table.WORDS]["kinds"], ranks)
        for kind, words in names.items():
            _add(self.words, words, Says(kind, ranks.likely))
        self.place_words = _words(tables[Table.PLACES]["words"], ranks)
        for place, words in place_names.items():
            _add(self.place_words, words, Says(place, ranks.likely))
        self._widen(meanings)
        self.usual_places: Mapping[str, str] = tables[Table.PLACES]["usual"]
        self.codes = {
            prefix: CodePrefix(
                outcome=row.get("outcome"),
                place=row.get("place"),
                strength=ranks.of(row["strength"]),
                name_zh=row["name_zh"],
                name_en=row["name_en"],
            )
            for row in tables[Table.CODES]["codes"]
            for prefix in row["prefixes"]
        }
        self.patterns = [
            Pattern(
                re.compile(row["pattern"]),
                {kind: ranks.of(rank) for kind, rank in row["kinds"].items()},
                row["name_zh"],
                row["name_en"],
            )
            for row in tables[Table.SPECIFICATIONS]["patterns"]
        ]
        self.certificates = [re.compile(p) for p in tables[Table.SPECIFICATIONS]["certificates"]]
        self.dimensions: Mapping[str, Sequence[str]] = tables[Table.UNITS]["dimensions"]
        self._not_material_units = {folded(unit) for unit in tables[Table.UNITS]["not_material"]}

    def _widen(self, meanings: Mapping[str, Sequence[str]]) -> None:
        """Let a word of the trade say what the words that it stands for say."""
        terms = Terms(self.words)
        for said, others in meanings.items():
            word = folded(said)
            if word in self.words:
                continue
            for other in others:
                for known, end in terms.find(folded(other)):
                    if end == len(folded(other)):
                        for says in self.words[known]:
                            found = Says(says.outcome, says.strength, other)
                            self.words.setdefault(word, []).append(found)

    @cached_property
    def terms(self) -> Terms:
        """The words for kinds, ready to be looked for."""
        return Terms(self.words)

    @cached_property
    def place_terms(self) -> Terms:
        """The words for places, ready to be looked for."""
        return Terms(self.place_words)

    def code(self, item_code: str) -> list[tuple[str, CodePrefix]]:
        """Return what the prefixes of a code say, the longest first."""
        plain = "".join(sign for sign in item_code if sign.isdigit())
        found = (plain[:length] for length in range(len(plain), 1, -1))
        return [(prefix, self.codes[prefix]) for prefix in found if prefix in self.codes]

    def is_not_material(self, unit: str) -> bool:
        """Tell whether only work, plant and lump sums are counted in this unit."""
        return folded(unit) in self._not_material_units

    def sign(self, unit: str) -> str:
        """Return the sign of a unit; what is no unit of ours stays as it was written."""
        known = self._units.find(unit)
        return known.symbol if known else unit

    def fits(self, kind: str, unit: str) -> bool | None:
        """Tell whether goods of a kind are counted in the unit; None if nothing is known."""
        usual, known = self.dimensions.get(kind), self._units.find(unit)
        if usual is None or known is None:
            return None
        return known.dimension in usual or known.key in usual


def _words(
    table: Mapping[str, Mapping[str, Sequence[str]]], ranks: Strengths
) -> dict[str, list[Says]]:
    found: dict[str, list[Says]] = {}
    for outcome, by_rank in table.items():
        for rank, words in by_rank.items():
            _add(found, words, Says(outcome, ranks.of(rank)))
    return found


def _add(found: dict[str, list[Says]], words: Iterable[str], says: Says) -> None:
    for word in words:
        known = found.setdefault(folded(word), [])
        if all(entry.outcome != says.outcome for entry in known):
            known.append(says)
