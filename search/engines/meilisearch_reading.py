"""One state of a Meilisearch index, asked several questions: hits, totals and exact counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from catalog.rules.standing import Standing
from search.engines.meilisearch_expressions import EVERYTHING, all_of
from search.engines.meilisearch_filters import filters, has_value
from search.engines.meilisearch_index import (
    KIND,
    MOST_VALUES,
    RANKS,
    STAMP,
    facet_attribute,
    facet_key,
    facet_value,
    facet_values,
    product_document,
)
from search.engines.meilisearch_server import Found, Question, Server, Stored
from search.query import Facet, FacetCount, SearchQuery, Sort

ALL = 1_000_000_000
_MOST_LISTED = 10_000

Counts = dict[Facet, tuple[FacetCount, ...]]


class Reading:
    """Asks an index, and notices if it was written to in between."""

    def __init__(self, server: Server, index: str) -> None:
        self._server = server
        self._index = index
        self._stamps: set[str] = set()

    @property
    def is_of_one_state(self) -> bool:
        """Whether all answers come from one state of the index."""
        return len(self._stamps) == 1

    def ask(self, questions: Iterable[Question], *, is_long: bool = False) -> list[Found]:
        """Return the answers to all questions."""
        asked = [{"indexUid": self._index, **question} for question in questions]
        stamp = {"indexUid": self._index, **_STAMP}
        first, *found, last = self._server.search([stamp, *asked, stamp], is_long=is_long)
        self._stamps |= {answer.hits[0].stamp if answer.hits else "" for answer in (first, last)}
        return found


def counting(filter_: str, facets: Sequence[Facet] = ()) -> Question:
    """Return the question how many hits there are in all and with each value."""
    return {
        "filter": filter_,
        "page": 1,  # Asked by page, Meilisearch counts to the end.
        "hitsPerPage": 0,
        "facets": [facet_attribute(facet) for facet in facets],
    }


def fetching(filter_: str, offset: int, limit: int, sort: Sort) -> Question:
    """Return the question for the documents of a window of hits."""
    order = ["key:asc"] if sort is Sort.RELEVANCE else [f"{RANKS[sort]}:asc", "key:asc"]
    return {
        "filter": filter_,
        "sort": order,
        "offset": offset,
        "limit": limit,
        "attributesToRetrieve": ["document"],
    }


def listing(filter_: str, sort: Sort) -> Question:
    """Return the question for the ids of all hits, which ``in_order`` sorts."""
    wanted = ["id", "key"] if sort is Sort.RELEVANCE else ["id", "key", RANKS[sort]]
    return {"filter": filter_, "limit": ALL, "attributesToRetrieve": wanted}


def in_order(hits: Iterable[Stored], sort: Sort) -> list[int]:
    """Return the ids of hits that were listed; quicker than Meilisearch sorts as many."""

    def place(hit: Stored) -> tuple[bool, int, str]:
        rank = 0 if sort is Sort.RELEVANCE else getattr(hit, RANKS[sort])
        return rank is None, rank or 0, hit.key

    return [hit.id for hit in sorted(hits, key=place)]


class FacetQuestions:
    """The questions after a query's facets that need an answer of their own.

    Values are counted under every filter but the facet's own, so a facet whose filter is on is
    asked for alone; the others come with the count of all hits.
    """

    def __init__(self, query: SearchQuery, means: Sequence[str]) -> None:
        self._query = query
        self.free = [
            facet
            for facet in query.facets
            if not query.chosen(facet) and facet is not Facet.ADOPTION
        ]
        self._filters = {
            facet: all_of([*means, *filters(query, without=facet)]) for facet in query.facets
        }
        self._own = [
            facet for facet in query.facets if query.chosen(facet) and facet is not Facet.ADOPTION
        ]
        is_dated = Facet.ADOPTION in query.facets and query.adoption_on is not None
        self._standings = tuple(Standing) if is_dated else ()
        self._limit = max(min(query.facet_limit, _MOST_LISTED), 0)

    def first(self) -> list[Question]:
        """Return the questions to be asked together with the count of all hits."""
        own = [counting(self._filters[facet], [facet]) for facet in self._own]
        return [*own, *(self._standing(each) for each in self._standings)]

    def _standing(self, standing: Standing) -> Question:
        holds = has_value(self._query, Facet.ADOPTION, standing.value)
        return counting(all_of([self._filters[Facet.ADOPTION], holds]))

    def counts(self, reading: Reading, main: Found, own: Sequence[Found]) -> Counts:
        """Return the counts, after asking for the values that the first answers leave out."""
        by_facet, by_standing = own[: len(self._own)], own[len(self._own) :]
        answers = {**dict.fromkeys(self.free, main), **dict(zip(self._own, by_facet, strict=True))}
        counts: Counts = {}
        for facet in self._query.facets:
            if facet is Facet.ADOPTION:
                counts[facet] = self._standings_of(by_standing)
                continue
            values = _values(answers[facet], facet)
            if len(values) >= MOST_VALUES and self._limit > MOST_VALUES:
                values = self._counted_one_by_one(reading, facet)
            listed = values[: self._limit]
            missing = self._query.chosen(facet) - {value.key for value in listed}
            counts[facet] = (*listed, *self._counted_alone(reading, facet, sorted(missing), values))
        return counts

    def _standings_of(self, answers: Sequence[Found]) -> tuple[FacetCount, ...]:
        counted = {
            standing.value: answer.total_hits
            for standing, answer in zip(self._standings, answers, strict=True)
        }
        found = (FacetCount(key, count) for key, count in counted.items() if count)
        listed = _largest_first(found)[: self._limit]
        missing = self._query.chosen(Facet.ADOPTION) - {value.key for value in listed}
        chosen = [FacetCount(key, counted.get(key, 0)) for key in missing]
        return (*listed, *_largest_first(chosen))

    def _counted_one_by_one(self, reading: Reading, facet: Facet) -> list[FacetCount]:
        question = {
            "filter": self._filters[facet],
            "limit": ALL,
            "attributesToRetrieve": ["document"],
        }
        (found,) = reading.ask([question], is_long=True)
        counts = Counter[str]()
        for hit in found.hits:
            counts.update(set(facet_values(product_document(hit.document))[facet]))
        return _largest_first(FacetCount(key, count) for key, count in counts.items())

    def _counted_alone(
        self, reading: Reading, facet: Facet, keys: Sequence[str], known: Sequence[FacetCount]
    ) -> Sequence[FacetCount]:
        """Return the counts of values that are chosen, and too small to be listed."""
        if not keys:
            return ()
        counted = {value.key: value for value in known}
        if len(known) < MOST_VALUES:
            found = [counted.get(key) or FacetCount(key, 0) for key in keys]
        else:
            attribute = facet_attribute(facet)
            questions = [
                counting(all_of([self._filters[facet], f"{attribute} = {facet_value(key)}"]))
                for key in keys
            ]
            answers = reading.ask(questions)
            found = [
                FacetCount(key, answer.total_hits)
                for key, answer in zip(keys, answers, strict=True)
            ]
        return _largest_first(found)


def _values(answer: Found, facet: Facet) -> list[FacetCount]:
    counted = (answer.facet_distribution or {}).get(facet_attribute(facet), {})
    return _largest_first(FacetCount(facet_key(value), count) for value, count in counted.items())


def _largest_first(values: Iterable[FacetCount]) -> list[FacetCount]:
    return sorted(values, key=lambda value: (-value.count, value.key))


_STAMP: Question = {"filter": f"{KIND} = {STAMP}", "limit": 1, "attributesToRetrieve": ["stamp"]}
EVERY_PRODUCT = counting(EVERYTHING)
