"""Statistics, open data, categories, feeds and the guide: public, true, and fit for programs."""

from __future__ import annotations

import csv
import hashlib
import io
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import etree

from api.counting import COUNTED
from api.web.categories import aliases
from importers.dump.write import make_dump
from tests.builders import NOW
from tests.web.places import COMPANY, PRODUCT

_COUNT = re.compile(r'<td class="n"[^>]*><a href="([^"]+)">([\d,]+)</a>')
_TOTAL = re.compile(r"共 ([\d,]+) (?:条|个)")


def test_every_count_of_products_is_that_of_the_list_behind_it(
    pages: TestClient[Litestar],
) -> None:
    text = pages.get("/statistics").text
    links = {link.replace("&amp;", "&"): count for link, count in _COUNT.findall(text)}
    of_products = [link for link in links if link.startswith("/products?")]
    assert len(of_products) > len(COUNTED)
    for link in of_products:
        query = link.split("?")[1]
        found = pages.get(f"/api/v1/search?limit=1&{query}").json()
        assert found["page"]["total"] == int(links[link].replace(",", "")), link


def test_counts_of_certificates_lead_to_as_many(pages: TestClient[Litestar]) -> None:
    text = pages.get("/statistics").text
    links = [pair for pair in _COUNT.findall(text) if "/statistics/certificates" in pair[0]]
    assert links
    for link, count in links:
        listed = pages.get(link.replace("&amp;", "&")).text
        assert listed.count('<a class="code" href="/certificates/') == int(count)


def test_each_table_is_there_as_csv(pages: TestClient[Litestar]) -> None:
    names = re.findall(r"/statistics/tables/([a-z-]+)\.csv", pages.get("/statistics").text)
    assert {"group", "category", "star", "certificate-months", "ratios"} <= set(names)
    for name in names:
        rows = list(csv.reader(io.StringIO(pages.get(f"/statistics/tables/{name}.csv").text)))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1, name
    assert pages.get("/statistics/tables/none.csv").status_code == 404
    assert pages.get("/statistics/certificates?issued=2026-13").status_code == 400
    assert pages.get("/statistics/adoptions?standing=no").status_code == 400


def test_a_file_is_sent_whole_in_part_or_not_again(pages: TestClient[Litestar]) -> None:
    things = pages.app.state
    assert "lucai dump" in pages.get("/open-data").text, "an empty state says what to do"
    dump = make_dump(things["database"], things["open_data"], keep=1, now=NOW)
    shown = pages.get("/open-data").text
    for file in dump.files:
        assert f"/open-data/{dump.key}/{file.name}" in shown or file.table == "schema"
    file = next(f for f in dump.files if f.name == "products.parquet")
    path = f"/open-data/latest/{file.name}"
    whole = pages.get(path)
    assert hashlib.sha256(whole.content).hexdigest() == file.sha256
    assert whole.headers["etag"] == f'"{file.sha256}"'
    for asked, status, content in (
        ({"If-None-Match": whole.headers["etag"]}, 304, b""),
        ({"If-Modified-Since": whole.headers["last-modified"]}, 304, b""),
        ({"If-Modified-Since": f"Mon, 01 Jan 2001 00:00:00 +{'9' * 20}"}, 200, whole.content),
        ({"Range": "bytes=0-9"}, 206, whole.content[:10]),
        ({"Range": "bytes=-4"}, 206, whole.content[-4:]),
        ({"Range": f"bytes={file.size - 1}-{file.size + 99}"}, 206, whole.content[-1:]),
        ({"Range": f"bytes={file.size}-"}, 416, b""),
        ({"Range": "bytes=9-0"}, 200, whole.content),
        ({"Range": "bytes=0-1,4-5"}, 200, whole.content),
        ({"Range": "bytes=0-9", "If-Range": '"another"'}, 200, whole.content),
        ({"Range": "bytes=0-9", "If-Range": whole.headers["etag"]}, 206, whole.content[:10]),
    ):
        answer = pages.get(path, headers=asked)
        assert (answer.status_code, answer.content) == (status, content), asked
    head = pages.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(file.size)
    manifest = pages.get("/open-data/latest/manifest.json").json()
    assert manifest["key"] == dump.key
    for wrong in ("latest/other.csv", "20000101T000000Z/products.csv", "latest/..%2Flucai.db"):
        assert pages.get(f"/open-data/{wrong}").status_code in (400, 404)


def test_feeds_can_be_subscribed_to(pages: TestClient[Litestar]) -> None:
    for name in ("editions", "notices"):
        atom = etree.fromstring(pages.get(f"/feeds/{name}.atom").content)
        tags = {child.tag for child in atom}
        assert {
            f"{{http://www.w3.org/2005/Atom}}{tag}" for tag in ("id", "title", "updated")
        } <= tags
        feed = pages.get(f"/feeds/{name}.json").json()
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"].endswith(f"/feeds/{name}.json")


def test_a_category_says_how_it_counts_and_what_it_goes_by(pages: TestClient[Litestar]) -> None:
    text = pages.get("/categories/ready-mixed-concrete").text
    for said in ("2021年细则", "T/CECS 10047", "申请入库要什么", "商品混凝土", COMPANY):
        assert said in text
    assert aliases()["ready-mixed-concrete"]
    assert pages.get("/categories/none").status_code == 404


def test_a_product_leads_to_its_like_and_a_company_to_its_papers(
    pages: TestClient[Litestar],
) -> None:
    product = pages.get(f"/products/{PRODUCT}").text
    assert 'href="#alike-title"' in product and "/categories/ready-mixed-concrete" in product
    company = pages.get(f"/companies/{COMPANY}").text
    assert "CTC-2024-001" in company and "没有抽查不等于合格" in company


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_the_guide_shows_real_answers(pages: TestClient[Litestar]) -> None:
    text = pages.get("/api-guide").text
    assert re.search(r"/api/v1/products/[0-9a-f]{16}/adoption", text)
    assert text.count('<span class="badge is-valid">200</span>') == 6
    assert "product-not-found" in text
