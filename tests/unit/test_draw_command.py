"""``lucai draw verify`` on a file: no store, no network, and no change unseen."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from catalog.rules.draw import announcement_of
from catalog.rules.publication import canonical
from cli.draw import command
from tests.unit.rules.test_draw import a_record


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "draw.json"
    path.write_bytes(canonical(a_record()))
    return path


def test_an_honest_file_is_confirmed(published: Path, tmp_path: Path) -> None:
    kept = tmp_path / "announced.json"
    kept.write_bytes(canonical(announcement_of(a_record())))
    found = CliRunner().invoke(command, ["verify", str(published), "--announced", str(kept)])
    assert found.exit_code == 0 and "the same result" in found.output


def test_a_file_with_another_outcome_is_refused(published: Path) -> None:
    said = msgspec.json.decode(published.read_bytes())
    said["drawn"][0]["expert"] = "e4"
    published.write_bytes(msgspec.json.encode(said))
    found = CliRunner().invoke(command, ["verify", str(published)])
    assert found.exit_code == 1 and "do not follow from the order" in found.output


def test_what_is_no_draw_is_said_to_be_none(published: Path) -> None:
    published.write_bytes(b"{}")
    found = CliRunner().invoke(command, ["verify", str(published)])
    assert found.exit_code == 2 and "no published draw" in found.output
