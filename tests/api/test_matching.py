"""The matching of a building's lines over the API."""

from __future__ import annotations

from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from tests.builders import a_bill_line, a_building, a_project, bring
from tests.conftest import TOKEN

_ALLOWED = {"Authorization": f"Bearer {TOKEN}"}


def _address(database: Database, client: TestClient[Litestar]) -> str:
    bring(database, [a_project(building=a_building())])
    bring(database, [a_bill_line(name="商砼 C30", category=None)])
    building = client.get("/api/v1/projects/p-1/buildings").json()[0]["key"]
    return f"/api/v1/projects/p-1/buildings/{building}/matches"


def test_proposes_decides_and_takes_back(database: Database, client: TestClient[Litestar]) -> None:
    address = _address(database, client)
    page = client.get(address).json()
    assert page["counts"] == {"proposed": 1}
    best = page["items"][0]["kinds"][0]
    assert best["key"] == "ready-mixed-concrete"
    assert best["reasons"][0]["zh"] and best["reasons"][0]["en"]

    body = {
        "decisions": [
            {"name": "商砼 C30", "unit": "m3", "category": best["key"], "place": "structure"}
        ],
        "reason": "图纸结施-03",
    }
    assert client.put(address, json=body).status_code == 401
    applied = client.put(address, json=body, headers=_ALLOWED).json()
    assert applied["bill_lines"] == 1
    assert client.get(address).json()["total"] == 0
    assert client.get(address, params={"open": False}).json()["counts"] == {"decided": 1}
    run = client.get(f"/api/v1/imports/{applied['run']}").json()
    assert run["source"] == "matching" and "图纸结施-03" in run["options"]

    taken = client.post(f"/api/v1/imports/{applied['run']}/take-back", headers=_ALLOWED)
    assert taken.json()["state"] == "undone"
    assert client.get(address).json()["counts"] == {"proposed": 1}
    assert client.get("/api/v1/line-decisions").status_code == 401
    history = client.get("/api/v1/line-decisions", headers=_ALLOWED).json()
    assert [entry["superseded_at"] is None for entry in history] == [False]


def test_refuses_a_decision_that_contradicts_itself(
    database: Database, client: TestClient[Litestar]
) -> None:
    address = _address(database, client)
    body = {"decisions": [{"name": "a", "unit": "m3", "category": "stone", "is_material": False}]}
    answer = client.put(address, json=body, headers=_ALLOWED)
    assert answer.status_code == 409
    assert answer.json()["type"] == "decision-impossible"
