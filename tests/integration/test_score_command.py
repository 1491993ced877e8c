"""``lucai score`` as a person at a terminal uses it, and as a program does."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from catalog.db import Database
from cli.main import group
from tests.builders import a_certificate, a_product, bring
from tests.web.places import MORTAR, PRODUCT


@pytest.fixture
def shop(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certified product, and one that only its maker speaks for."""
    monkeypatch.setenv("LUCAI_DATABASE_URL", database_url)
    monkeypatch.setenv("LUCAI_LANGUAGE", "en")
    mortar = a_product("示例砂浆（演示）", model="M10", category="ready-mixed-mortar")
    bring(database, [a_product(certificate=a_certificate()), mortar])


def run(*arguments: str) -> Result:
    said = ["score", *arguments, "--on", "2026-06-01"]
    return CliRunner().invoke(group, said, catch_exceptions=False)


@pytest.mark.usefixtures("shop")
def test_explains_one_product() -> None:
    result = run(PRODUCT)
    assert "44.28 / 100" in result.stdout and "Star grade" in result.stdout
    assert "40 points are not known: from 44.28 to 84.28 in the end." in result.stderr
    assert "44.28" in run(PRODUCT, "--versions").stdout


@pytest.mark.usefixtures("shop")
def test_ranks_products_in_json() -> None:
    found = json.loads(run("--json").stdout)
    assert [row["product"] for row in found["items"]] == [PRODUCT, MORTAR]
    assert json.loads(run("--json", "--category", "ready-mixed-mortar").stdout)["total"] == 1
