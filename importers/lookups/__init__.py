"""Every closed list that a file may name, each with the words for its members."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import msgspec

import seed_data
from importers.lookups.names import Names

__all__ = ["Lookups", "Names"]

_CATEGORY_FILES = ("taxonomy/catalogue_2020.toml", "taxonomy/catalogue_later.toml")
_LABEL_FILE = "taxonomy/catalogue_tabc.toml"


class Lookups(msgspec.Struct, frozen=True, kw_only=True):
    """The lists: those of the seed data, and the closed lists of the trade."""

    categories: Names
    units: Names
    divisions: Names
    places: Names
    states: Names
    project_kinds: Names
    project_stages: Names
    bill_stages: Names
    evidence_kinds: Names
    inspection_kinds: Names
    inspection_results: Names
    answers: Names
    stars: Names
    label_types: Names
    material_classes: Names

    @classmethod
    def of(
        cls,
        *,
        categories: Mapping[str, Iterable[str]],
        units: Mapping[str, Iterable[str]],
        divisions: Mapping[str, Iterable[str]],
        places: Mapping[str, Iterable[str]],
        label_types: Mapping[str, Iterable[str]],
        material_classes: Mapping[str, Iterable[str]],
    ) -> Lookups:
        """Join these lists with the closed lists of the trade."""
        values = _values()
        return cls(
            categories=Names(categories),
            units=Names(units),
            divisions=Names(divisions),
            places=Names(places),
            states=Names(values["states"]),
            project_kinds=Names(values["project-kinds"]),
            project_stages=Names(values["project-stages"]),
            bill_stages=Names(values["bill-stages"]),
            evidence_kinds=Names(values["evidence-kinds"]),
            inspection_kinds=Names(values["inspection-kinds"]),
            inspection_results=Names(values["inspection-results"]),
            answers=Names(values["answers"]),
            stars=Names(values["stars"]),
            label_types=Names(label_types),
            material_classes=Names(material_classes),
        )

    @classmethod
    def from_seed(cls) -> Lookups:
        """Build the lists from the seed data."""
        return _from_seed()


@cache
def _from_seed() -> Lookups:
    categories: dict[str, list[str]] = {}
    for name in _CATEGORY_FILES:
        categories.update(_words_by_key(seed_data.read_toml(name)["categories"]))
    labels = {
        catalogue["key"]: catalogue["categories"]
        for catalogue in seed_data.read_toml(_LABEL_FILE)["catalogues"]
    }
    for rows in labels.values():
        # Only the full names: short words of the label, such as 塗料, mean other things elsewhere.
        categories.update((row["key"], [row["name_zh"], row["name_en"]]) for row in rows)
    return Lookups.of(
        categories=categories,
        units=_words_by_key(seed_data.read_toml("units/units.toml")["units"]),
        divisions=_words_by_key(seed_data.read_toml("divisions/divisions.toml")["divisions"]),
        places=_words_by_key(seed_data.read_toml("places/places.toml")["places"]),
        label_types=_words_by_key(labels["tabc"]),
        material_classes=_words_by_key(labels["tabc-material"]),
    )


@cache
def _values() -> dict[str, dict[str, list[str]]]:
    path = resources.files("importers") / "lookups" / "values.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _words_by_key(rows: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    return {row["key"]: list(_words(row)) for row in rows}


def _words(row: dict[str, Any]) -> Iterable[str]:
    for field in ("name_zh", "name_en", "symbol", "city_zh", "city_en"):
        if row.get(field):
            yield row[field]
    yield from row.get("aliases", ())
    for version in row.get("names", ()):
        yield version["name_zh"]
        yield version["name_en"]
