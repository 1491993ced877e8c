"""Work that takes long has a page that tells how far it is, for whoever asked and nobody else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, signed_in
from tests.apps import create_app

REPORT = "/reports/2026/08"
PATIENCE_S = 60


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """A browser at a server that makes nobody wait: what is not there at once gets a page."""
    app = create_app(database, TantivyEngine(None), data_dir=tmp_path, gate=GATE, patience_s=0.0)
    with TestClient(app) as client:
        client.headers["accept-language"] = "zh"
        client.follow_redirects = False
        signed_in(client, role=Role.DIVISION_BUREAU, division="08")
        yield client


def until(site: TestClient[Litestar], path: str, status: int) -> Any:
    """Return the answer of a page once it has the status; its script asks just so."""
    end = time.monotonic() + PATIENCE_S
    answer = site.get(path)
    while answer.status_code != status and time.monotonic() < end:
        time.sleep(0.05)
        answer = site.get(path)
    assert answer.status_code == status
    return answer


def test_the_page_of_long_work_leads_to_what_came_of_it(site: TestClient[Litestar]) -> None:
    site.post("/reports", data={"year": "2026", "scope": "08"})
    written = {"version": "1", "progress": "全部核算。", "problems": "", "plan": ""}
    assert site.post(f"{REPORT}/writing", data=written).status_code == 303
    asked = site.post(f"{REPORT}/steps", data={"version": "2", "step": "freeze"})
    work = asked.headers["location"]
    assert asked.status_code == 303 and re.fullmatch(r"/jobs/[0-9a-f]{16}", work)
    assert until(site, work, 303).headers["location"] == REPORT
    told = site.get(work, headers={"hx-request": "true"})
    assert told.headers["hx-redirect"] == REPORT
    assert "数字已冻结" in until(site, REPORT, 200).text

    waiting = site.get(f"{REPORT}/rebuilt")
    if waiting.status_code != 200:
        assert waiting.status_code == 202 and 'http-equiv="refresh"' in waiting.text
        assert waiting.headers["cache-control"].endswith("no-store")
    assert "重算一致" in until(site, f"{REPORT}/rebuilt", 200).text

    signed_in(site, role=Role.DIVISION_BUREAU, division="08", name="同事")
    assert site.get(work).status_code == 404
    assert site.post(f"{work}/cancel").status_code == 404
    signed_in(site, role=Role.OPERATOR)
    assert site.get(work).status_code == 303
