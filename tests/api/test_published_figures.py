"""The API publishes, lists, rebuilds and restates figures, and tells a certificate's reach."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.terms import CertificateState
from tests.accounts import an_organisation
from tests.builders import (
    NOW,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)
from tests.conftest import TOKEN
from tests.web.places import CERTIFICATE

PATH = "/api/v1/published-figures"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def site(database: Database, client: TestClient[Litestar]) -> TestClient[Litestar]:
    """A building with green concrete."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_delivery("1", quantity=Decimal(100), product=by_number())])
    recalculated(database)
    return client


def published(site: TestClient[Litestar], **body: object) -> dict[str, Any]:
    answer = site.post(PATH, json={"year": 2025, "division": "08"} | body, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def test_publishes_once_and_lists_it(site: TestClient[Litestar]) -> None:
    first, again = published(site), published(site, note="again")
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert first["head"]["published_by"] == "operator"
    assert first["content"]["figure"]["ratio_by_area"] == "45"
    listed = site.get(PATH).json()
    assert (listed["total"], listed["items"]) == (1, [first["head"]])
    assert site.get(f"{PATH}?division=07").json()["total"] == 0


def test_names_the_office_that_runs_the_machine(
    site: TestClient[Litestar], database: Database
) -> None:
    an_organisation(database, name="平台运营中心")
    assert published(site)["head"]["published_by"] == "平台运营中心"


def test_gives_the_bytes_that_the_hash_is_of(site: TestClient[Litestar]) -> None:
    name = published(site)["head"]["content_hash"]
    answer = site.get(f"{PATH}/{name}/content")
    assert hashlib.sha256(answer.content).hexdigest() == name
    assert answer.json() == site.get(f"{PATH}/{name}").json()["content"]


def test_rebuilds_and_restates(site: TestClient[Litestar], database: Database) -> None:
    name = published(site)["head"]["content_hash"]
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2025-01-01"))
    bring(database, [a_product(certificate=paper)], now=NOW.replace(year=2100))
    recalculated(database, now=NOW.replace(year=2100))
    assert site.get(f"{PATH}/{name}/rebuilt").json()["is_same"] is True
    found = site.get(f"{PATH}/{name}/restated").json()
    assert (found["then"]["ratio_by_area"], found["now"]["ratio_by_area"]) == ("45", "0")
    (change,) = found["buildings"][0]["changes"]
    assert (change["cause"], change["state"]) == ("proof-changed", "revoked")


def test_refuses_whoever_shows_no_token(site: TestClient[Litestar]) -> None:
    assert site.post(PATH, json={"year": 2025}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"year": 1999}, 409),
        ({"year": 2025, "division": "99"}, 404),
        ({"year": 2025, "method": "D"}, 400),
        ({"year": 2025, "colour": "green"}, 400),
        ({}, 400),
    ],
)
def test_says_why_it_does_not_publish(
    site: TestClient[Litestar], body: dict[str, object], status: int
) -> None:
    assert site.post(PATH, json=body, headers=OPERATOR).status_code == status


@pytest.mark.parametrize("path", ["", "/content", "/rebuilt", "/restated"])
def test_a_hash_is_found_or_not(site: TestClient[Litestar], path: str) -> None:
    assert site.get(f"{PATH}/{'0' * 64}{path}").status_code == 404
    assert site.get(f"{PATH}/none{path}").status_code == 400


def test_answers_as_known_on_a_day(site: TestClient[Litestar], database: Database) -> None:
    bring(database, [a_delivery("1", quantity=Decimal(100))], now=NOW.replace(day=5))
    recalculated(database, now=NOW.replace(day=5))
    url = "/api/v1/ratios?method=B"

    def ratios(known_at: str) -> list[str]:
        answer = site.get(f"{url}{known_at}").json()
        return [item["ratio_by_area"] for item in answer["items"]]

    assert ratios("") == ["0"]
    assert ratios("&known_at=2026-06-01") == ["45"]
    assert ratios("&known_at=2026-06-05") == ["0"]
    assert ratios("&known_at=2026-05-31") == []
    behind = site.get("/api/v1/ratios/08/results?method=B&known_at=2026-06-01").json()
    of_project = site.get("/api/v1/projects/p-1/results?known_at=2026-06-01").json()
    assert [result["ratio"] for result in behind] == ["45"]
    assert {result["ratio"] for result in of_project if result["method"] == "B"} == {"45"}


def test_tells_a_certificates_reach(site: TestClient[Litestar]) -> None:
    path = f"/api/v1/certificates/{CERTIFICATE}/reach"
    found = site.get(f"{path}?on=2025-01-01").json()
    assert found["is_supposed"] is True
    assert {(f["method"], f["ratio_before"], f["ratio_after"]) for f in found["figures"]} >= {
        ("B", "45", "0")
    }
    assert site.get(f"{path}?on=2027-01-01").json()["figures"] == []
    assert site.get("/api/v1/certificates/none/reach").status_code == 404
