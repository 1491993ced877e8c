"""The trade's words: what each entry promises, and that none gets in another's way."""

from __future__ import annotations

from collections import Counter

import pytest

from search import analysis, plan
from search.lexicon import Synonym, trade_words
from search.plan import AnyOf, Unit, Word

SYNONYMS = trade_words().synonyms
TWO_WAY = [synonym for synonym in SYNONYMS if synonym.is_two_way]


def normal(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(analysis.normalise, terms))


def meaning(term: str) -> frozenset[str]:
    return normal((term, *trade_words().meanings()[term]))


@pytest.mark.parametrize("synonym", TWO_WAY, ids=lambda synonym: synonym.said[0])
def test_terms_that_find_each_other_find_the_same(synonym: Synonym) -> None:
    assert len(synonym.said) > 1
    assert len(set(map(meaning, synonym.said))) == 1
    assert normal(synonym.said) <= meaning(synonym.said[0])


def test_a_one_way_synonym_does_not_lead_back() -> None:
    there = {(said, other) for s in SYNONYMS for said in s.said for other in s.means}
    assert [pair for pair in there if pair[::-1] in there] == []


def test_no_term_is_written_twice() -> None:
    normal_forms = Counter(map(analysis.normalise, trade_words().meanings()))
    assert [term for term, times in normal_forms.items() if times > 1] == []
    for synonym in SYNONYMS:
        assert len(normal(synonym.said)) == len(synonym.said)
        assert len(normal(synonym.means)) == len(synonym.means)
    words = Counter(map(analysis.normalise, trade_words().words))
    assert [word for word, times in words.items() if times > 1] == []


def test_a_single_character_is_a_term_only_if_no_word_is_made_with_it() -> None:
    assert {term for term in trade_words().meanings() if len(term) == 1} == {"砼"}


def test_short_latin_letters_mean_nothing_of_their_own() -> None:
    """Two letters begin too many codes and certificate numbers."""
    said = {term for term in trade_words().meanings() if term.isascii() and len(term) < 3}
    assert said == {"wc"}


@pytest.mark.parametrize("word", ["防水卷材", "硅酸钙板", "挤塑板", "热量表", "聚羧酸"])
def test_knows_a_word_whole(word: str) -> None:
    assert analysis.cut(analysis.normalise(f"优质{word}"))[-1] == word


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("商砼", "预拌混凝土"),
        ("断桥铝", "隔热铝合金"),
        ("苯板", "模塑聚苯板"),
        ("加气块", "加气混凝土"),
        ("馬桶", "坐便器"),
        ("水龍頭", "水嘴"),
        ("乳胶漆", "合成树脂乳液内墙涂料"),
        ("吸音板", "吸声"),
        ("Rock  Wool", "岩棉"),
        ("矽酸鈣板", "硅酸钙"),
        ("地暖", "地面辐射供暖"),
        ("充电桩", "充电设施"),
        ("牆紙", "壁纸"),
        ("LOW-E玻璃", "低辐射"),
        ("聚胺酯", "聚氨酯"),
        ("石屎", "混凝土"),
        ("plasterboard", "石膏板"),
    ],
)
def test_what_is_said_also_means(typed: str, other: str) -> None:
    assert other in {
        text for unit in plan.read(" ".join(typed.split())).units for text in texts(unit)
    }


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("复合板", "胶合板"),
        ("聚苯乙烯", "挤塑板"),
        ("混凝土", "预拌混凝土"),
        ("陶瓷砖", "陶瓷洗面器"),
        ("卫生洁具", "卫浴"),
        ("光伏", "太阳能"),
        ("pvcled灯", "发光二极管"),
    ],
)
def test_what_is_said_does_not_also_mean(typed: str, never: str) -> None:
    assert never not in {text for unit in plan.read(typed).units for text in texts(unit)}


def texts(unit: Unit) -> set[str]:
    if isinstance(unit, AnyOf):
        return {one.text for parts in unit.alternatives for one in parts if isinstance(one, Word)}
    return {unit.text} if isinstance(unit, Word) else set()
