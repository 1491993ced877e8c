"""Scores by the API: explained, ranked, and what writes them down."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from tests.adoptions import an_organisation
from tests.builders import a_certificate, a_product, bring
from tests.conftest import TOKEN
from tests.web.places import CERTIFICATE, MORTAR, PRODUCT

ON = "2026-06-01"
TOLD = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def api(database: Database, client: TestClient[Litestar]) -> TestClient[Litestar]:
    mortar = a_product("示例砂浆（演示）", model="M10", category="ready-mixed-mortar")
    bring(database, [a_product(certificate=a_certificate()), mortar])
    an_organisation(database, "owner", Role.OWNER)
    return client


def test_a_score_says_unknown_by_null_and_never_by_nought(api: TestClient[Litestar]) -> None:
    score = api.get(f"/api/v1/products/{PRODUCT}/score?on={ON}").json()
    unknown = {each["key"] for each in score["criteria"] if each["points"] is None}
    assert unknown == {"declaration", "surveillance", "spot-checks", "uses"}
    assert score["points"] == score["lowest"] == "44.28" and score["missing"] == "40"
    (only,) = api.get(f"/api/v1/products/{PRODUCT}/scores?on={ON}").json()
    assert only == score


def test_ranks_and_inspections_move_the_rank(api: TestClient[Litestar]) -> None:
    def order() -> list[str]:
        return [row["product"] for row in api.get(f"/api/v1/scores?on={ON}").json()["items"]]

    assert order() == [PRODUCT, MORTAR]
    told = {"on": "2026-05-01", "is_passed": False, "source": "通报"}
    check = api.post(
        f"/api/v1/products/{PRODUCT}/spot-checks", json={**told, "authority": "局"}, headers=TOLD
    )
    visit = api.post(
        f"/api/v1/certificates/{CERTIFICATE}/surveillance-visits", json=told, headers=TOLD
    )
    assert check.status_code == visit.status_code == 200
    assert order() == [MORTAR, PRODUCT]
    (held,) = api.get(f"/api/v1/products/{PRODUCT}/surveillance-visits").json()
    assert (held["certificate"], held["is_passed"]) == (CERTIFICATE, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/products/nothing/score", 404),
        (f"/api/v1/products/{PRODUCT}/score?site=nowhere", 404),
        (f"/api/v1/products/{PRODUCT}/score?pack=score-1999", 404),
        (f"/api/v1/products/{PRODUCT}/score?on=2020-01-01", 404),
        ("/api/v1/scores?own=true&pack=score-2026", 409),
        ("/api/v1/organisations/owner/score-policies", 403),
    ],
    ids=["product", "site", "pack", "no pack in force", "two packs", "not its owner"],
)
def test_says_why_there_is_no_answer(api: TestClient[Litestar], path: str, status: int) -> None:
    assert api.get(path).status_code == status


def test_a_policy_is_previewed_and_set(api: TestClient[Litestar]) -> None:
    policy = {"requirements": [{"fact": "proven", "one_of": ["yes"], "unknown": "falls-out"}]}
    body = {"policy": policy}
    seen = api.post("/api/v1/score-policy-previews", json=body, headers=TOLD).json()
    assert (seen["shortlisted"], seen["fallen"]) == (2, 1)
    assert [row["product"] for row in seen["products"]] == [MORTAR]
    path = "/api/v1/organisations/owner/score-policies"
    assert api.post(path, json=body).status_code == 401
    kept = api.post(path, json=body, headers=TOLD).json()
    assert (kept["version"], kept["content"]["requirements"][0]["fact"]) == (1, "proven")
    assert api.get(path, headers=TOLD).json() == [kept]
    heavy = {"policy": {"weights": {"colour": 10}}}
    assert api.post(path, json=heavy, headers=TOLD).status_code == 409
