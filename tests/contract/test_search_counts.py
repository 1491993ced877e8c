"""Filters and counts are those that looking at every document gives, in every engine."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.query import Facet, SearchQuery
from tests.contract.documents import DAY, counts, passes, some_documents

CHOICES: dict[str, list[Any]] = {
    "categories": [frozenset({"c1"}), frozenset({"c1", "c3"})],
    "groups": [frozenset({"g2"})],
    "stars": [frozenset({3}), frozenset({1, 2})],
    "divisions": [frozenset({"d1"})],
    "companies": [frozenset({"co1", "co2", "nobody"})],
    "bodies": [frozenset({"b1"}), frozenset({"b1", "b2"})],
    "valid_on": [DAY],
    "adopted_on": [DAY],
    "adoptions": [frozenset({"adopted"}), frozenset({"suspended", "no-adoption", "not-yet"})],
}
ONE = [{name: choice} for name, choices in CHOICES.items() for choice in choices]
TWO = [
    {left: CHOICES[left][-1], right: CHOICES[right][-1]} for left, right in combinations(CHOICES, 2)
]


def _said(filters: dict[str, Any]) -> str:
    """Return a name that is the same in every process, whatever the order of a set."""
    chosen = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in filters.items()}
    return str(chosen)


@pytest.mark.parametrize("filters", [{}, *ONE, *TWO], ids=_said)
def test_filters_and_counts_as_looking_at_every_document_does(
    filled: SearchEngine, filters: dict[str, Any]
) -> None:
    query = SearchQuery(limit=1000, adoption_on=DAY, **filters)
    page = filled.search(query)
    expected = {document.id for document in some_documents() if passes(document, query)}
    assert {hit.document.id for hit in page.hits} == expected
    assert page.total == len(expected) and page.has_exact_counts
    assert page.facets == {facet: counts(query, facet) for facet in Facet}


def test_counts_under_words_too(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(words="硅酸钙", stars=frozenset({2})))
    boards = [
        document for document in some_documents() if document.name in ("硅酸钙板", "矽酸鈣板")
    ]
    assert page.total == sum(document.star == 2 for document in boards)
    stars = Counter(str(document.star) for document in boards if document.star)
    assert {value.key: value.count for value in page.facets[Facet.STAR]} == stars


@settings(max_examples=100, deadline=None)
@given(offset=st.integers(-1500, 1500))
def test_knows_which_are_valid_on_any_day(filled: SearchEngine, offset: int) -> None:
    query = SearchQuery(valid_on=DAY + dt.timedelta(days=offset), limit=1000)
    expected = {document.id for document in some_documents() if passes(document, query)}
    assert {hit.document.id for hit in filled.search(query).hits} == expected


@settings(max_examples=60, deadline=None)
@given(offset=st.integers(-1500, 1500))
def test_counts_what_products_stand_as_on_any_day(filled: SearchEngine, offset: int) -> None:
    query = SearchQuery(adoption_on=DAY + dt.timedelta(days=offset), limit=0)
    page = filled.search(query)
    assert page.facets[Facet.ADOPTION] == counts(query, Facet.ADOPTION)
    assert sum(value.count for value in page.facets[Facet.ADOPTION]) == page.total


def test_neither_counts_nor_filters_by_adoption_without_a_day(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(adoptions=frozenset({"adopted"})))
    assert page.total == len(some_documents()) and page.facets[Facet.ADOPTION] == ()


def test_lists_the_largest_values_and_always_the_chosen(filled: SearchEngine) -> None:
    everyone = filled.search(SearchQuery()).facets[Facet.COMPANY]
    query = SearchQuery(facet_limit=3, companies=frozenset({everyone[-1].key}))
    assert filled.search(query).facets[Facet.COMPANY] == (*everyone[:3], everyone[-1])


def test_counts_only_what_was_asked_for(filled: SearchEngine) -> None:
    assert set(filled.search(SearchQuery(facets=(Facet.STAR,))).facets) == {Facet.STAR}
    assert filled.search(SearchQuery(facets=())).facets == {}
