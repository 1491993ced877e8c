"""A store with nothing in it: what each page offers first can be done by whoever looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, signed_in
from tests.apps import create_app
from tests.conftest import TOKEN

PUBLIC = ["/products", "/projects", "/divisions", "/statistics", "/epds", "/imports", "/open-data"]
OF_ROLE = {
    None: PUBLIC,
    Role.OPERATOR: ["/desk/operator", "/cases", *PUBLIC],
    Role.OWNER: ["/desk/projects", "/products", "/projects"],
    Role.MANUFACTURER: ["/desk/company", "/desk/company/demand", "/cases", "/cases/new", *PUBLIC],
    Role.DIVISION_BUREAU: ["/desk/bureau", "/cases", "/submissions", *PUBLIC],
}
_FIRST = re.compile(r'<div class="nothing">(.*?)</div>|<ol class="first-steps">(.*?)</ol>', re.S)


@pytest.fixture
def browser(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    app = create_app(database, search_engine, api_token=TOKEN, gate=GATE)
    with TestClient(app) as client:
        client.headers["Accept-Language"] = "en"
        yield client


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_an_empty_page_offers_first_can_be_done(browser: TestClient[Litestar]) -> None:
    dead = []
    offered = 0
    for role, paths in OF_ROLE.items():
        if role is not None:
            signed_in(browser, role=role, division="08" if role is not Role.OPERATOR else None)
        for path in paths:
            page = browser.get(path)
            assert page.status_code == 200, (role, path)
            blocks = ["".join(found) for found in _FIRST.findall(page.text)]
            for link in re.findall(r'href="(/[^"]*)"', " ".join(blocks)):
                offered += 1
                answer = browser.get(link)
                at_home = role is None or not answer.url.path.startswith("/sign-in")
                if answer.status_code != 200 or not at_home:
                    dead.append((role, path, link, answer.status_code))
    assert not dead and offered > 15


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_operator_is_told_what_a_new_store_needs_first(browser: TestClient[Litestar]) -> None:
    signed_in(browser, role=Role.OPERATOR)
    first = browser.get("/desk/operator").text
    assert "lucai organisation add" in first and 'href="/imports/new"' in first
