"""What comes from npm is pinned, and named without an address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.web import assets

WEB = Path(__file__).parents[2] / "api" / "web"


def test_the_lock_pins_versions_and_holds_no_address() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert "resolved" not in text and "http" not in text
    assert all("integrity" in package for name, package in packages.items() if name)
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert wanted == packages[""]["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values())


def test_says_what_to_do_without_npm(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(assets, "VENDOR", tmp_path)
    monkeypatch.setattr(assets.sys, "executable", str(tmp_path / "python"))
    assets.main()
    assert "npm was not found" in capsys.readouterr().err
    assert not assets.is_fresh()
