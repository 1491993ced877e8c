"""What a company states of its products goes the whole way over the API, and so does demand."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.services import catalogue
from tests.casework import APPLICANT, OTHER_MAKER, REVIEWER, in_business
from tests.programs import As

PATH = "/api/v1/submissions"


@pytest.fixture
def category(database: Database) -> str:
    """The category of a product, in a store where everybody is in business."""
    in_business(database)
    with database.reading() as connection:
        return catalogue.categories(connection)[0].key


def test_a_product_is_stated_handed_in_given_back_and_proved(
    client: TestClient[Litestar], category: str
) -> None:
    maker, rival, bureau = (As(client, who) for who in (APPLICANT, OTHER_MAKER, REVIEWER))
    stated = {"name": "蒸压加气混凝土砌块", "category": category}
    new = {"stated": stated, "number": "erp-7"}
    one = maker.post(PATH, new).json()
    path = f"{PATH}/{one['key']}"
    assert maker.post(PATH, new).json()["key"] == one["key"]
    assert [bureau.get(path).status_code, rival.get(path).status_code] == [404, 404]
    assert [each["field"] for each in maker.get(path).json()["faults"]] == ["model"]
    refused = maker.post(f"{path}/submit", {"version": one["version"], "is_pledged": True})
    assert (refused.status_code, refused.json()["type"]) == (409, "submission-refused")
    stated["model"] = "A3.5 B06"
    one = maker.put(path, {"version": one["version"], "stated": stated}).json()
    stale = maker.post(f"{path}/submit", {"version": 1, "is_pledged": True})
    assert (stale.status_code, stale.json()["type"]) == (409, "changed-meanwhile")
    one = maker.post(f"{path}/submit", {"version": one["version"], "is_pledged": True}).json()
    assert one["due_on"] > one["submitted_at"][:10]
    judged = {"version": one["version"], "reason": "型号看不清"}
    assert maker.post(f"{path}/prove", judged).status_code == 403
    one = bureau.post(f"{path}/give-back", judged).json()
    one = maker.post(f"{path}/submit", {"version": one["version"], "is_pledged": True}).json()
    proof = {"version": one["version"], "reason": "见检验报告"}
    one = bureau.post(f"{path}/prove", proof).json()
    assert client.get(f"/api/v1/products/{one['product']}").json()["name"] == stated["name"]
    assert maker.get(f"{PATH}?standing=proved").json()["total"] == 1
    assert rival.get(PATH).json()["total"] == 0


def test_demand_is_told_to_the_company_alone(client: TestClient[Litestar], category: str) -> None:
    assert category
    told = As(client, APPLICANT).get("/api/v1/demand")
    assert (told.status_code, told.json()["smallest_group"]) == (200, 3)
    assert As(client, REVIEWER).get("/api/v1/demand").status_code == 404
    assert client.get("/api/v1/demand").status_code == 401
