"""Rules at a browser and over the API: what is in force, what is chosen, what is measured."""

from __future__ import annotations

from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import (
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    recalculated,
)
from tests.conftest import TOKEN
from tests.web.places import BUILDING, BUILDING_PATH, PROJECT

PAGE = f"/projects/{PROJECT}/rules"
API = f"/api/v1/projects/{PROJECT}"
CHENGDU = "ratio-b-chengdu-2024@2024.1"
CHOICE = {"pack": CHENGDU, "reason": "评审会 <要求>"}


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> TestClient[Litestar]:
    """A browser on a building with green concrete and precast components of no product."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_bill_line(quantity=Decimal(100))])
    bring(database, [
        a_delivery("1", quantity=Decimal(100), product=by_number(), transport_km=Decimal(90)),
        a_delivery("2", quantity=Decimal(100), category="precast-components", name="叠合板"),
    ])  # fmt: skip
    recalculated(database)
    return TestClient(create_app(database, search_engine, api_token=TOKEN))


def sign_in(site: TestClient[Litestar]) -> None:
    signed_in(site)


def by_b(site: TestClient[Litestar]) -> dict[str, str]:
    found = site.get(f"{API}/results").json()
    return next(result for result in found if result["method"] == "B")


def test_says_what_is_in_force_where_and_when(site: TestClient[Litestar]) -> None:
    here = site.get("/rules?on=2025-01-01").text
    assert "ratio-b-2021@2021.2" in here and f">{CHENGDU}<" not in here
    there = site.get("/rules?place=CN-SC-Chengdu&on=2025-01-01").text
    assert f">{CHENGDU}<" in there
    assert "no rule pack" in site.get("/rules?place=DE&lang=en").text.lower()


def test_shows_every_policy_with_its_clause(site: TestClient[Litestar]) -> None:
    page = site.get("/rules/ratio-b-sichuan-2024").text
    assert "四川省细则 表4.3注1" in page and "第4.1条（Qn 取小数点后1位" in page
    assert "附录A（吊顶及配件、石膏装饰材料、墙板均可包含，按部位归类）" in page


def test_opens_the_newest_version_and_leads_to_the_others(site: TestClient[Litestar]) -> None:
    page = site.get("/rules/ratio-b-2021?lang=en").text
    assert "/rules/ratio-b-2021?version=2021.1" in page
    older = site.get("/rules/ratio-b-2021?version=2021.1&lang=en").text
    assert "published before each policy had its source" in older


def test_says_what_is_unsure_of_a_pack(site: TestClient[Litestar]) -> None:
    page = site.get("/rules/ratio-c-city?lang=en").text
    assert "in force nowhere by itself" in page and "names neither the city" in page
    assert "stops inside part (5)" in site.get("/rules/procurement-2025?lang=en").text


def test_a_person_chooses_a_pack_and_takes_it_back(site: TestClient[Litestar]) -> None:
    away = site.post(PAGE, data=CHOICE, follow_redirects=False)
    assert away.headers["location"].startswith("/sign-in")
    assert 'name="pack"' not in site.get(PAGE).text
    sign_in(site)
    chosen = site.post(PAGE, data=CHOICE).text
    assert "评审会 &lt;要求&gt;" in chosen and CHENGDU in chosen
    result = by_b(site)
    assert (result["pack"], result["ratio"]) == (CHENGDU, "45")
    assert "评审会 &lt;要求&gt;" in site.get(f"/results/{result['id']}").text
    choice = site.get(f"{API}/rule-choices").json()[0]["id"]
    back = site.post(f"{PAGE}/{choice}/withdraw", data={"reason": "看错了"}).text
    assert "看错了" in back
    assert by_b(site)["pack"] == "ratio-b-2021@2021.2"


def test_a_choice_without_a_reason_is_refused_with_a_page(site: TestClient[Litestar]) -> None:
    sign_in(site)
    answer = site.post(PAGE, data={"pack": CHENGDU, "reason": " "})
    assert answer.status_code == 409 and answer.text.count("<h1") == 1
    assert site.post(PAGE, data={"pack": "none", "reason": "x"}).status_code == 404


def test_another_site_cannot_choose(site: TestClient[Litestar]) -> None:
    sign_in(site)
    answer = site.post(PAGE, data=CHOICE, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_api_tells_the_rules_and_chooses_with_a_token(site: TestClient[Litestar]) -> None:
    asked = {"place": "CN-XJ-XPCC", "on": "2025-06-01"}
    found = site.get("/api/v1/rules-in-force", params=asked).json()
    assert {(rule["kind"], rule["method"]) for rule in found} == {
        ("ratio", "A"),
        ("ratio", "B"),
        ("thresholds", None),
        ("procurement", None),
        ("local-materials", None),
    }
    assert site.get("/api/v1/rules-in-force", params={"place": "x"}).status_code == 400
    assert site.post(f"{API}/rule-choices", json=CHOICE).status_code == 401
    site.headers["Authorization"] = f"Bearer {TOKEN}"
    made = site.post(f"{API}/rule-choices", json=CHOICE).json()
    assert (made["pack"], made["ended_at"]) == (CHENGDU, None)
    assert site.post(f"{API}/rule-choices", json=CHOICE).status_code == 409
    rules = {(rule["kind"], rule["method"]): rule for rule in site.get(f"{API}/rules").json()}
    assert rules["ratio", "B"]["reason"] == CHOICE["reason"]
    assert rules["ratio", "A"]["reason"] is None
    ended = site.post(f"{API}/rule-choices/{made['id']}/withdraw", json={"reason": "看错了"})
    assert ended.json()["ended_reason"] == "看错了"


def test_the_measures_stand_on_lines_that_can_be_opened(site: TestClient[Litestar]) -> None:
    page = site.get(f"{BUILDING_PATH}/measures?lang=en").text
    assert "Procurement and local materials" in page and "Cannot be told yet" in page
    assert f'href="{BUILDING_PATH}?line=delivery-' in page
    assert site.get(f"/projects/none/buildings/{BUILDING}/measures").status_code == 404
    told = site.get(f"/api/v1/buildings/{BUILDING}/measures").json()
    (completion,) = told["procurement"]
    assert (completion["verdict"], completion["kinds"], completion["green_kinds"]) == (
        "open",
        2,
        1,
    )
    # A cubic metre without a density has no weight.
    assert len(told["local_materials"]["unweighed_lines"]) == 2
    assert site.get("/api/v1/buildings/none/measures").status_code == 404
