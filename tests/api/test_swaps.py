"""The plan of swaps as programs read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.keys import building_key, project_key
from catalog.rules.terms import BillStage
from tests.builders import a_bill_line, a_certificate, a_product, a_project, bring

SWAPS = f"/api/v1/buildings/{building_key(project_key('P-1'), '1#')}/swaps"


@pytest.fixture
def site(database: Database) -> Database:
    """A building planned with concrete that is not green, and a product that is."""
    bring(database, [a_project()])
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_bill_line(stage=BillStage.DESIGN, planned_green_quantity=Decimal(0))])
    return database


def test_answers_with_the_plan_and_its_proof(site: Database, client: TestClient[Litestar]) -> None:
    answer = client.get(SWAPS, params={"stage": "design", "target": "40", "on": "2026-06-01"})
    assert answer.status_code == 200
    plan = answer.json()["plan"]
    assert (plan["reach"], plan["percent_before"], plan["percent_after"]) == (
        "reachable", "0", "45")  # fmt: skip
    assert plan["extra_cost"] is None
    assert plan["less"] == {"count": "swaps", "at_most": "0", "percent": "0", "is_proven": True}
    (swap,) = plan["swaps"]
    proposals = answer.json()["lines"][swap["line"]]["proposals"]
    assert [each["product"] for each in proposals] == [swap["product"]]


def test_refuses_a_target_that_is_no_percentage(client: TestClient[Litestar]) -> None:
    answer = client.get(SWAPS, params={"target": "seventy"})
    assert answer.status_code == 400


def test_an_unknown_building_is_a_problem(client: TestClient[Litestar]) -> None:
    answer = client.get("/api/v1/buildings/nowhere/swaps")
    assert answer.status_code == 404 and answer.json()["type"] == "project-not-found"
