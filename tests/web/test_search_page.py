"""The search page: whole without a script, quick with one, and never at a loss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from catalog.db import Database
from catalog.errors import SearchUnavailableError
from search.engine import SearchEngine
from search.query import SearchPage, SearchQuery
from tests.web.places import COMPANY

SCRIPT = {"HX-Request": "true"}


def test_marks_what_matched(pages: TestClient[Litestar]) -> None:
    assert "<mark>" in pages.get("/products", params={"q": "混凝土"}).text


def test_answers_a_fragment_to_a_script(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/products?q=%E5%B2%A9%E6%A3%89&sort=relevance&valid_on=", headers=SCRIPT)
    assert "<!doctype" not in answer.text and 'class="hits"' in answer.text
    assert answer.headers["HX-Push-Url"] == "/products?q=%E5%B2%A9%E6%A3%89"
    assert "HX-Request" in answer.headers["Vary"]
    assert 'id="switch"' in answer.text and "hx-swap-oob" in answer.text


def test_answers_the_whole_page_on_the_way_back(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/products", headers={**SCRIPT, "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in answer.text


def test_keeps_the_form_of_a_reader_without_script(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products", params={"q": "岩棉", "group": "structure-and-concrete",
                                          "sort": "newest"}).text  # fmt: skip
    assert 'name="q" value="岩棉"' in page
    assert '<option value="newest" selected>' in page
    assert re.search(r'name="group" value="structure-and-concrete" checked', page)
    assert '<button type="submit">' in page


def test_facet_counts_are_shown(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products?star=2").text
    assert re.search(r'value="2" checked><span>★★ 二星</span><span class="count">\d+<', page)


def test_takes_filters_away_by_links(pages: TestClient[Litestar]) -> None:
    page = pages.get(f"/products?company={COMPANY}&star=2&valid_on=2025-06-01").text
    chips = page[page.index('class="chips"') : page.index('class="clear"')]
    assert "绿洲混凝土有限公司" in chips
    assert f'href="/products?company={COMPANY}&amp;valid_on=2025-06-01"' in chips
    assert f'href="/products?star=2&amp;company={COMPANY}"' in chips


def test_pages_through_the_hits(pages: TestClient[Litestar]) -> None:
    first = pages.get("/products?q=岩棉板").text
    assert "第 1–20 条" in first and 'rel="next"' in first
    second = pages.get("/products?q=岩棉板&page=2").text
    assert 'rel="prev"' in second
    beyond = pages.get("/products?q=岩棉板&page=9000").text
    assert "没有更多结果" in beyond


def test_helps_when_nothing_is_found(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products?q=qqzzxx&star=3&valid_on=2026-01-01").text
    assert "没有符合条件的产品" in page
    assert "去掉“★★★ 三星”" in page and "不限有效日期" in page
    assert "去掉搜索词“qqzzxx”" in page


def test_an_unknown_filter_value_finds_nothing(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products?company=nobody&category=nothing").text
    assert "没有符合条件的产品" in page


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

    def test_names_are_compared_with_a_notice(self, away: TestClient[Litestar]) -> None:
        page = away.get("/products?q=岩棉板").text
        assert "搜索引擎暂不可用" in page and "岩棉板" in page
        assert away.get("/").status_code == 200

    def test_a_filter_that_needs_the_index_says_what_to_do(
        self, away: TestClient[Litestar]
    ) -> None:
        answer = away.get("/products?star=3")
        assert answer.status_code == 503 and "去掉筛选条件" in answer.text
        fragment = away.get("/products?star=3", headers=SCRIPT)
        assert "<!doctype" not in fragment.text and "去掉筛选条件" in fragment.text


@contextmanager
def _browsing(url: str, engine: SearchEngine) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(Database(url), engine)) as client:
        yield client
