"""A question to a search engine and its answer, in our words and no engine's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from search.documents import ProductDocument
from search.validity_terms import standings_on


class Sort(StrEnum):
    """In which order hits come; ties are always in order of the product's key."""

    RELEVANCE = "relevance"
    NAME = "name"
    STAR = "star"
    EXPIRY = "expiry"
    NEWEST = "newest"


class Facet(StrEnum):
    """What results can be narrowed by, and counted by."""

    CATEGORY = "category"
    GROUP = "group"
    STAR = "star"
    ADOPTION = "adoption"
    DIVISION = "division"
    COMPANY = "company"
    BODY = "body"


class Tier(StrEnum):
    """How the words were taken: as typed, or more loosely because nothing matched as typed.

    By sound, Latin letters are read as pinyin or its initials, and Chinese words as any that sound
    alike. Relaxed, slips are repaired and most of the characters are enough.
    """

    EXACT = "exact"
    SOUND = "sound"
    RELAXED = "relaxed"


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Words to match, filters to keep, an order and a window.

    All words must be there, the characters of a Chinese word one after the other in one of the
    product's texts. A text in quotes must be there as it stands, in one of them; what follows a
    minus sign must not be there. Words that hold no letter and no digit ask for nothing, like no
    words at all.

    Values of one filter are alternatives, different filters must all hold; on ``valid_on`` a
    certificate is valid, on ``adopted_on`` the product is adopted. What ``adoptions`` names, words
    of ``catalog.rules.standing.Standing``, a product is on ``adoption_on``; without that day they
    are neither filtered by nor counted. By relevance and without
    words, hits come in order of their keys. Names are sorted as a dictionary sorts them, by pinyin
    (``search.sounds.name_rank``); by star the highest comes first and the unknown last; by expiry,
    products that were never valid come last.
    """

    words: str = ""
    categories: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    divisions: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    adoptions: frozenset[str] = frozenset()
    adoption_on: dt.date | None = None
    valid_on: dt.date | None = None
    adopted_on: dt.date | None = None
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    offset: int = 0
    facets: tuple[Facet, ...] = tuple(Facet)
    facet_limit: int = 100

    def chosen(self, facet: Facet) -> frozenset[str]:
        """Return the values that the filter of this facet keeps; none means that it is off."""
        chosen = {
            Facet.CATEGORY: self.categories,
            Facet.GROUP: self.groups,
            Facet.STAR: frozenset(str(star) for star in self.stars),
            Facet.ADOPTION: self.adoptions if self.adoption_on else frozenset(),
            Facet.DIVISION: self.divisions,
            Facet.COMPANY: self.companies,
            Facet.BODY: self.bodies,
        }
        return chosen[facet]

    def indexed(self, facet: Facet, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the terms that an index holds for values of a facet: of adoption, the day's."""
        if facet is not Facet.ADOPTION:
            return tuple(sorted(keys))
        return standings_on(sorted(keys), self.adoption_on) if self.adoption_on else ()


class Piece(msgspec.Struct, frozen=True):
    """A part of a text, marked if it is what was looked for."""

    text: str
    is_marked: bool


class FacetCount(msgspec.Struct, frozen=True):
    """How many products have one value of a facet."""

    key: str
    count: int


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One product found: its document, and texts of it in pieces with what matched marked."""

    document: ProductDocument
    name: tuple[Piece, ...]
    model: tuple[Piece, ...] | None
    company_name: tuple[Piece, ...]
    certificate_numbers: tuple[tuple[Piece, ...], ...]


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A window of the hits, and counts over all of them.

    ``facets`` holds, for each facet asked for, its values with the number of products that pass the
    words and every filter **except the facet's own**, so that a reader sees what choosing one more
    value would bring; largest first, ties by key. At most ``facet_limit`` values are listed (never
    more than 10,000), and always those that are chosen, even with a count of zero.

    ``has_exact_counts`` says that the total and every count are facts; otherwise they are
    estimates, and whoever shows them says so.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[Facet, tuple[FacetCount, ...]]
    tier: Tier
    has_exact_counts: bool
