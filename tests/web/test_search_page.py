"""The search page: whole without a script, quick with one, and never at a loss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.searching import Asked, FacetList, facet_lists
from catalog.db import Database
from catalog.errors import SearchUnavailableError
from search.engine import SearchEngine
from search.engines.tantivy import TantivyEngine
from search.query import Facet, FacetCount, SearchPage, SearchQuery, Sort
from search.sync import rebuild
from tests.apps import create_app
from tests.web.conftest import HOSTILE
from tests.web.places import COMPANY

SCRIPT = {"HX-Request": "true"}
_TOTAL = re.compile(r"找到 ([\d,]+) 个产品</h2>")


def total_of(page: str) -> int:
    """Return how many products a page says that it found."""
    found = _TOTAL.search(page)
    assert found is not None
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("混凝土", "预拌<mark>混凝土</mark></a></h3>"),
        ("TR17", "<span><mark>TR17</mark></span>"),
        ("绿洲", "<mark>绿洲</mark>混凝土有限公司</a>"),
        ("ctc2024", '<span class="code"><mark>CTC-2024</mark>-001</span>'),
    ],
)
def test_marks_what_matched(pages: TestClient[Litestar], words: str, marked: str) -> None:
    assert marked in pages.get("/products", params={"q": words}).text


def test_answers_a_fragment_to_a_script(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/products?q=%E5%B2%A9%E6%A3%89&sort=relevance&valid_on=", headers=SCRIPT)
    assert "<!doctype" not in answer.text and 'class="hits"' in answer.text
    assert answer.headers["HX-Push-Url"] == "/products?q=%E5%B2%A9%E6%A3%89"
    assert "HX-Request" in answer.headers["Vary"]
    assert 'id="switch"' in answer.text and "hx-swap-oob" in answer.text


def test_tells_who_listens_how_many_there_are(pages: TestClient[Litestar]) -> None:
    whole = pages.get("/products?q=岩棉板").text
    assert re.search(r'<p id="announcement"[^>]*role="status"></p>', whole)
    part = pages.get("/products?q=岩棉板", headers=SCRIPT).text
    assert '<p id="announcement" hx-swap-oob="innerHTML">找到 30 个产品</p>' in part


def test_answers_the_whole_page_on_the_way_back(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/products", headers={**SCRIPT, "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in answer.text


def test_keeps_the_form_of_a_reader_without_script(pages: TestClient[Litestar]) -> None:
    stated = {"q": "岩棉", "group": "structure-and-concrete", "sort": "name",
              "valid_on": "2025-06-01"}  # fmt: skip
    page = pages.get("/products", params=stated).text
    form = page[page.index('<form id="search"') : page.index("</form>")]
    assert 'name="q" value="岩棉"' in form and 'name="valid_on" value="2025-06-01"' in form
    assert '<option value="name" selected>' in form
    assert re.search(r'name="group" value="structure-and-concrete" checked', form)
    assert form.count('<button type="submit"') == 2


def test_facet_counts_are_shown(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products?star=2").text
    assert re.search(r'value="2" checked><span>★★ 二星</span><span class="count">\d+<', page)


def test_a_facet_count_is_what_choosing_it_finds(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products?q=岩棉板").text
    offers = re.findall(
        r'name="(\w+)" value="([^"]*)"><span>[^<]*</span><span class="count">(\d+)<', page
    )
    assert {facet for facet, _, _ in offers} >= {"category", "group", "company"}
    for facet, value, count in offers:
        chosen = pages.get("/products", params={"q": "岩棉板", facet: value}).text
        assert total_of(chosen) == int(count)


def test_takes_filters_away_by_links(pages: TestClient[Litestar]) -> None:
    page = pages.get(f"/products?company={COMPANY}&star=2&valid_on=2025-06-01").text
    chips = page[page.index('class="chips"') : page.index('class="clear"')]
    assert "绿洲混凝土有限公司" in chips
    assert f'href="/products?company={COMPANY}&amp;valid_on=2025-06-01"' in chips
    assert f'href="/products?star=2&amp;company={COMPANY}"' in chips


@pytest.mark.parametrize("sort", list(Sort))
def test_sorts_and_says_so(pages: TestClient[Litestar], sort: Sort) -> None:
    page = pages.get("/products", params={"q": "岩棉板", "sort": sort}).text
    assert f'<option value="{sort}" selected>' in page and total_of(page) == 30


def test_pages_through_the_hits(pages: TestClient[Litestar]) -> None:
    first = pages.get("/products?q=岩棉板").text
    assert "第 1–20 条" in first and 'rel="next"' in first
    second = pages.get("/products?q=岩棉板&page=2").text
    assert 'rel="prev"' in second
    beyond = pages.get("/products?q=岩棉板&page=9000").text
    assert "没有更多结果" in beyond


class TestWords:
    def test_a_phrase_stands_as_typed(self, pages: TestClient[Litestar]) -> None:
        assert total_of(pages.get("/products", params={"q": "岩棉板 TR1"}).text) > 1
        exact = pages.get("/products", params={"q": '"岩棉板 1"'}).text
        assert total_of(exact) == 1 and 'value="&#34;岩棉板 1&#34;"' in exact

    def test_an_excluded_word_is_not_there(self, pages: TestClient[Litestar]) -> None:
        everything = total_of(pages.get("/products").text)
        without = total_of(pages.get("/products", params={"q": "-岩棉板"}).text)
        assert without == everything - 30

    def test_says_that_it_looked_by_sound(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=yanmian").text
        assert "没有完全匹配；以下按读音查找。" in page and "<mark>岩棉</mark>板" in page

    def test_says_that_it_looked_for_what_is_near(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=预拌混凝士").text
        assert "没有完全匹配；以下为近似结果。" in page and total_of(page)

    def test_says_nothing_of_the_kind_of_what_is_exact(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=岩棉").text
        assert "没有完全匹配；" not in page.replace("没有完全匹配时", "")

    def test_offers_what_was_meant(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=yanmian&star=2").text
        line = re.search(r'class="did-you-mean">(.*?)</p>', page)
        assert line is not None and "您是不是要找：" in line[1]
        for link in re.findall(r'href="([^"]*)"', line[1]):
            assert "以下按读音查找" not in pages.get(unescape(link)).text


class TestNothingFound:
    def test_leads_on(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=qqzzxx&star=2&valid_on=2026-01-01").text
        assert "没有符合条件的产品" in page and "去掉搜索词“qqzzxx”" in page
        assert "搜索“商砼 C30”" in page

    def test_offers_only_what_brings_something(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=岩棉板&star=3&valid_on=2026-01-01").text
        empty = page[page.index('class="empty"') :]
        assert "去掉“★★★ 三星”" not in empty and "去掉所有筛选条件" in empty

    def test_an_offer_brings_what_it_says(self, pages: TestClient[Litestar]) -> None:
        query = f"q=混凝土&company={COMPANY}&star=3&star=1&valid_on=2020-01-01"
        page = pages.get(f"/products?{query}").text
        offers = re.findall(
            r'<li><a href="([^"]*)">[^<]*</a> <span class="count">(\d+) 个产品</span>', page
        )
        assert offers
        for link, count in offers:
            assert total_of(pages.get(unescape(link)).text) == int(count) > 0

    def test_offers_the_nearest_category(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?q=预拌凝土&star=3").text
        link = re.search(r'href="([^"]*)">看类别“预拌混凝土”的全部产品</a>', page)
        assert link is not None
        assert total_of(pages.get(unescape(link[1])).text) > 0

    def test_an_unknown_filter_value_finds_nothing(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/products?company=nobody&category=nothing").text
        assert "没有符合条件的产品" in page


class TestSuggestions:
    def test_each_finds_something(self, pages: TestClient[Litestar]) -> None:
        part = pages.get("/products/suggestions", params={"q": "岩棉"}).text
        assert "<!doctype" not in part
        words = [unescape(found) for found in re.findall(r'data-words="([^"]*)"', part)]
        assert words and part.count('role="option"') == len(words)
        for found in words:
            assert total_of(pages.get("/products", params={"q": found}).text)

    def test_shows_any_text_as_text(self, pages: TestClient[Litestar]) -> None:
        part = pages.get("/products/suggestions", params={"q": "alert"}).text
        assert HOSTILE.split("&")[0] not in part

    @pytest.mark.parametrize("words", ["", " ", "\x00", '"', "绿" * 200, "-x"])
    def test_takes_any_words(self, pages: TestClient[Litestar], words: str) -> None:
        answer = pages.get("/products/suggestions", params={"q": words})
        assert answer.status_code == 200

    def test_the_api_says_the_same(self, pages: TestClient[Litestar]) -> None:
        listed = pages.get("/api/v1/suggest", params={"q": "岩棉", "limit": 3}).json()
        assert 0 < len(listed) <= 3
        assert all(set(one) == {"kind", "text", "count"} for one in listed)


class TestFacetLists:
    def lists(self, count: int, *chosen: str) -> FacetList:
        asked = Asked(q="", chosen={**dict.fromkeys(Facet, ()), Facet.COMPANY: chosen},
                      valid_on=None, sort=Sort.RELEVANCE, page=1)  # fmt: skip
        counts = tuple(FacetCount(f"c{at:03}", count - at) for at in range(count))
        facets = {Facet.COMPANY: counts}
        (found,) = facet_lists(facets, asked, lambda _, key: key.upper(), lambda _: "")
        return found

    def test_most_companies_are_shown_on_demand(self) -> None:
        found = self.lists(30)
        shown = [choice.value for choice in found.sections[0].choices]
        assert len(shown) < 15 and len(shown) + len(found.more) == 30
        assert not set(shown) & {choice.value for choice in found.more} and not found.is_cut

    def test_what_is_chosen_stays_in_sight(self) -> None:
        found = self.lists(30, "c029")
        assert found.sections[0].choices[-1].value == "c029" and found.is_open

    def test_a_list_that_was_cut_says_so(self) -> None:
        found = self.lists(90)
        assert found.is_cut and len(found.sections[0].choices) + len(found.more) < 90

    def test_what_nobody_counted_can_be_taken_back(self) -> None:
        found = self.lists(0, "c001")
        (choice,) = found.sections[0].choices
        assert choice.is_chosen and choice.count is None


class _Away:
    """An engine that cannot be reached."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Fail as an engine does that is away."""
        raise SearchUnavailableError

    def close(self) -> None:
        """Have nothing to release."""


class TestWithoutTheIndex:
    @pytest.fixture
    def away(self, filled_url: str, pages: TestClient[Litestar]) -> Iterator[TestClient[Litestar]]:
        """A browser on the store that ``pages`` filled, while the index is away."""
        with _browsing(filled_url, _Away()) as client:  # type: ignore[arg-type]  # It only fails.
            yield client

    def test_the_database_answers_with_a_notice_and_the_total(
        self, away: TestClient[Litestar]
    ) -> None:
        page = away.get("/products?q=岩棉板").text
        assert "搜索引擎暂不可用，现直接查找数据库，共 30 个产品" in page
        assert total_of(page) == 30
        assert away.get("/").status_code == 200

    def test_filters_hold_and_can_be_taken_back(self, away: TestClient[Litestar]) -> None:
        page = away.get("/products?star=2").text
        assert "CTC-2024-001" in page and "岩棉板" not in page.replace("搜索“岩棉板”", "")
        assert re.search(r'name="star" value="2" checked', page)

    def test_there_are_no_suggestions(self, away: TestClient[Litestar]) -> None:
        assert away.get("/products/suggestions?q=岩棉").text.strip() == ""
        assert away.get("/api/v1/suggest?q=岩棉").status_code == 503


class _Estimating(TantivyEngine):
    """An engine that answers as an estimate what it counted."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer without vouching for the counts."""
        return msgspec.structs.replace(super().search(query), has_exact_counts=False)


def test_an_estimate_is_marked_as_one(filled_url: str, pages: TestClient[Litestar]) -> None:
    engine = _Estimating(None)
    database = Database(filled_url)
    rebuild(database, engine, prolong=lambda: None)
    database.close()
    with _browsing(filled_url, engine) as client:
        page = client.get("/products?q=岩棉板").text
        assert "找到约 30 个产品" in page and "共约 30 条" in page
        assert re.search(r'<span class="count">约 \d+</span>', page)
        assert client.get("/api/v1/search?q=岩棉板").json()["page"]["has_exact_counts"] is False


@contextmanager
def _browsing(url: str, engine: SearchEngine) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(Database(url), engine)) as client:
        yield client
