"""Completions while someone types: names that hold what was typed, each with what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from search import highlight
from search import plan as plans
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.highlight import Marker
from search.plan import Plan
from search.query import Hit, SearchPage, SearchQuery, Sort, Tier

# The best hits tend to be alike; those of the last days show what else there is.
_SAMPLES = ((Sort.RELEVANCE, 12), (Sort.NEWEST, 20))
_LANGUAGES = 2


class SuggestionKind(StrEnum):
    """What a suggested text is the name of, the most useful first."""

    CATEGORY = "category"
    PRODUCT = "product"
    COMPANY = "company"
    BRAND = "brand"
    CERTIFICATE = "certificate"


class Suggestion(msgspec.Struct, frozen=True):
    """A text worth searching for, and how many products that search finds: at least one."""

    kind: SuggestionKind
    text: str
    count: int


class _Candidate(msgspec.Struct, frozen=True):
    kind: SuggestionKind
    text: str
    covered: int
    starts_at: int
    seen: int


def suggest(engine: SearchEngine, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return names that hold as much of the text as any, or that sound so; none for no text.

    Raises:
        SearchUnavailableError: The engine cannot answer now.
    """
    plan = plans.read(text)
    if not plan.units or limit < 1:
        return ()
    pages = [_page(engine, text, sort, hits) for sort, hits in _SAMPLES]
    hits = {hit.document.id: hit for page in pages for hit in page.hits}
    found = _candidates(hits.values(), _parts(plan, pages[0].tier))
    suggestions: list[Suggestion] = []
    for candidate in _chosen(found, limit):
        count = _count(engine, candidate.text)
        if count:
            suggestions.append(Suggestion(candidate.kind, candidate.text, count))
    return tuple(suggestions)


def _page(engine: SearchEngine, words: str, sort: Sort, limit: int) -> SearchPage:
    return engine.search(SearchQuery(words=words, sort=sort, limit=limit, facets=()))


def _parts(plan: Plan, tier: Tier) -> tuple[Marker, ...]:
    """Return for each thing that was asked for what marks it alone."""
    if tier is Tier.SOUND:
        typed = [heard.typed for heard in plans.by_sound(plan)]
    else:
        typed = [(unit,) for unit in plan.units]
    return tuple(highlight.marker(Plan(units, (), ()), tier) for units in typed)


def _candidates(hits: Iterable[Hit], parts: Sequence[Marker]) -> list[_Candidate]:
    """Return the names in the hits that hold the most parts, each text once."""
    seen = Counter(named for hit in hits for named in _names(hit.document))
    found: dict[str, _Candidate] = {}
    for (kind, names), times in seen.items():
        # Of a category's names, the first is offered unless another holds more.
        best = max((_candidate(kind, name, times, parts) for name in names), key=_covered)
        if best.covered and best.text not in found:
            found[best.text] = best
    most = max(map(_covered, found.values()), default=0)
    return [candidate for candidate in found.values() if candidate.covered == most]


def _names(document: ProductDocument) -> Iterator[tuple[SuggestionKind, tuple[str, ...]]]:
    for at in range(0, len(document.category_names), _LANGUAGES):
        yield SuggestionKind.CATEGORY, document.category_names[at : at + _LANGUAGES]
    yield SuggestionKind.PRODUCT, (document.name,)
    yield SuggestionKind.COMPANY, (document.company_name,)
    if document.brand:
        yield SuggestionKind.BRAND, (document.brand,)
    for number in document.certificate_numbers:
        yield SuggestionKind.CERTIFICATE, (number,)


def _candidate(kind: SuggestionKind, text: str, seen: int, parts: Sequence[Marker]) -> _Candidate:
    starts = [start for start in (_first_mark(part, text) for part in parts) if start >= 0]
    return _Candidate(kind, text, len(starts), min(starts, default=0), seen)


def _covered(candidate: _Candidate) -> int:
    return candidate.covered


def _first_mark(part: Marker, text: str) -> int:
    """Return where the first mark begins, or -1 without any."""
    at = 0
    for piece in part.pieces(text):
        if piece.is_marked:
            return at
        at += len(piece.text)
    return -1


def _chosen(found: Sequence[_Candidate], limit: int) -> list[_Candidate]:
    """Return the best, kind by kind; none takes over half the places while another has more."""
    order = list(SuggestionKind)
    ranked = sorted(found, key=lambda c: (c.starts_at > 0, -c.seen, len(c.text), c.text))
    taken: Counter[SuggestionKind] = Counter()
    first: list[_Candidate] = []
    later: list[_Candidate] = []
    for candidate in sorted(ranked, key=lambda c: order.index(c.kind)):
        has_room = taken[candidate.kind] < (limit + 1) // 2
        taken[candidate.kind] += 1
        (first if has_room else later).append(candidate)
    chosen = [*first, *later][:limit]
    return sorted(chosen, key=lambda c: order.index(c.kind))


def _count(engine: SearchEngine, text: str) -> int:
    """Return how many products a search for the text finds as it stands."""
    page = _page(engine, text, Sort.NEWEST, 0)  # Unlike the best, the newest need no scores.
    return page.total if page.tier is Tier.EXACT else 0
