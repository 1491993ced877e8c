"""The data of matching: words, item codes, patterns, units and places (the TOML beside)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from catalog.rules.matching_words import Table, Vocabulary
from catalog.rules.swaps.fitting import Contraries
from catalog.rules.units import UnitTable
from seed_data import files, read_toml


def vocabulary(meanings: Mapping[str, Sequence[str]]) -> Vocabulary:
    """Return all that matching knows; ``meanings`` are what words of the trade stand for.

    The categories of schemes that name only virtues, and no goods, have no words here.
    """
    words = _words()
    kinds = words["kinds"]
    catalogues = [
        catalogue
        for path in files("taxonomy")
        for content in (read_toml(path),)
        for catalogue in content.get("catalogues", [content])
    ]
    return Vocabulary(
        {
            table: words if table is Table.WORDS else read_toml(f"matching/{table}.toml")
            for table in Table
        },
        names={
            category["key"]: (category["name_zh"], *category.get("aliases", ()))
            for catalogue in catalogues
            for category in catalogue["categories"]
            if category["key"] in kinds
        },
        place_names={
            place["key"]: (place["name_zh"], *place["aliases"])
            for place in read_toml("places/places.toml")["places"]
        },
        meanings=meanings,
        units=UnitTable.from_rows(read_toml("units/units.toml")),
    )


@cache
def contraries() -> Contraries:
    """Return the words that exclude each other, group by group, sense by sense."""
    groups = read_toml("matching/contraries.toml")["groups"]
    return tuple(tuple(tuple(words) for words in group["senses"]) for group in groups)


def _words() -> dict[str, Any]:
    """Return the words of every language together, kind by kind."""
    words = read_toml("matching/words.toml")
    for path in files("matching/words"):
        for kind, grades in read_toml(path)["kinds"].items():
            for grade, more in grades.items():
                words["kinds"][kind][grade] = [*words["kinds"][kind].get(grade, ()), *more]
    return words
