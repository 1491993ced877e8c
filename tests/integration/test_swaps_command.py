"""``lucai swaps`` as a person at a terminal uses it, and as a program does."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result

from catalog.db import Database
from catalog.rules.keys import building_key, project_key
from catalog.rules.terms import BillStage
from cli.main import group
from tests.builders import a_bill_line, a_certificate, a_product, a_project, bring

BUILDING = building_key(project_key("P-1"), "1#")


@pytest.fixture
def site(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A building planned with concrete that is not green, and a product that is."""
    monkeypatch.setenv("LUCAI_DATABASE_URL", database_url)
    monkeypatch.setenv("LUCAI_LANGUAGE", "en")
    bring(database, [a_project()])
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_bill_line(stage=BillStage.DESIGN, planned_green_quantity=Decimal(0))])


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["swaps", BUILDING, *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.mark.usefixtures("site")
def test_prints_the_swaps_and_why_fewer_cannot_do() -> None:
    result = run("--stage", "design", "--target", "40%")
    assert "0 % → 45" in result.stdout and "预拌混凝土 C30" in result.stdout
    assert "With 0 swaps at most, the best is 0 %." in result.stderr


@pytest.mark.usefixtures("site")
def test_answers_programs_in_json() -> None:
    plan = json.loads(run("--stage", "design", "--cheapest", "--json").stdout)["plan"]
    assert (plan["reach"], plan["objective"], len(plan["swaps"])) == ("reachable", "cheapest", 1)


@pytest.mark.usefixtures("site")
def test_says_what_is_out_of_reach_and_where_there_is_nothing() -> None:
    assert "70 % is out of reach" in run("--stage", "design", "--target", "70").stderr
    assert "nothing needs" in run("--stage", "design", "--target", "0").stderr
    assert "no bill lines" in run("--stage", "completion").stderr


@pytest.mark.parametrize("target", ["seventy", "101", "NaN", "-5"])
def test_refuses_a_target_that_is_no_percentage(target: str) -> None:
    assert "is " in run(f"--target={target}", code=2).output
