"""``lucai rules`` and ``lucai measures`` as a person at a terminal uses them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.db import Database
from catalog.errors import RuleChoiceRefusedError, RulePackNotFoundError
from catalog.services import results
from cli.main import group
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
from tests.web.places import BUILDING

CHENGDU = "ratio-b-chengdu-2024@2024.1"


@pytest.fixture
def site(database: Database) -> Database:
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_bill_line(quantity=Decimal(100))])
    bring(database, [a_delivery("1", quantity=Decimal(100), product=by_number())])
    recalculated(database)
    return database


def lucai(database: Database, folder: Path, *arguments: str, language: str = "en") -> Result:
    environment = {
        "LUCAI_DATA_DIR": str(folder),
        "LUCAI_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "LUCAI_LANGUAGE": language,
    }
    result = CliRunner().invoke(group, list(arguments), env=environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_lists_the_packs_and_marks_those_in_force(site: Database, tmp_path: Path) -> None:
    listed = json.loads(lucai(site, tmp_path, "rules", "--on", "2025-06-01", "--json").stdout)
    in_force = {f"{pack['key']}@{pack['version']}" for pack in listed if pack["in_force"]}
    assert in_force == {
        "ratio-a-2019@2019.2",
        "ratio-b-2021@2021.2",
        "thresholds-2024@2024.1",
        "procurement-2025@2025.2",
        "local-materials-2019@2019.1",
    }
    asked = ("rules", "--place", "CN-SC-Chengdu", "--on", "2025-06-01")
    table = lucai(site, tmp_path, *asked, language="zh").stdout
    (line,) = [line for line in table.splitlines() if CHENGDU in line]
    assert "●" in line
    (line,) = [line for line in table.splitlines() if "ratio-c-city" in line]
    assert "○" in line


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("ratio-c-city", ["10–20 (80.0–100 %)", "names neither"]),
        ("ratio-b-sichuan-2024", ["each kind in its own", "四川省细则"]),
        ("ratio-a-2019-two-kinds", ["1 kinds: 5, 2 kinds: 10"]),
        ("thresholds-2024", ["4 points", "3 stars"]),
        ("procurement-2025", ["unknown", "≥ 0.4 (of the optional kinds)"]),
        ("local-materials-2019", ["≤ 500 km", "> 0.6"]),
    ],
)
def test_prints_a_pack_beside_its_clauses(
    site: Database, tmp_path: Path, pack: str, said: list[str]
) -> None:
    table = " ".join(lucai(site, tmp_path, "rules", pack).stdout.split())
    assert pack in table
    assert [each for each in said if each not in table] == []


def test_prints_one_version_as_it_was_published(site: Database, tmp_path: Path) -> None:
    told = json.loads(lucai(site, tmp_path, "rules", "ratio-b-2021@2021.1", "--json").stdout)
    assert told["content"]["version"] == "2021.1" and len(told["content_hash"]) == 64
    newest = json.loads(lucai(site, tmp_path, "rules", "ratio-b-2021", "--json").stdout)
    assert newest["version"] == "2021.2"
    with pytest.raises(RulePackNotFoundError):
        lucai(site, tmp_path, "rules", "none")


def test_chooses_a_pack_with_a_reason_and_takes_it_back(site: Database, tmp_path: Path) -> None:
    lucai(site, tmp_path, "rules", "use", "P-1", CHENGDU, "--reason", "评审会要求")
    told = json.loads(lucai(site, tmp_path, "rules", "--project", "P-1", "--json").stdout)
    (choice,) = told["choices"]
    assert (choice["pack"], choice["reason"], choice["ended_at"]) == (CHENGDU, "评审会要求", None)
    assert "评审会要求" in {rule["reason"] for rule in told["rules"]}
    with site.reading() as connection:
        found = results.results_of_project(connection, "p-1")
    assert {view.pack for view in found if view.method == "B"} == {CHENGDU}
    with pytest.raises(RuleChoiceRefusedError):
        lucai(site, tmp_path, "rules", "use", "P-1", CHENGDU, "--reason", "又一次")
    lucai(site, tmp_path, "rules", "withdraw", "P-1", str(choice["id"]), "--reason", "看错了")
    with site.reading() as connection:
        found = results.results_of_project(connection, "p-1")
    assert {view.pack for view in found if view.method == "B"} == {"ratio-b-2021@2021.2"}


def test_prints_the_measures_of_a_building(site: Database, tmp_path: Path) -> None:
    told = json.loads(lucai(site, tmp_path, "measures", BUILDING, "--json").stdout)
    assert [each["verdict"] for each in told["procurement"]] == ["yes"]
    assert told["local_materials"]["share"] == "open"
    table = lucai(site, tmp_path, "measures", BUILDING, language="zh").stdout
    assert "政府采购" in table and "尚不能判断" in table
