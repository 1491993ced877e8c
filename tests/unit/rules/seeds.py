"""The seed files as the rules' tests use them, each read once."""

from __future__ import annotations

from functools import cache
from typing import Any

import seed_data
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.packs import RatioPack, ThresholdPack, parse_pack
from catalog.rules.units import UnitTable


@cache
def unit_table() -> UnitTable:
    return UnitTable.from_rows(seed_data.read_toml("units/units.toml"))


@cache
def procurement_pack() -> ProcurementPack:
    pack = parse_pack(content("procurement-2025@2025.2"))
    assert isinstance(pack, ProcurementPack)
    return pack


@cache
def local_materials_pack() -> LocalMaterialsPack:
    pack = parse_pack(content("local-materials-2019"))
    assert isinstance(pack, LocalMaterialsPack)
    return pack


@cache
def ratio_pack(name: str) -> RatioPack:
    pack = parse_pack(content(name))
    assert isinstance(pack, RatioPack)
    return pack


@cache
def threshold_pack(name: str) -> ThresholdPack:
    pack = parse_pack(content(name))
    assert isinstance(pack, ThresholdPack)
    return pack


def content(name: str) -> dict[str, Any]:
    return seed_data.read_pack(f"rules/{name}.toml")


def categories() -> set[str]:
    found = set()
    for name in ("catalogue_2020", "catalogue_later"):
        catalogue = seed_data.read_toml(f"taxonomy/{name}.toml")
        found |= {category["key"] for category in catalogue["categories"]}
    return found


def places() -> set[str]:
    return {place["key"] for place in seed_data.read_toml("places/places.toml")["places"]}
