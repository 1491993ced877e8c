"""What is taken off a model, as written down in ``lookups/ifc.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources

import msgspec


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """Classes that are counted alike; ``measures`` in the order in which they are looked for."""

    measures: list[str]
    classes: list[str]
    splits: bool = False


class FigureName(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that makes lines, by its name in the standard."""

    measure: str
    name: str
    aliases: list[str]
    is_gross: bool = False


class KindOfUnit(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure is called in IFC; ``scale`` and ``power`` lead from its SI unit to ours."""

    unit: str
    quantity: str
    si: str
    power: int
    scale: int = 0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far figures may be apart."""

    most: Decimal
    least: Decimal
    fraction_slack: Decimal
    id_digits: int


class Classes(msgspec.Struct, frozen=True):
    """Some classes, in capitals."""

    classes: list[str]


class Words(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything of the file."""

    sorts: dict[str, Sort]
    without_goods: Classes
    figures: list[FigureName]
    helpers: dict[str, list[str]]
    products: dict[str, list[list[str]]]
    limits: Limits
    units: dict[str, str]
    kinds: dict[str, KindOfUnit]
    prefixes: dict[str, int]

    @cached_property
    def sort_of(self) -> Mapping[str, Sort]:
        """The sort of each class that brings goods."""
        return {name: sort for sort in self.sorts.values() for name in sort.classes}

    @cached_property
    def measure_of(self) -> Mapping[str, str]:
        """The measure of each type of quantity."""
        return {kind.quantity: measure for measure, kind in self.kinds.items()}

    @cached_property
    def name_of(self) -> Mapping[tuple[str, str], str]:
        """The standard's name of each figure, by measure and any of its names."""
        names = {
            (figure.measure, name): figure.name
            for figure in self.figures
            for name in (*figure.aliases, figure.name)
        }
        for measure, helpers in self.helpers.items():
            names.update({(measure, name): name for name in helpers})
        return names

    def figures_of(self, measure: str) -> list[FigureName]:
        """Return the figures of a measure, the better first."""
        return [figure for figure in self.figures if figure.measure == measure]


@cache
def words() -> Words:
    """Return the words."""
    path = resources.files("importers") / "lookups" / "ifc.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Words)
