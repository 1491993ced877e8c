"""Contradictions between sources, as a person at a browser and a program decide them."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.builders import REGISTRY, a_certificate, a_product, bring, day
from tests.conftest import TOKEN
from tests.integration.picture import current

PAGE = "/conflicts/1"
API = "/api/v1/conflicts/1"


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> TestClient[Litestar]:
    """A browser on a store whose two sources disagree until when a certificate is valid."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_product(certificate=a_certificate(valid_to=day("2025-01-31")))],
          source=REGISTRY)  # fmt: skip
    return TestClient(create_app(database, search_engine, api_token=TOKEN))


def sign_in(site: TestClient[Litestar]) -> None:
    site.post("/operator", data={"token": TOKEN, "back": "/imports"})


def test_lists_what_is_open_and_narrows(site: TestClient[Litestar]) -> None:
    assert f'href="{PAGE}"' in site.get("/conflicts?lang=en").text
    assert "2025-01-31" in site.get("/conflicts?field=valid_to&source=registry").text
    for asked in ("field=star", "source=nobody", "number=zzz", "standing=decided"):
        page = site.get(f"/conflicts?lang=en&{asked}").text
        assert "No contradictions match." in page


def test_shows_both_sides_and_what_each_would_mean(site: TestClient[Litestar]) -> None:
    page = site.get(f"{PAGE}?lang=en").text
    assert "template" in page and "registry" in page and "/imports/2" in page
    assert "Expired" in page and "Valid" in page
    assert 'name="decision"' not in page
    assert site.get("/conflicts/99").status_code == 404


def test_a_person_decides_and_takes_it_back(site: TestClient[Litestar], database: Database) -> None:
    said = {"decision": "offered", "reason": "看过 <原件>"}
    away = site.post(PAGE, data=said, follow_redirects=False)
    assert away.headers["location"].startswith("/operator")
    sign_in(site)
    assert 'name="decision"' in site.get(PAGE).text
    decided = site.post(PAGE, data=said)
    assert decided.status_code == 200 and "看过 &lt;原件&gt;" in decided.text
    assert [row["valid_to"] for row in current(database, "certificate_version")] == [
        day("2025-01-31")
    ]
    assert site.post(PAGE, data=said).status_code == 409
    assert f'href="{PAGE}"' not in site.get("/conflicts").text
    assert f'href="{PAGE}"' in site.get("/conflicts?standing=decided").text
    site.post(f"{PAGE}/reopen", data={"reason": "看错了"})
    assert f'href="{PAGE}"' in site.get("/conflicts").text


def test_another_site_cannot_decide(site: TestClient[Litestar]) -> None:
    sign_in(site)
    answer = site.post(PAGE, data={"decision": "held"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_api_decides_with_a_token(site: TestClient[Litestar]) -> None:
    detail = site.get(API, params={"on": "2026-06-01"}).json()
    assert (detail["held"]["validity"], detail["offered"]["validity"]) == ("valid", "expired")
    body = {"decision": "held", "reason": "原件为准"}
    assert site.post(f"{API}/decide", json=body).status_code == 401
    site.headers["Authorization"] = f"Bearer {TOKEN}"
    assert site.post(f"{API}/decide", json={"decision": "held", "reason": ""}).status_code == 400
    assert site.post(f"{API}/decide", json=body).json()["decided_by"]
    assert site.post(f"{API}/decide", json=body).status_code == 409
    assert site.post(f"{API}/reopen", json={"reason": "再看"}).json()["decision"] is None
