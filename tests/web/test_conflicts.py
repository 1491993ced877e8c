"""Contradictions between sources, as a person at a browser and a program decide them."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.terms import CertificateState
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import (
    REGISTRY,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
)
from tests.conftest import TOKEN
from tests.declarations import EPD, a_declaration, year
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
    signed_in(site)


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
    assert away.headers["location"].startswith("/sign-in")
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


@pytest.fixture
def declared(database: Database, search_engine: TantivyEngine) -> TestClient[Litestar]:
    """A product whose certificate is suspended while its declaration, of two sources, holds."""
    paper = a_certificate("EPD-HAM-20220212", state=CertificateState.SUSPENDED,
                          state_on=day("2025-02-01"))  # fmt: skip
    bring(database, [a_product(certificate=paper)])
    bring(database, [a_declaration(valid_until=year(2098))], source="ibu")
    bring(database, [a_declaration(valid_until=year(2099))], source="bau")
    return TestClient(create_app(database, search_engine, api_token=TOKEN))


def test_lists_conflicts_of_declarations_and_products(declared: TestClient[Litestar]) -> None:
    page = declared.get("/conflicts?lang=en").text
    assert page.count('href="/conflicts/') == 3 and "Certificate and declaration" in page
    for asked, count in (("subject=product", 2), ("subject=declaration", 1),
                         ("subject=certificate", 0), ("subject=nonsense", 3),
                         (f"number={EPD}&standing=all", 3)):  # fmt: skip
        page = declared.get(f"/conflicts?{asked}").text
        assert page.count('href="/conflicts/') == count, asked
    assert f'href="/conflicts?number={EPD}' in declared.get(f"/epds/{EPD}").text


def test_shows_and_decides_a_conflict_of_a_declaration(declared: TestClient[Litestar]) -> None:
    (row,) = declared.get("/api/v1/conflicts?subject=declaration").json()["items"]
    page = declared.get(f"/conflicts/{row['id']}?lang=en").text
    assert "2098" in page and "2099" in page and "changes none" in page
    sign_in(declared)
    said = {"decision": "held", "reason": "原件"}
    assert (
        "The held side counts" in declared.post(f"/conflicts/{row['id']}?lang=en", data=said).text
    )
    listed = declared.get("/api/v1/conflicts?standing=decided").json()
    assert [(one["declaration"], one["decision"]) for one in listed["items"]] == [(EPD, "held")]


def test_shows_both_papers_of_a_product(declared: TestClient[Litestar]) -> None:
    rows = declared.get("/api/v1/conflicts?subject=product").json()["items"]
    page = declared.get(f"/conflicts/{rows[0]['id']}?lang=en").text
    assert "Suspended" in page and "Valid" in page and f"/epds/{EPD}" in page


def test_shows_which_figures_each_decision_would_change(
    site: TestClient[Litestar], database: Database
) -> None:
    assert f'href="{PAGE}/figures"' not in site.get(PAGE).text
    bring(database, [a_project()])
    bring(database, [a_bill_line()])
    bring(database, [a_delivery(product=by_number())])
    assert f'href="{PAGE}/figures"' in site.get(PAGE).text
    page = site.get(f"{PAGE}/figures?lang=en").text
    assert "All 1 buildings" in page and "No ratio would change." in page
    assert page.count(">B</td>") == 1
    told = site.get(f"{API}/figures").json()
    assert [bool(one["changes"]) for one in told["decisions"]] == [False, True]
    assert site.get("/conflicts/99/figures").status_code == 404
