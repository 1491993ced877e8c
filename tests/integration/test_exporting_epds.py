"""``lucai export --format``: declarations as a person at a terminal takes them along."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from catalog.db import Database
from tests.builders import bring
from tests.declarations import EPD, a_declaration
from tests.integration.test_commands import Terminal


def test_writes_the_declarations_that_words_find(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    bring(database, [a_declaration(), a_declaration("ec3c0h02", registration_number="S-P-1")])
    terminal = Terminal(tmp_path, database_url)
    one, both, table = (tmp_path / name for name in ("one.json", "both.zip", "all.csv"))
    said = terminal.run("export", str(one), "--format", "openepd", "--epd", EPD)
    assert json.loads(one.read_bytes())["product_name"] == "Wood panel"
    assert "only the year 2027" in said.stderr and "1 declarations" in said.stderr
    terminal.run("export", str(both), "wood", "--format", "ilcd")
    names = zipfile.ZipFile(both).namelist()
    assert len([name for name in names if "/processes/" in name]) == 2
    terminal.run("export", str(table), "s-p-1", "--format", "csv")
    assert "ec3c0h02" in table.read_text("utf-8-sig") and EPD not in table.read_text("utf-8-sig")


def test_refuses_a_name_that_says_another_form_and_words_that_find_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    bring(database, [a_declaration()])
    terminal = Terminal(tmp_path, database_url)
    wrong = terminal.run("export", str(tmp_path / "x.csv"), "--format", "openepd", code=2)
    assert "name it .json" in wrong.stderr
    none = terminal.run("export", str(tmp_path / "x.json"), "nothing", "--format", "csv", code=1)
    assert "None is found." in none.stderr
    assert list(tmp_path.glob("x.*")) == []
