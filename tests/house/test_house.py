"""The house rules that no linter knows; each failure says its cure."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from catalog.settings import Settings

ROOT = Path(__file__).parents[2]
ROOMS = ("catalog", "importers", "search", "api", "cli", "seed_data")
MOST_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc", "core", "lib", "types"}


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_module_grows_too_long() -> None:
    modules = [p for room in ROOMS for p in tracked(f"{room}/**/*.py") if "versions" not in p.parts]
    assert len(modules) > 50
    long = {
        str(p.relative_to(ROOT)): n
        for p in modules
        if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"Split by use case, not by layer: {long}"


def test_no_room_has_an_empty_name() -> None:
    names = {p.stem for room in ROOMS for p in tracked(f"{room}/**/*.py")}
    assert not names & FORBIDDEN_NAMES, "Name the module after what it is for."


def test_the_map_in_the_readme_is_true() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    drawn = readme.split("```text\n")[1].split("```")[0]
    named = {line.split()[0].rstrip("/") for line in drawn.splitlines() if line.strip()}
    there = {p.relative_to(ROOT).parts[0] for p in tracked() if not p.name.startswith(".git")} | {
        ".ci"
    }
    assert named == there, "Mend the map in README.md, or the tree."


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert f"`LUCAI_{name.upper()}`" in page, "Add it to docs/reference/settings.md."
        assert field.description and field.description in page, f"Say what {name} is there too."


def test_lock_files_hold_no_download_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "api/web/package-lock.json"]
    for lock in locks:
        assert not re.search(r"https?://", lock.read_text("utf-8")), f"{lock.name} names a host"


def test_front_end_files_are_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "api/web/package-lock.json").read_text("utf-8"))
    packages = {name: p for name, p in lock["packages"].items() if name}
    assert packages and all("integrity" in p for p in packages.values())


def test_no_path_of_a_machine_is_written_down() -> None:
    somebodys_folder = re.compile(r"(?:/home|/root|/Users|[A-Z]:\\Users)[/\\]\w")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".html", ".sh", ".css", ".js", ".po", ""}
        and path != Path(__file__)
        and somebodys_folder.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert not found, "Name it relative to the project."


def test_services_take_their_moment_from_the_caller() -> None:
    clocks = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(")
    found = [
        str(path.relative_to(ROOT))
        for room in ("catalog/services", "catalog/rules", "catalog/repositories")
        for path in tracked(f"{room}/**/*.py")
        if clocks.search(path.read_text("utf-8"))
    ]
    assert not found, "Hand the moment in (now=…): a rule and a service have no clock."
