"""Cases over the API: who may read, who may act, and what is refused."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.workflow.steps import Step
from tests.casework import APPLICANT, PLEDGED, filled_in, in_business, stepped
from tests.conftest import TOKEN

OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_shows_cases_to_the_operator_who_decides_none(app: Litestar, database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    path = f"/api/v1/cases/{case.number}"
    step = {"version": case.version, "step": "withdraw"}
    with TestClient(app) as client:
        assert client.get(path).status_code == 401
        assert client.get("/api/v1/public-notices").json() == []
        shown = client.get(path, headers=OPERATOR).json()
        listed = client.get("/api/v1/cases?standing=division-review", headers=OPERATOR).json()
        totals = client.get("/api/v1/cases/totals", headers=OPERATOR).json()
        refused = client.post(f"{path}/steps", json=step, headers=OPERATOR)
        unknown = client.post("/api/v1/cases/2026-08-9999/steps", json=step, headers=OPERATOR)
        broken = client.post(f"{path}/steps", json={**step, "reason": "a\x00"}, headers=OPERATOR)
    assert (shown["state"], shown["possible"]) == ("division-review", [])
    assert [row["number"] for row in listed["items"]] == [case.number]
    assert [(row["state"], row["cases"]) for row in totals] == [("division-review", 1)]
    assert (refused.status_code, unknown.status_code, broken.status_code) == (403, 404, 400)
