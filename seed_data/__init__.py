"""Data that ships with the program: taxonomies, units, places, divisions, rule packs (TOML)."""

from __future__ import annotations

import tomllib
from importlib.resources import files as package_files
from typing import Any


def read_toml(relative: str) -> dict[str, Any]:
    """Return the content of one seed file, named by its path below ``seed_data/``."""
    text = package_files(__name__).joinpath(*relative.split("/")).read_text(encoding="utf-8")
    return tomllib.loads(text)


def files(folder: str) -> list[str]:
    """Return the paths of the TOML files of one folder, in order of name, for ``read_toml``."""
    names = (entry.name for entry in package_files(__name__).joinpath(folder).iterdir())
    return sorted(f"{folder}/{name}" for name in names if name.endswith(".toml"))
