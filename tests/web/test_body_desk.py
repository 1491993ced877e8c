"""The certification body's desk: what it issued, with the way to each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from catalog.rules.periods import CHINA
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import a_certificate, a_product, bring

BODY = "示例认证中心"
Client = TestClient[Litestar]


@pytest.fixture
def browser(database: Database) -> Iterator[Client]:
    soon = dt.datetime.now(CHINA).date() + dt.timedelta(days=20)
    one = a_certificate("CTC-2024-001", valid_to=soon)
    other = a_certificate("X-2", valid_to=soon, body="另一家认证机构")
    bring(
        database,
        [
            a_product(certificate=one),
            a_product(model="C40", certificate=one),
            a_product(model="C50", certificate=other),
        ],
    )
    with TestClient(create_app(database, TantivyEngine(None))) as client:
        client.headers["accept-language"] = "zh"
        yield client


def test_a_body_sees_what_it_issued_and_nothing_of_others(browser: Client) -> None:
    signed_in(browser, role=Role.CERTIFICATION_BODY, name=BODY)
    desk = browser.get("/desk")
    assert desk.url.path == "/desk/certification-body" and desk.status_code == 200
    assert "CTC-2024-001" in desk.text and "X-2" not in desk.text
    tiles = desk.text.split('<ul class="stats">')[1].split("</ul>")[0]
    assert tiles.count("<strong>1</strong>") >= 1 and "<strong>2</strong>" in tiles
    assert f"/products?body={BODY}" in tiles or "/products?body=%E7%A4%BA" in tiles


def test_a_body_that_the_catalogue_does_not_know_is_told_so(browser: Client) -> None:
    signed_in(browser, role=Role.CERTIFICATION_BODY, name="没有证书的机构")
    assert "还没有贵机构的证书" in browser.get("/desk/certification-body").text


def test_others_are_led_to_their_own_desk(browser: Client) -> None:
    signed_in(browser, role=Role.MANUFACTURER, division="08")
    assert browser.get("/desk/certification-body").url.path == "/desk/company"
