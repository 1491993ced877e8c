"""A snapshot says of the lines what the pages say of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.db import Database
from catalog.rules.terms import Stage
from catalog.services import divisions
from catalog.services.shares import shares_of_snapshot
from catalog.services.snapshots import write_snapshot
from catalog.views.figures import CATEGORY, DIVISION, YEAR, Question
from cli.main import group
from tests.builders import (
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
)

MORTAR = "ready-mixed-mortar"


@pytest.fixture
def snapshot(database: Database, tmp_path: Path) -> str:
    """A snapshot of deliveries to two divisions, of which one is proven green."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project(), a_project("P-2", division="07")])
    bring(
        database,
        [
            a_delivery("1", product=by_number(), amount=Decimal("600.01")),
            a_delivery("2", amount=Decimal(200)),
            a_delivery("3", amount=None),
            a_delivery("1", project="P-2", category=MORTAR, unit="t", amount=Decimal(7)),
            a_delivery("2", project="P-2", category=MORTAR, delivered_on=day("2024-03-01")),
        ],
    )
    folder = tmp_path / "snap[shot]"
    with database.reading() as connection:
        assert write_snapshot(connection, folder) == 5
    return str(folder)


def test_the_snapshot_agrees_with_the_figures_of_the_pages(
    database: Database, snapshot: str
) -> None:
    by = (DIVISION, YEAR, CATEGORY)
    with database.reading() as connection:
        figures = divisions.usage_figures(connection, Question(stage=Stage.COMPLETION, by=by))
    shares = shares_of_snapshot(snapshot, by=by)
    assert len(shares) == 3
    assert {
        (s.division, s.year, s.category): (
            s.lines, s.lines_unstated, s.lines_without_amount, s.green_amount, s.amount
        )
        for s in shares
    } == {
        (f.division, f.year, f.category): (
            f.lines, f.lines_unstated, f.lines_without_amount, f.green_amount or 0, f.amount or 0
        )
        for f in figures
    }  # fmt: skip


def test_adds_quantities_up_by_category_and_unit_only(snapshot: str) -> None:
    asked = ("category", "unit")
    found = {(s.category, s.unit): s.quantity for s in shares_of_snapshot(snapshot, by=asked)}
    assert found[MORTAR, "t"] is not None
    assert len(found) == 3
    assert {s.quantity for s in shares_of_snapshot(snapshot, by=("category",))} == {None}


def test_prints_the_shares_of_one_division(snapshot: str) -> None:
    done = CliRunner().invoke(
        group, ["shares", snapshot, "--division", "08"], env={"LUCAI_LANGUAGE": "en"}
    )
    assert done.exit_code == 0, done.output
    assert "800.01" in done.output and "75.000312" in done.output and "07" not in done.output


@pytest.mark.parametrize("options", [["--year", "1999"], ["--division", "99"]])
def test_says_that_a_snapshot_has_no_such_part(snapshot: str, options: list[str]) -> None:
    done = CliRunner().invoke(group, ["shares", snapshot, *options])
    assert isinstance(done.exception, FileNotFoundError)


def test_an_address_is_for_a_cluster(snapshot: str) -> None:
    done = CliRunner().invoke(group, ["shares", snapshot, "--address", "somewhere:6379"])
    assert done.exit_code == 2 and "--engine daft" in done.output
