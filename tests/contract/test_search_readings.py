"""Phrases, exclusion and sound, in every engine."""

from __future__ import annotations

import pytest

from search.engine import SearchEngine
from search.query import Facet, SearchQuery, Tier
from tests.contract.documents import a_document, found_ids

# Phrases and exclusion


def test_a_phrase_must_stand_as_it_is(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, name="防水透气膜卷材"),
            a_document(2, name="高分子防水卷材"),
            a_document(3, name="防水", model="卷材"),
        ]
    )
    assert found_ids(engine, "防水 卷材") == {1, 2, 3}
    for words in ('"防水卷材"', "“防水卷材”", "「防水卷材」", "＂防水卷材＂"):
        assert found_ids(engine, words) == {2}


@pytest.mark.parametrize("words", ['"sbs 3mm"', '"SBS　３ mm"', '"SBS-3mm"'])
def test_a_phrase_of_codes_must_stand_as_it_is(engine: SearchEngine, words: str) -> None:
    engine.upsert(
        [
            a_document(1, model="SBS 3.0mm"),
            a_document(2, model="3mm SBS"),
            a_document(3, model="SBS 30mm"),
            a_document(4, name="SBS", model="3mm"),
        ]
    )
    assert found_ids(engine, words) == {1}


def test_a_phrase_knows_no_synonyms(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="商砼", category_names=("其他",)), a_document(2)])
    assert found_ids(engine, "商砼") == {1, 2}
    assert found_ids(engine, '"商砼"') == {1}


@pytest.mark.parametrize(
    "words", ["砂浆 -聚合物", "砂浆　－聚合物", "-聚合物 砂浆", '砂浆 -"聚合物"']
)
def test_what_follows_a_minus_sign_must_not_be_there(engine: SearchEngine, words: str) -> None:
    engine.upsert([a_document(1, name="聚合物砂浆"), a_document(2, name="抹灰砂浆")])
    assert found_ids(engine, words) == {2}


def test_excludes_a_group_of_words_only_where_all_are_there(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, name="防水砂浆", brand="王牌"),
            a_document(2, name="抹灰砂浆", brand="王牌"),
            a_document(3, name="防水砂浆", brand="红旗"),
        ]
    )
    assert found_ids(engine, "砂浆 -防水砂浆王牌") <= {2, 3}
    assert found_ids(engine, "砂浆 -防水 -红旗") == {2}


def test_exclusion_alone_leaves_everything_else(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="聚合物砂浆"), a_document(2, name="抹灰砂浆"), a_document(3)])
    page = engine.search(SearchQuery(words="-砂浆"))
    assert ([hit.document.id for hit in page.hits], page.tier) == ([3], Tier.EXACT)
    assert page.facets[Facet.COMPANY][0].count == 1


def test_a_minus_sign_within_a_word_excludes_nothing(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, model="EPS-032"), a_document(2, model="032")])
    assert found_ids(engine, "EPS-032") == {1}


def test_exclusion_holds_when_words_are_read_loosely(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="聚合物防水涂料"), a_document(2, name="防水涂料")])
    assert found_ids(engine, "fangshui tuliao -聚合物") == {2}


# Sound


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("tuliao", "防水涂料"),
        ("fangshuituliao", "防水涂料"),
        ("fangshui tuliao", "防水涂料"),
        ("fang shui tu liao", "防水涂料"),
        ("fangshuitul", "防水涂料"),
        ("FangShui", "防水涂料"),
        ("fstl", "防水涂料"),
        ("lvse", "绿色"),
        ("lüse", "綠色"),
        ("sbs fangshui", "SBS 防水卷材"),
        ("chongqing", "重庆"),
        ("changcheng", "长城"),
        ("guisuangaiban", "矽酸鈣板硅酸钙板"),
        ("防水涂廖", "防水涂料"),
    ],
)
def test_reads_by_sound_what_does_not_match_as_typed(
    engine: SearchEngine, words: str, name: str
) -> None:
    engine.upsert([a_document(1, name=name), a_document(2, name="岩棉")])
    page = engine.search(SearchQuery(words=words))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.SOUND, [1])
    assert any(piece.is_marked for piece in page.hits[0].name)


def test_nothing_that_only_sounds_alike_is_among_exact_matches(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="经典"), a_document(2, name="景点")])
    page = engine.search(SearchQuery(words="景点"))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.EXACT, [2])
    engine.upsert([a_document(3, name="TULIAO 牌"), a_document(4, name="涂料")])
    page = engine.search(SearchQuery(words="tuliao"))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.EXACT, [3])


def test_syllables_must_follow_one_another(engine: SearchEngine) -> None:
    engine.upsert(
        [a_document(1, name="料涂"), a_document(2, name="图纸料"), a_document(3, name="皮袄")]
    )
    assert found_ids(engine, "tuliao") == set()
    assert found_ids(engine, "piao") == {3}


def test_a_looser_reading_is_taken_only_if_nothing_matches_whatever_the_filters(
    engine: SearchEngine,
) -> None:
    engine.upsert([a_document(1, name="涂料"), a_document(2, name="TULIAO", star=3)])
    page = engine.search(SearchQuery(words="tuliao", stars=frozenset({1})))
    assert (page.tier, page.total) == (Tier.EXACT, 0)
    engine.delete([2])
    page = engine.search(SearchQuery(words="tuliao", stars=frozenset({3})))
    assert (page.tier, page.total) == (Tier.SOUND, 0)


@pytest.mark.parametrize("words", ["lvse tuliao", "绿色 涂料", "lvse tuliao fangshui"])
def test_leaves_words_away_if_nothing_holds_them_all(engine: SearchEngine, words: str) -> None:
    engine.upsert([a_document(1, name="防水涂料"), a_document(2, name="岩棉")])
    page = engine.search(SearchQuery(words=words))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.RELAXED, [1])
    assert any(piece.is_marked for piece in page.hits[0].name)


def test_completes_a_syllable_that_is_being_typed(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="涂料"), a_document(2, name="岩棉")])
    for typed in ("tul", "tuli", "tulia"):
        assert found_ids(engine, typed) == {1}
