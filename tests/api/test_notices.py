"""Watch-lists, notices and webhooks over the API, for whoever shows a token."""

from __future__ import annotations

import datetime as dt

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from tests.adoptions import an_adoption
from tests.builders import a_certificate, a_product, bring
from tests.conftest import TOKEN
from tests.web.places import PRODUCT

OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def adopted(database: Database) -> None:
    """A product that is adopted by a certificate to the end of 2028."""
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)


@pytest.mark.usefixtures("adopted")
def test_a_products_adoption_on_any_day(client: TestClient[Litestar]) -> None:
    path = f"/api/v1/products/{PRODUCT}/adoption"
    for day, standing, is_adopted in (
        ("2024-05-31", "not-yet", False), ("2025-01-01", "adopted", True),
        ("2029-01-01", "expired", False),
    ):  # fmt: skip
        said = client.get(path, params={"on": day}).json()
        assert (said["standing"], said["is_adopted"]) == (standing, is_adopted)
    assert client.get("/api/v1/products/nobody/adoption").status_code == 404


@pytest.mark.usefixtures("adopted")
def test_the_watch_list_needs_a_token(client: TestClient[Litestar]) -> None:
    path = "/api/v1/watch-list"
    asked = {"on": "2028-12-01", "kind": "expiring"}
    assert client.get(path, params=asked).status_code == 401
    said = client.get(path, params=asked, headers=OPERATOR).json()
    assert [each["name"] for each in said["items"]] == ["CTC-2024-001"]
    assert said["items"][0]["days_left"] == (dt.date(2028, 12, 31) - dt.date(2028, 12, 1)).days
    assert client.get(path, params={"kind": "nonsense"}, headers=OPERATOR).status_code == 400


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("get", "/api/v1/notices"),
        ("post", "/api/v1/notices/read"),
        ("put", "/api/v1/notices/choices"),
        ("get", "/api/v1/webhooks"),
        ("post", "/api/v1/webhooks"),
    ],
)
def test_notices_and_webhooks_need_a_token(
    client: TestClient[Litestar], verb: str, path: str
) -> None:
    assert client.request(verb, path, json={}).status_code == 401


def test_who_acts_for_no_organisation_keeps_no_webhooks(client: TestClient[Litestar]) -> None:
    body = {"url": "https://example.org/"}
    assert client.post("/api/v1/webhooks", json=body, headers=OPERATOR).status_code == 403
