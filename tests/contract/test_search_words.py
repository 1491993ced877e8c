"""What words find, in every engine: as typed, marked, and with slips."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.query import Piece, SearchQuery, Tier
from tests.contract.documents import a_document, found_ids


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("涂料", {"name": "防水涂料"}),
        ("涂", {"name": "防水涂料"}),
        ("防水 王牌", {"name": "防水涂料", "brand": "王牌"}),
        ("硅酸钙板", {"name": "矽酸鈣板"}),
        ("矽酸鈣板", {"name": "硅酸钙板"}),
        ("塗料", {"name": "防水涂料"}),
        ("ｃ３０", {"name": "C30 混凝土"}),
        ("C30", {"name": "Ｃ３０混凝土"}),
        ("c3", {"name": "C30 混凝土"}),
        ("商砼", {"name": "预拌混凝土"}),
        ("预拌混凝土", {"name": "商砼", "category_names": ("其他",)}),
        ("SBS 3 mm", {"name": "SBS 防水卷材", "model": "3.0mm"}),
        ("100平方米", {"name": "净水机", "scope": "100㎡"}),
        ("600*600", {"name": "地砖", "model": "600×600×9"}),
        ("032/B1", {"model": "EPS-032/B1"}),
        ("eps032b1", {"model": "EPS-032/B1"}),
        ("23455-2018", {"standards": ("GB/T 23455-2018",)}),
        ("gb/t23455", {"standards": ("GB/T 23455-2018",)}),
        (
            "CABR-01(02)-(2025)-CGP-035",
            {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)},
        ),
        ("2025-CGP-035", {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)}),
        ("cabr0102", {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)}),
        ("0001233", {"certificate_numbers": ("CGP1320210001233",)}),
        ("汉华霄", {"company_name": "昌吉汉华霄建材有限公司"}),
        ("昌吉 建材", {"company_name": "昌吉汉华霄建材有限公司"}),
        ("waterproof", {"category_names": ("防水卷材", "waterproof sheet")}),
        ("مەھسۇلات", {"name": "يېشىل مەھسۇلات"}),
    ],
)
def test_finds_a_product_by(engine: SearchEngine, words: str, changes: dict[str, Any]) -> None:
    engine.upsert([a_document(1, **changes), a_document(2, category_names=("别的",), name="别的")])
    assert found_ids(engine, words) == {1}
    assert engine.search(SearchQuery(words=words)).tier is Tier.EXACT


def test_a_word_stands_within_one_text(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, name="涂料", company_name="材料厂"),
            a_document(2, name="板", company_name="和田涂料厂"),
            a_document(3, name="料厂涂料", company_name="材料"),
        ]
    )
    assert found_ids(engine, "涂料厂") == {2}


def test_all_words_must_be_there(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="防水涂料"), a_document(2, name="防水卷材")])
    assert found_ids(engine, "防水 卷材") == {2}


def test_a_number_typed_in_full_comes_first(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, certificate_numbers=("CGP13-2021-0001233",)),
            a_document(2, certificate_numbers=("CGP13-2021-000123",)),
        ]
    )
    page = engine.search(SearchQuery(words="cgp13 2021 000123"))
    assert page.total == 2
    page = engine.search(SearchQuery(words="CGP13-2021-000123"))
    assert [hit.document.id for hit in page.hits] == [2, 1]


def test_a_match_in_the_name_comes_before_one_in_the_company(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, company_name="涂料有限公司"), a_document(2, name="外墙涂料")])
    page = engine.search(SearchQuery(words="涂料"))
    assert [hit.document.id for hit in page.hits] == [2, 1]


def test_an_exact_company_name_comes_before_looser_ones(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, company_name="天山新型建材（阿克苏）有限公司天山分公司"),
            a_document(2, name="天山建材", company_name="和田建材有限公司"),
            a_document(3, company_name="天山建材有限公司"),
        ]
    )
    page = engine.search(SearchQuery(words="天山建材有限公司"))
    assert page.hits[0].document.id == 3


def test_the_whole_name_comes_before_longer_names(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, name="岩棉防火隔离带用保温装饰一体板"),
            a_document(2, name="岩棉板", model="防火"),
            a_document(3, name="外墙外保温用岩棉板防火隔离带"),
        ]
    )
    assert engine.search(SearchQuery(words="岩棉板")).hits[0].document.id == 2


def test_says_so_when_only_a_looser_reading_matches(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="合成高分子防水卷材"), a_document(2, name="岩棉")])
    page = engine.search(SearchQuery(words="高分子防水巻村"))
    assert page.tier is Tier.RELAXED
    assert [hit.document.id for hit in page.hits] == [1]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("CGP13-2O21-000123", "CGP13-2021-000123"),
        ("CGP13-2012-000123", "CGP13-2021-000123"),
        ("CGP13-2021-00123", "CGP13-2021-000123"),
        ("CABR-01(02)-(2025)-CGB-035", "CABR-01（02）-（2025）-CGP-035"),
        ("CABR-01(02)-(202)-CGP-035", "CABR-01（02）-（2025）-CGP-035"),
    ],
)
def test_repairs_a_slip_in_a_number_of(engine: SearchEngine, words: str, number: str) -> None:
    engine.upsert([a_document(1, certificate_numbers=(number,)), a_document(2)])
    page = engine.search(SearchQuery(words=words))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.RELAXED, [1])


def test_does_not_read_loosely_because_a_filter_leaves_nothing(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="防水卷材"), a_document(2, name="防水板材", star=3)])
    page = engine.search(SearchQuery(words="防水卷材", stars=frozenset({3})))
    assert (page.tier, page.total) == (Tier.EXACT, 0)


def test_marks_what_matched(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(
                1,
                name="外牆塗料",
                model="ＥＰＳ-032/B1",
                company_name="和田涂料厂",
                certificate_numbers=("CGP13-2021-1", "CGP13-2022-2"),
            )
        ]
    )
    (hit,) = engine.search(SearchQuery(words="涂料 eps032b1 2022-2")).hits

    def marked(pieces: tuple[Piece, ...] | None) -> list[str]:
        return [piece.text for piece in pieces or () if piece.is_marked]

    assert (marked(hit.name), marked(hit.company_name)) == (["塗料"], ["涂料"])
    assert marked(hit.model) == ["ＥＰＳ-032/B1"]
    assert [marked(number) for number in hit.certificate_numbers] == [[], ["2022-2"]]
    assert "".join(piece.text for piece in hit.name) == "外牆塗料"


NASTY = [
    '"',
    '""',
    "-",
    "--",
    '-""',
    '-"',
    '"-"',
    "“",
    "-涂 -料",
    "name:(",
    "a AND",
    "*",
    "\\",
    "~",
    "[1 TO",
    "-",
    "\0",
    "🙂",
    "'; --",
    "涂" * 200,
]


@pytest.mark.parametrize("words", [*NASTY, "a" * 200, "1.2.3." * 40, ".*", "a|b", "中\0文"])
def test_takes_any_words_a_person_can_type(filled: SearchEngine, words: str) -> None:
    filled.search(SearchQuery(words=words))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.text(max_size=200))
def test_takes_any_words_a_fuzzer_can_type(filled: SearchEngine, words: str) -> None:
    filled.search(SearchQuery(words=words, limit=1))
