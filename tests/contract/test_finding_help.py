"""Suggestions and "did you mean" keep their promises over every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.corrections import did_you_mean
from search.engine import SearchEngine
from search.lexicon import trade_words
from search.query import SearchQuery, Tier
from search.suggestions import Suggestion, SuggestionKind, suggest
from seed_data import files, read_toml
from tests.contract.documents import a_document
from tests.engines import ENGINES, an_engine

REGISTRY = Path(__file__).parents[3] / "shared" / "data" / "registry"
COATING = ("防水涂料", "Waterproof coating")
SHEET = ("防水卷材", "Waterproof sheet")
WALL = ("墙面涂料", "Wall coatings")


@pytest.fixture(scope="module", params=ENGINES)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchEngine]:
    """An engine with a few products that tests only read."""
    engine = an_engine(request.param, tmp_path_factory.mktemp("index"))
    products = [
        ("聚氨酯防水涂料", COATING, "天山涂料有限公司", "雪莲", "CTC-2024-000123"),
        ("聚氨酯防水涂料", COATING, "昆仑防水有限公司", None, "CTC-2024-000200"),
        ("弹性体改性沥青防水卷材", SHEET, "昆仑防水有限公司", "昆仑", "CTC-2024-000777"),
        ("合成树脂乳液内墙涂料", WALL, "天山涂料有限公司", "雪莲", None),
        ("预拌混凝土", ("预拌混凝土", "Ready-mixed concrete"), "绿洲混凝土有限公司", None, None),
    ]
    engine.upsert(
        a_document(
            number,
            name=name,
            category_names=category,
            categories=(category[1],),
            company_name=company,
            company=company,
            brand=brand,
            model="SBS II PY 4mm" if category is SHEET else None,
            certificate_numbers=(certificate,) if certificate else (),
        )
        for number, (name, category, company, brand, certificate) in enumerate(products, 1)
    )
    yield engine
    engine.close()


def texts(suggestions: tuple[Suggestion, ...], kind: SuggestionKind) -> list[str]:
    return [suggestion.text for suggestion in suggestions if suggestion.kind is kind]


class TestSuggest:
    def test_names_what_holds_the_text(self, shop: SearchEngine) -> None:
        found = suggest(shop, "涂料")
        assert set(texts(found, SuggestionKind.CATEGORY)) == {"防水涂料", "墙面涂料"}
        assert set(texts(found, SuggestionKind.PRODUCT)) == {
            "聚氨酯防水涂料",
            "合成树脂乳液内墙涂料",
        }
        assert texts(found, SuggestionKind.COMPANY) == ["天山涂料有限公司"]

    @pytest.mark.parametrize(
        ("text", "kind", "name"),
        [
            ("雪", SuggestionKind.BRAND, "雪莲"),
            ("绿洲混", SuggestionKind.COMPANY, "绿洲混凝土有限公司"),
            ("2024-0007", SuggestionKind.CERTIFICATE, "CTC-2024-000777"),
            ("商砼", SuggestionKind.CATEGORY, "预拌混凝土"),
            ("tul", SuggestionKind.CATEGORY, "防水涂料"),
            ("tuliao", SuggestionKind.CATEGORY, "墙面涂料"),
            ("fsjc", SuggestionKind.CATEGORY, "防水卷材"),
            ("waterproof sh", SuggestionKind.CATEGORY, "Waterproof sheet"),
            ("昆仑 卷材", SuggestionKind.CATEGORY, "防水卷材"),
        ],
    )
    def test_names_by(self, shop: SearchEngine, text: str, kind: SuggestionKind, name: str) -> None:
        assert name in texts(suggest(shop, text), kind)

    @pytest.mark.parametrize("text", ["涂", "防水", "昆仑", "ctc", "tuliao", "c", "有限公司"])
    def test_each_counts_what_it_finds(self, shop: SearchEngine, text: str) -> None:
        for suggestion in suggest(shop, text):
            page = shop.search(SearchQuery(words=suggestion.text))
            assert page.tier is Tier.EXACT
            assert page.total == suggestion.count > 0

    def test_comes_kind_by_kind_and_once(self, shop: SearchEngine) -> None:
        found = suggest(shop, "防水")
        kinds = list(SuggestionKind)
        assert [one.kind for one in found] == sorted((one.kind for one in found), key=kinds.index)
        assert len({one.text for one in found}) == len(found)

    @pytest.mark.parametrize("limit", [0, 1, 3, 100])
    def test_keeps_to_the_limit(self, shop: SearchEngine, limit: int) -> None:
        assert len(suggest(shop, "防水", limit=limit)) <= limit
        assert len(suggest(shop, "防水", limit=limit)) == min(limit, len(suggest(shop, "防水", 99)))

    @pytest.mark.parametrize("text", ["", " ", '"', "?!", "-涂料", "不存在的东西"])
    def test_has_none_for_what_names_nothing(self, shop: SearchEngine, text: str) -> None:
        assert suggest(shop, text) == ()

    @given(text=st.text(max_size=30))
    @settings(max_examples=40, deadline=None)
    def test_takes_any_text(self, shop: SearchEngine, text: str) -> None:
        assert all(one.count > 0 for one in suggest(shop, text))


class TestDidYouMean:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("防水卷村", "防水卷材"),
            ("watrproof sheet", "Waterproof sheet"),
            ("SBSS 防水", "SBS 防水"),
            ("混疑土", "混凝土"),
            ("tuliao", "涂料"),
            ("fsjc", "防水卷材"),
            ("防水图料", "防水涂料"),
            ("CTC-2024-000773", "CTC-2024-000777"),
        ],
    )
    def test_offers_what_was_meant(self, shop: SearchEngine, typed: str, meant: str) -> None:
        offered = asked(shop, SearchQuery(words=typed))
        assert meant in offered
        assert len(offered) <= 3 and len(set(offered)) == len(offered)
        for words in offered:
            page = shop.search(SearchQuery(words=words))
            assert page.tier is Tier.EXACT and page.total

    @pytest.mark.parametrize("typed", ["防水卷材", "涂料", "SBS", "", "?", "商砼", "-涂料"])
    def test_offers_nothing_for_what_is_found(self, shop: SearchEngine, typed: str) -> None:
        assert asked(shop, SearchQuery(words=typed)) == ()

    def test_offers_nothing_when_only_the_filters_are_wrong(self, shop: SearchEngine) -> None:
        query = SearchQuery(words="涂料", stars=frozenset({3}))
        assert shop.search(query).total == 0
        assert asked(shop, query) == ()

    def test_offers_what_was_meant_when_the_filters_leave_nothing(self, shop: SearchEngine) -> None:
        assert "防水卷材" in asked(shop, SearchQuery(words="防水卷村", stars=frozenset({3})))

    @given(typed=st.text(max_size=30))
    @settings(max_examples=40, deadline=None)
    def test_takes_any_text(self, shop: SearchEngine, typed: str) -> None:
        assert typed not in asked(shop, SearchQuery(words=typed))


def asked(engine: SearchEngine, query: SearchQuery) -> tuple[str, ...]:
    return did_you_mean(engine, query, engine.search(query))


class TestSynonyms:
    def test_hide_no_name_from_itself(self, engine: SearchEngine) -> None:
        names = sorted(known_names())
        engine.upsert(
            a_document(number, name=name, category_names=("其他", "Other"))
            for number, name in enumerate(names, 1)
        )
        for number, name in enumerate(names, 1):
            # A minus sign and quotes in a name mean something else in a search.
            query = SearchQuery(words=name.replace('"', " ").replace(" -", " "))
            assert number in engine.matches(query), name

    def test_that_are_two_way_find_the_same(self, engine: SearchEngine) -> None:
        groups = [synonym.said for synonym in trade_words().synonyms if synonym.is_two_way]
        terms = sorted({term for said in groups for term in said})
        engine.upsert(
            a_document(number, name=term, category_names=("其他", "Other"))
            for number, term in enumerate(terms, 1)
        )
        for said in groups:
            found = {frozenset(engine.matches(SearchQuery(words=term))) for term in said}
            assert len(found) == 1, said
            assert {terms.index(term) + 1 for term in said} <= found.pop(), said


def known_names() -> set[str]:
    """Return the names of categories, demo goods and, where they are at hand, registry goods."""
    names: set[str] = set()
    for path in files("taxonomy"):
        for category in read_toml(path).get("categories", ()):
            names |= {category["name_zh"], category["name_en"], *category["aliases"]}
    names |= {pattern["name"] for pattern in read_toml("demo/goods.toml")["patterns"]}
    for file in sorted(REGISTRY.glob("*.json")):
        names |= {row["title"].strip() for row in json.loads(file.read_text(encoding="utf-8"))}
    return names
