"""Read the reference lists of ``seed_data`` into what the catalog publishes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from catalog.services.reference import Reference
from seed_data import files, read_pack, read_toml


def reference() -> Reference:
    """Return every list that ships with the program."""
    catalogues: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    categories: list[dict[str, Any]] = []
    for path in files("taxonomy"):
        content = read_toml(path)
        for catalogue in content.get("catalogues", [content]):
            catalogues.append(_catalogue(catalogue, content["source"]))
            groups.extend(
                {
                    "catalogue": catalogue["key"],
                    "key": group["key"],
                    "position": position,
                    "name_zh": group["name_zh"],
                    "name_en": group["name_en"],
                }
                for position, group in enumerate(catalogue.get("groups", []), start=1)
            )
            categories.extend(
                _category(catalogue, category, position)
                for position, category in enumerate(catalogue["categories"], start=1)
            )
    listed = read_toml("divisions/divisions.toml")
    divisions = listed["divisions"]
    return Reference(
        catalogues=catalogues,
        groups=groups,
        categories=categories,
        divisions=[
            {
                "key": division["key"],
                "position": position,
                "jurisdiction": division.get("jurisdiction", listed["jurisdiction"]),
            }
            for position, division in enumerate(divisions)
        ],
        division_names=[
            _name(division, name) for division in divisions for name in division["names"]
        ],
        units=_units(read_toml("units/units.toml")),
        places=[
            {"key": place["key"], "name_zh": place["name_zh"], "name_en": place["name_en"]}
            for place in read_toml("places/places.toml")["places"]
        ],
        report_closes=read_toml("reports/closes.toml")["closes"],
        rule_packs=[read_pack(path) for path in files("rules")],
    )


def _day(value: object) -> dt.date | None:
    return (
        value if isinstance(value, dt.date) or value is None else dt.date.fromisoformat(str(value))
    )


def _catalogue(catalogue: dict[str, Any], source: str) -> dict[str, Any]:
    return {
        "key": catalogue["key"],
        "name_zh": catalogue["name_zh"],
        "name_en": catalogue["name_en"],
        "source": source,
        "effective_from": _day(catalogue.get("effective_from")),
    }


def _category(catalogue: dict[str, Any], category: dict[str, Any], position: int) -> dict[str, Any]:
    batch = category.get("batch", catalogue.get("batch"))
    return {
        "catalogue": catalogue["key"],
        "group": category.get("group"),
        "key": category["key"],
        "position": position,
        "name_zh": category["name_zh"],
        "name_en": category["name_en"],
        "standard": category.get("standard"),
        "batch": None if batch is None else str(batch),
        "effective_from": _day(category.get("effective_from", catalogue.get("effective_from"))),
        "effective_to": _day(category.get("effective_to")),
    }


def _name(division: dict[str, Any], name: dict[str, Any]) -> dict[str, Any]:
    return {
        "division": division["key"],
        "name_zh": name["name_zh"],
        "name_en": name["name_en"],
        "city": division.get("city_zh"),
        "city_code": division.get("city_code"),
        "region": division.get("region_zh"),
        "valid_from": _day(name.get("valid_from")),
        "valid_to": _day(name.get("valid_to")),
    }


def _units(content: dict[str, Any]) -> list[dict[str, Any]]:
    base = set(content["base"].values())
    return [
        {
            "key": unit["key"],
            "name_zh": unit["name_zh"],
            "name_en": unit["name_en"],
            "symbol": unit["symbol"],
            "dimension": unit["dimension"],
            "factor": unit["factor"],
            "is_base": unit["key"] in base,
            "aliases": msgspec.json.encode(unit.get("aliases", [])).decode(),
        }
        for unit in content["units"]
    ]
