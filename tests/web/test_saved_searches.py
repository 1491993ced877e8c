"""Searches are kept for a browser, by nobody else to be seen or changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text

from api.web.visitor import COOKIE
from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from search.sync import drain_once
from tests.apps import create_app
from tests.builders import a_product, bring

LIMIT = 3


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser on a small store of its own; three searches fit."""
    bring(database, [a_product(f"岩棉板 {n}", model=f"TR{n}", category="insulation")
                     for n in range(3)])  # fmt: skip
    _index(database, search_engine)
    with TestClient(create_app(database, search_engine, saved_search_limit=LIMIT)) as client:
        yield client


def _index(database: Database, engine: TantivyEngine) -> None:
    while drain_once(database, engine):
        pass


def save(site: TestClient[Litestar], query: str = "q=岩棉板", name: str = "") -> str:
    """Save a search as the form does; return where its page leads to."""
    answer = site.post("/searches", data={"query": query, "name": name}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="search-(\d+)"', page)]


def test_asks_for_a_name_and_shows_what_is_kept(site: TestClient[Litestar]) -> None:
    page = site.get("/searches/new?q=岩棉板&star=2&lang=zh").text
    assert "“岩棉板”；星级：★★ 二星" in page and 'method="post"' in page
    assert 'name="query" value="q=%E5%B2%A9%E6%A3%89%E6%9D%BF&amp;star=2"' in page
    assert "0 个产品" in page


def test_keeps_opens_and_counts(
    site: TestClient[Litestar], database: Database, search_engine: TantivyEngine
) -> None:
    page = site.get(save(site, name="甲的清单")).text
    assert "甲的清单" in page and "“岩棉板”" in page and "已保存" in page
    assert 'href="/products?q=%E5%B2%A9%E6%A3%89%E6%9D%BF"' in page
    assert "现在 3 个产品" in page and "多了" not in page
    bring(database, [a_product("岩棉板 9", model="TR9", category="insulation")])
    _index(database, search_engine)
    page = site.get("/searches").text
    assert "现在 4 个产品" in page and "多了 1 个" in page
    site.post(f"/searches/{ids(page)[0]}/count")
    assert "多了" not in site.get("/searches").text


def test_keeps_what_the_search_page_understands_and_no_more(site: TestClient[Litestar]) -> None:
    save(site, query="lang=en&page=7&q= 岩棉板 &evil=1&star=3&star=2")
    page = site.get("/searches").text
    assert 'href="/products?q=%E5%B2%A9%E6%A3%89%E6%9D%BF&amp;star=2&amp;star=3"' in page


def test_the_same_search_is_kept_once(site: TestClient[Litestar]) -> None:
    assert save(site) == save(site, name="again")
    assert len(ids(site.get("/searches").text)) == 1


def test_renames(site: TestClient[Litestar]) -> None:
    save(site, name="甲")
    (number,) = ids(site.get("/searches").text)
    site.post(f"/searches/{number}/name", data={"name": " 乙\x00\n丙 "})
    assert "乙 丙" in site.get("/searches").text
    site.post(f"/searches/{number}/name", data={"name": ""})
    assert "乙" not in site.get("/searches").text


def test_deletes_and_brings_back(site: TestClient[Litestar]) -> None:
    save(site, name="甲")
    (number,) = ids(site.get("/searches").text)
    page = site.post(f"/searches/{number}/delete").text
    assert ids(page) == [] and f'action="/searches/{number}/restore"' in page
    assert ids(site.post(f"/searches/{number}/restore").text) == [number]
    assert site.post(f"/searches/{number}/restore").status_code == 200


def test_only_the_last_deletion_can_be_taken_back(
    site: TestClient[Litestar], database: Database
) -> None:
    save(site, query="q=a")
    save(site, query="q=b")
    second, first = ids(site.get("/searches").text)
    site.post(f"/searches/{first}/delete")
    site.post(f"/searches/{second}/delete")
    assert site.post(f"/searches/{first}/restore").status_code == 404
    assert ids(site.post(f"/searches/{second}/restore").text) == [second]
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM saved_search")) == 1


def test_more_than_the_limit_is_refused_with_a_page(site: TestClient[Litestar]) -> None:
    for n in range(LIMIT):
        save(site, query=f"q={n}")
    answer = site.post("/searches", data={"query": "q=more"})
    assert answer.status_code == 409 and "最多保存 3 个搜索" in answer.text
    number = ids(site.get("/searches").text)[0]
    site.post(f"/searches/{number}/delete")
    save(site, query="q=more")
    assert site.post(f"/searches/{number}/restore").status_code == 409


def test_another_browser_sees_and_changes_nothing(site: TestClient[Litestar]) -> None:
    save(site, name="甲")
    (number,) = ids(site.get("/searches").text)
    mine = site.cookies[COOKIE]
    for stranger in (None, "x" * 43, "nonsense"):
        site.cookies.clear()
        if stranger:
            site.cookies.set(COOKIE, stranger)
        assert ids(site.get("/searches").text) == []
        for act in ("name", "count", "delete", "restore"):
            answer = site.post(f"/searches/{number}/{act}", data={"name": "mine"})
            assert answer.status_code == 404 and 'role="alert"' in answer.text
    site.cookies.clear()
    site.cookies.set(COOKIE, mine)
    assert "甲" in site.get("/searches").text


def test_the_secret_is_the_browsers_alone(site: TestClient[Litestar], database: Database) -> None:
    answer = site.post("/searches", data={"query": "q=a"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/searches" in cookie
    assert "Max-Age=34560000" in cookie and "Secure" not in cookie
    secret = site.cookies[COOKIE]
    with database.reading() as connection:
        owner = connection.scalar(text("SELECT owner FROM saved_search"))
    assert owner == f"visitor:{hashlib.sha256(secret.encode()).hexdigest()}"
    assert secret not in site.get("/searches").text


def test_the_cookie_is_secure_over_https(site: TestClient[Litestar]) -> None:
    answer = site.post("/searches", data={"query": "q=a"}, follow_redirects=False,
                       headers={"X-Forwarded-Proto": "https"})  # fmt: skip
    assert "Secure" in answer.headers["set-cookie"]


def test_reading_gives_nobody_a_cookie_and_changes_nothing(
    site: TestClient[Litestar], database: Database
) -> None:
    for path in ("/searches", "/searches/new?q=a"):
        assert COOKIE not in site.get(path).headers.get("set-cookie", "")
    assert site.get("/searches/1/delete").status_code == 405
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM saved_search")) == 0


def test_a_search_that_nobody_understands_any_more_can_be_deleted(
    site: TestClient[Litestar], database: Database
) -> None:
    save(site)
    with database.transaction() as session:
        session.execute(text("UPDATE saved_search SET query = 'sort=gone'"))
    page = site.get("/searches").text
    assert "已无法识别" in page
    (number,) = ids(page)
    assert site.post(f"/searches/{number}/count").status_code == 403  # It has no such button.
    assert ids(site.post(f"/searches/{number}/delete").text) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Sec-Fetch-Site": "none"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver.local"}, 403),
        ({"Origin": "http://testserver.local"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://testserver.local.evil.example"}, 403),
        ({"Origin": "http://testserver.local:8080"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://[::1"}, 403),
    ],
)
def test_other_sites_cannot_post(
    pages: TestClient[Litestar], headers: dict[str, str], status: int
) -> None:
    """What passes comes to the handler, which finds the form bad."""
    answer = pages.post("/searches", data={"query": "star=9"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "不是从本站当前的页面提交的" in answer.text and 'role="alert"' in answer.text


def test_other_sites_may_link_here(pages: TestClient[Litestar]) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert pages.get("/products", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/searches", "query=star%3D9", "application/x-www-form-urlencoded"),
        ("/searches", "query=q%3D" + "x" * 201, "application/x-www-form-urlencoded"),
        ("/searches", "query=" + "x" * 30000, "application/x-www-form-urlencoded"),
        ("/searches", "query=a&query=b", "application/x-www-form-urlencoded"),
        ("/searches", "other=1", "application/x-www-form-urlencoded"),
        ("/searches", "[]", "application/json"),
        ("/searches", "{", "application/json"),
        ("/searches", "\x00\xff", "text/plain"),
        ("/searches", "x" * 100_000, "application/x-www-form-urlencoded"),
        ("/searches/0/delete", "", "application/x-www-form-urlencoded"),
        ("/searches/x/delete", "", "application/x-www-form-urlencoded"),
        (f"/searches/{10**30}/delete", "", "application/x-www-form-urlencoded"),
    ],
)
def test_a_bad_form_is_answered_with_a_page(
    pages: TestClient[Litestar], path: str, body: str, kind: str
) -> None:
    answer = pages.post(path, content=body, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500, answer.status_code
    assert 'role="alert"' in answer.text and answer.text.count("<h1") == 1


def test_hostile_names_stay_text(site: TestClient[Litestar]) -> None:
    save(site, query="q=%3Cscript%3E&body=%3Cb%3E", name="<script>alert(1)</script>\"'")
    page = site.get("/searches").text
    assert "<script>alert" not in page and "<b>" not in page and "&lt;script&gt;" in page


def test_a_browser_that_forgets_its_cookie_cannot_fill_the_table(
    site: TestClient[Litestar],
) -> None:
    answers = []
    for number in range(32):
        site.cookies.clear()
        data = {"query": f"q={number}", "name": ""}
        answers.append(site.post("/searches", data=data, follow_redirects=False).status_code)
    assert answers == [303] * 30 + [429] * 2
