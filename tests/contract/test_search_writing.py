"""What is written is what is found, in every engine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.documents import ProductDocument
from search.engine import SearchEngine
from search.query import Facet, SearchQuery
from tests.contract.documents import a_document, found_ids, some_documents


def breaking_off() -> Iterator[ProductDocument]:
    yield a_document(1, name="新名")
    raise RuntimeError


def test_returns_the_document_as_it_was_given(engine: SearchEngine) -> None:
    document = some_documents()[3]
    engine.upsert([document])
    assert engine.search(SearchQuery()).hits[0].document == document


def test_replaces_a_document_with_the_same_id(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="旧名"), a_document(2)])
    engine.upsert([a_document(1, name="新名")])
    assert engine.count() == 2
    assert (found_ids(engine, "新名"), found_ids(engine, "旧名")) == ({1}, set())


def test_the_last_of_equals_wins_however_many_lie_between(engine: SearchEngine) -> None:
    many = [a_document(number) for number in range(2, 2500)]
    engine.upsert([a_document(1, name="旧名"), *many, a_document(1, name="新名")])
    assert (engine.count(), found_ids(engine, "新名")) == (2499, {1})


def test_the_same_question_sees_what_was_written_in_between(engine: SearchEngine) -> None:
    query = SearchQuery(words="产品")
    for number in range(1, 6):
        engine.upsert([a_document(number)])
        assert engine.search(query).total == number == engine.search(query).total
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(9)])
    assert [hit.document.id for hit in engine.search(query).hits] == [9]


def test_deletes_and_does_not_mind_an_unknown_id(engine: SearchEngine) -> None:
    engine.upsert([a_document(1), a_document(2)])
    engine.delete([1, 999])
    assert (engine.ids(), engine.count()) == (frozenset({2}), 1)
    assert [value.count for value in engine.search(SearchQuery()).facets[Facet.COMPANY]] == [1]


def test_an_upsert_that_breaks_off_changes_nothing(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="旧名")])
    with pytest.raises(RuntimeError):
        engine.upsert(breaking_off())
    engine.upsert([a_document(2)])
    assert found_ids(engine, "旧名") == {1}
    assert engine.ids() == {1, 2}


def test_answers_many_readers_while_it_is_written_to(engine: SearchEngine) -> None:
    engine.upsert(a_document(number) for number in range(100))

    def read(_: int) -> None:
        page = engine.search(SearchQuery(words="产品", limit=1000))
        assert page.total == len(page.hits) == page.facets[Facet.GROUP][0].count
        assert page.total % 100 == 0

    with ThreadPoolExecutor(4) as pool:
        readers = pool.map(read, range(60))
        for start in range(100, 1000, 100):
            engine.upsert(a_document(number) for number in range(start, start + 100))
        list(readers)
    assert engine.count() == 1000


def test_a_rebuild_takes_the_place_at_once(engine: SearchEngine) -> None:
    engine.upsert([a_document(1), a_document(2)])
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(3)])
        assert engine.ids() == {1, 2}
    assert engine.ids() == {3}
    engine.upsert([a_document(4)])
    assert engine.ids() == {3, 4}


def test_searches_find_everything_all_through_rebuilds(engine: SearchEngine) -> None:
    engine.upsert(a_document(number) for number in range(50))

    def read(_: int) -> None:
        page = engine.search(SearchQuery(words="产品", limit=100))
        assert page.total == len(page.hits) == page.facets[Facet.GROUP][0].count == 50

    with ThreadPoolExecutor(2) as pool:
        readers = pool.map(read, range(40))
        for _ in range(3):
            with engine.rebuilding() as fresh:
                fresh.upsert(a_document(number) for number in range(50))
        list(readers)


def test_documents_given_twice_to_a_rebuild_are_there_once(engine: SearchEngine) -> None:
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(1, name="旧名"), a_document(2)])
        fresh.upsert([a_document(1, name="新名")])
    assert engine.count() == 2
    assert (found_ids(engine, "新名"), found_ids(engine, "旧名")) == ({1}, set())


def test_a_rebuild_that_fails_leaves_everything_as_it_was(engine: SearchEngine) -> None:
    engine.upsert([a_document(1)])
    with pytest.raises(RuntimeError), engine.rebuilding() as fresh:
        fresh.upsert(breaking_off())
    engine.upsert([a_document(3)])
    assert engine.ids() == {1, 3}
