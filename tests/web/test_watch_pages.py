"""The pages of watch-lists, notices and webhooks, each reader's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Rank, Role
from catalog.services.delivering import tell
from search.engines.tantivy import TantivyEngine
from tests.accounts import sign_out, signed_in
from tests.adoptions import an_adoption
from tests.apps import create_app
from tests.builders import NOW, OPERATOR, a_certificate, a_product, bring, day
from tests.integration.test_notices import new_key, ways
from tests.web.places import PRODUCT

ON = "2028-12-01"


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser on a store with one product that division 08 adopted."""
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    with TestClient(create_app(database, search_engine)) as client:
        client.follow_redirects = False
        client.headers["Accept-Language"] = "zh"
        yield client


def test_a_bureau_sees_what_runs_out_in_its_division(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.DIVISION_BUREAU, division="08")
    page = site.get("/watch", params={"on": ON}).text
    assert "证书即将到期" in page and "CTC-2024-001" in page and "已采信" in page
    assert "watch-2026" in page
    rows = site.get("/watch/list.csv", params={"on": ON, "kind": "expiring"}).text
    assert rows.count("CTC-2024-001") == 1
    signed_in(site, role=Role.DIVISION_BUREAU, division="01")
    assert "这一天没有需要留意的事项" in site.get("/watch", params={"on": ON}).text


def test_whoever_is_not_signed_in_is_asked_to(site: TestClient[Litestar]) -> None:
    for path in ("/watch", "/watch/list.csv", "/notices", "/notices/choices", "/webhooks"):
        answer = site.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


def test_a_notice_is_counted_until_it_is_read(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.DIVISION_BUREAU, division="08")
    assert "条未读" not in site.get("/rules").text
    database: Database = site.app.state.database
    tell(
        database, ways(), actor=OPERATOR, holder="test", clock=lambda: NOW, new_key=new_key,
        on=day(ON),
    )  # fmt: skip
    # A certificate ends, and the division's annual report is late.
    assert 'aria-label="2 条未读"' in site.get("/rules").text
    page = site.get("/notices").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    assert site.post("/notices/read", data={"key": key[1]}).status_code == 303
    assert 'aria-label="1 条未读"' in site.get("/rules").text


def test_a_member_chooses_what_to_be_told(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.DIVISION_BUREAU, division="08")
    assert site.post("/notices/choices", data={"shown": ["lost"], "mailed": []}).status_code == 303
    page = site.get("/notices/choices").text
    assert page.count(" checked") == 1


def test_a_webhooks_secret_is_shown_once(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.MANUFACTURER)
    page = site.post("/webhooks", data={"url": "https://example.org/hook", "kind": "lost"}).text
    found = re.search(r"<code>([\w-]{40,})</code>", page)
    assert found is not None
    again = site.get("/webhooks").text
    assert "https://example.org/hook" in again and found[1] not in again
    key = re.search(r"/webhooks/(\w+)/end", again)
    assert key is not None
    here = f"/webhooks/{key[1]}"
    assert site.post(f"{here}/ping").status_code == 303
    log = site.get(here).text
    delivery = re.search(r"/deliveries/(\w+)", log)
    assert delivery is not None and "下次尝试" in log
    assert site.post(f"{here}/deliveries/{delivery[1]}").status_code == 303
    signed_in(site, role=Role.OWNER, name="别家")
    assert site.get(here).status_code == 404
    assert site.post(f"{here}/end").status_code == 404


def test_a_webhook_into_our_own_network_is_refused(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.MANUFACTURER)
    answer = site.post("/webhooks", data={"url": "https://127.0.0.1/"})
    assert answer.status_code == 400
    assert "公网" in answer.text


def test_only_an_administrator_keeps_webhooks(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.MANUFACTURER, rank=Rank.CLERK)
    assert site.get("/webhooks").status_code == 403
    assert site.post("/webhooks", data={"url": "https://example.org/"}).status_code == 403


def test_a_product_page_says_what_it_is_on_a_day_and_why(site: TestClient[Litestar]) -> None:
    sign_out(site)
    page = site.get(f"/products/{PRODUCT}", params={"on": "2025-01-01"}).text
    assert "已采信" in page and "采信至" in page and "2028年12月31日" in page
    assert "采信已到期" in site.get(f"/products/{PRODUCT}", params={"on": "2029-01-01"}).text


def test_the_days_are_shown_with_their_source(site: TestClient[Litestar]) -> None:
    page = site.get("/rules/watch-2026").text
    assert "90、60、30" in page and "监督间隔不超过 1 年" in page
