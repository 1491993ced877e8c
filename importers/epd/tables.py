"""What declarations are made of, as data: indicators, units, modules, and shared identifiers."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import msgspec

import seed_data

_A1 = "EN 15804+A1"
_A2 = "EN 15804+A2"


class Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ILCD+EPD data sets call an indicator under some methods, and its unit there."""

    uuid: str
    unit: str
    methods: tuple[str, ...] = ()


class Indicator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One indicator, with the names that each form of declaration has for it."""

    key: str
    symbol: str
    name_zh: str
    name_en: str
    group: str
    openepd: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    columns_a1: tuple[str, ...] = ()
    columns_a2: tuple[str, ...] = ()
    defined: tuple[Definition, ...] = ()


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit of declarations; ``density`` is the property that gives the mass of one such unit."""

    key: str
    aliases: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    unit_groups: tuple[str, ...] = ()
    kg: str | None = None
    density: str | None = None


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """Identifiers and words that declarations share."""

    not_declared: frozenset[str]
    modules: frozenset[str]
    methods: dict[str, str]
    flow_properties: dict[str, str]
    contents: dict[str, str]


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by its key."""
    rows = seed_data.read_toml("lca/indicators.toml")["indicators"]
    return {row.key: row for row in msgspec.convert(rows, list[Indicator])}


@cache
def indicators_by_uuid() -> dict[str, tuple[Indicator, Definition]]:
    """Return the indicators by what ILCD+EPD data sets call them."""
    return {
        definition.uuid: (indicator, definition)
        for indicator in indicators().values()
        for definition in indicator.defined
    }


class Meaning(msgspec.Struct, frozen=True):
    """What an identifier of ILCD+EPD stands for in a data set: ``unit`` is what it should have."""

    indicator: str
    method: str | None
    unit: str


@cache
def meanings(settled: frozenset[str]) -> dict[str, Meaning]:
    """Return what each identifier stands for where these methods are settled."""
    return {
        uuid: Meaning(indicator.key, method_of(definition, settled), definition.unit)
        for uuid, (indicator, definition) in indicators_by_uuid().items()
    }


@cache
def indicators_by_openepd() -> dict[str, Indicator]:
    """Return the indicators by their folded openEPD names."""
    return {
        openepd_word(name): indicator
        for indicator in indicators().values()
        for name in indicator.openepd
    }


def openepd_word(name: str) -> str:
    """Return an openEPD name without what writers differ in: case, hyphen or underscore."""
    return name.casefold().replace("_", "-")


class Column(msgspec.Struct, frozen=True):
    """What one column of amounts holds; a method given as +A2 is told closer by the data set."""

    indicator: str
    method: str | None
    unit: str | None


@cache
def amount_columns() -> dict[str, Column]:
    """Return what the columns of amounts of an ÖKOBAUDAT table hold, by their names."""
    found: dict[str, Column] = {}
    for one in indicators().values():
        for names, method in ((one.columns, None), (one.columns_a1, _A1), (one.columns_a2, _A2)):
            unit = next(
                (d.unit for d in one.defined if (_A1 in d.methods) == (method == _A1)), None
            )
            found.update((name, Column(one.key, method, unit)) for name in names)
    return found


@cache
def units() -> dict[str, Unit]:
    """Return every unit by its key."""
    content = seed_data.read_toml("lca/units.toml")
    rows = msgspec.convert(content["equivalents"] + content["units"], list[Unit])
    return {row.key: row for row in rows}


@cache
def _unit_words() -> dict[str, str]:
    endings = seed_data.read_toml("lca/units.toml")["endings"]
    words: dict[str, str] = {}
    for unit in units().values():
        spelt = [stem + ending for stem in unit.stems for ending in endings]
        words.update((_folded_unit(word), unit.key) for word in (unit.key, *unit.aliases, *spelt))
    return words


@cache
def _unit_groups() -> dict[str, str]:
    return {group: unit.key for unit in units().values() for group in unit.unit_groups}


@lru_cache(maxsize=2000)
def unit_of(word: str) -> str | None:
    """Return the unit that a word stands for."""
    return _unit_words().get(_folded_unit(word))


def unit_of_group(uuid: str | None) -> str | None:
    """Return the reference unit of a known group of units."""
    return _unit_groups().get(uuid) if uuid else None


def _folded_unit(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


@cache
def shared() -> Shared:
    """Return the identifiers and words that declarations share."""
    content = seed_data.read_toml("lca/ilcd.toml")
    words = frozenset(word.casefold() for word in content["not_declared"])
    return msgspec.structs.replace(msgspec.convert(content, Shared), not_declared=words)


@cache
def words_of(name: str) -> dict[str, Any]:
    """Return the words of one form of declaration, from its file of lookups."""
    path = resources.files("importers") / "lookups" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def settled_methods(standards: Iterable[str]) -> frozenset[str]:
    """Return the methods that follow from the standards that a data set says it keeps."""
    methods = shared().methods
    return frozenset(methods[uuid] for uuid in standards if uuid in methods)


def method_of(definition: Definition, settled: frozenset[str]) -> str | None:
    """Return the method of an amount; of one that several methods share, the settled one.

    What a data set leaves open stays open: it keeps +A2, in one of its two editions.
    """
    if len(definition.methods) <= 1:
        return definition.methods[0] if definition.methods else None
    found = settled.intersection(definition.methods)
    return next(iter(found)) if len(found) == 1 else _A2


@cache
def module_order() -> dict[str, int]:
    """Return the place of each module in the order of a life cycle."""
    modules = seed_data.read_toml("lca/ilcd.toml")["modules"]
    return {module: place for place, module in enumerate(modules)}
