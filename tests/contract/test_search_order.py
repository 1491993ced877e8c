"""The order of hits and pages through them, in every engine."""

from __future__ import annotations

import random

import pytest

from search.engine import SearchEngine
from search.query import SearchQuery, Sort
from search.sounds import name_rank
from tests.contract.documents import a_document, some_documents


def test_an_empty_query_returns_all_in_order_of_key(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(limit=1000))
    assert page.total == filled.count() == 500
    keys = [hit.document.key for hit in page.hits]
    assert keys == sorted(document.key for document in some_documents())


@pytest.mark.parametrize("words", ["", "防水", "硅酸钙 板", "建材"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_to_the_last_row_without_a_gap_or_a_double(
    filled: SearchEngine, words: str, sort: Sort
) -> None:
    whole = filled.search(SearchQuery(words=words, sort=sort, limit=1000, facets=()))
    expected = [hit.document.id for hit in whole.hits]
    paged: list[int] = []
    while len(paged) < whole.total:
        query = SearchQuery(words=words, sort=sort, limit=7, offset=len(paged), facets=())
        page = filled.search(query)
        assert page.hits and page.total == whole.total
        paged += [hit.document.id for hit in page.hits]
    assert paged == expected


@pytest.mark.parametrize("words", ["", "防水", "建材 -涂料", "shuini"])
@pytest.mark.parametrize("sort", list(Sort))
def test_lists_the_ids_of_all_hits_in_their_order(
    filled: SearchEngine, words: str, sort: Sort
) -> None:
    query = SearchQuery(words=words, sort=sort, stars=frozenset({1, 2}), limit=1000)
    hits = filled.search(query).hits
    narrow = SearchQuery(words=words, sort=sort, stars=frozenset({1, 2}), limit=1, offset=3)
    assert filled.matches(narrow) == tuple(hit.document.id for hit in hits)


def test_breaks_ties_by_key(filled: SearchEngine) -> None:
    hits = filled.search(SearchQuery(words="墙面涂料", limit=1000)).hits
    keys = [hit.document.key for hit in hits]
    assert len(keys) > 50 and keys == sorted(keys)


def test_breaks_ties_by_the_end_of_a_long_key_too(engine: SearchEngine) -> None:
    numbers = random.Random(3).sample(range(1, 3000), 1500)  # noqa: S311  # Any order will do.
    engine.upsert(a_document(n, key=f"a-long-beginning-{n:05}") for n in numbers)
    expected = sorted(numbers)
    for offset in (0, 700, 1490):
        for sort in (Sort.RELEVANCE, Sort.NEWEST):
            page = engine.search(SearchQuery(words="产品", sort=sort, limit=10, offset=offset))
            assert [hit.document.id for hit in page.hits] == expected[offset : offset + 10]


def test_sorts_by_expiry_and_puts_the_never_valid_last(filled: SearchEngine) -> None:
    documents = [
        hit.document for hit in filled.search(SearchQuery(sort=Sort.EXPIRY, limit=1000)).hits
    ]
    ends = [(d.valid_to_day is None, d.valid_to_day or 0, d.key) for d in documents]
    assert ends == sorted(ends)


def test_sorts_names_by_pinyin(filled: SearchEngine) -> None:
    hits = filled.search(SearchQuery(sort=Sort.NAME, limit=1000)).hits
    names = [(name_rank(hit.document.name), hit.document.key) for hit in hits]
    assert names == sorted(names)
    assert next(hit.document.name for hit in hits) == "防水卷材"
    assert [hit.document.name for hit in hits][-1] == "矽酸鈣板"


def test_sorts_the_most_stars_first_and_the_unknown_last(filled: SearchEngine) -> None:
    hits = filled.search(SearchQuery(sort=Sort.STAR, limit=1000)).hits
    stars = [(-(hit.document.star or 0), hit.document.key) for hit in hits]
    assert stars == sorted(stars)
    assert {hit.document.star for hit in hits[-10:]} == {None}


def test_sorts_the_newest_first(filled: SearchEngine) -> None:
    documents = [
        hit.document for hit in filled.search(SearchQuery(sort=Sort.NEWEST, limit=1000)).hits
    ]
    days = [(-document.recorded_day, document.key) for document in documents]
    assert days == sorted(days)


def test_a_window_after_the_last_row_is_empty_and_knows_the_total(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(words="防水", offset=10**12))
    assert page.hits == () and page.total > 0
    assert filled.search(SearchQuery(limit=0)).total == 500
