"""Data that ships with the program: taxonomies, units, places, divisions, rule packs (TOML)."""

from __future__ import annotations

import tomllib
from importlib.resources import files as package_files
from typing import Any


def read_toml(relative: str) -> dict[str, Any]:
    """Return the content of one seed file, named by its path below ``seed_data/``."""
    text = package_files(__name__).joinpath(*relative.split("/")).read_text(encoding="utf-8")
    return tomllib.loads(text)


def read_pack(relative: str) -> dict[str, Any]:
    """Return the content of a rule pack's file, whole.

    A file that names another in ``based_on`` says only what differs from it; what is published
    is all of it. A list stands in place of the other's list.
    """
    content = read_toml(relative)
    base = content.pop("based_on", None)
    return content if base is None else _laid_over(read_pack(f"rules/{base}.toml"), content)


def _laid_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return base | {
        name: _laid_over(base[name], value)
        if isinstance(value, dict) and isinstance(base.get(name), dict)
        else value
        for name, value in own.items()
    }


def files(folder: str) -> list[str]:
    """Return the paths of the TOML files of one folder, in order of name, for ``read_toml``."""
    names = (entry.name for entry in package_files(__name__).joinpath(folder).iterdir())
    return sorted(f"{folder}/{name}" for name in names if name.endswith(".toml"))
