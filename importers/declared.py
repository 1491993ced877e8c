"""Factors that a file declares: a density, a thickness, the mass of one piece."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

import msgspec

import seed_data
from catalog.rules.units import Declared, UnitTable


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one column's number is: so much of ``unit`` per one of ``per``."""

    unit: str
    per: str | None = None


class _StatedFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: str
    units: dict[str, str]
    patterns: tuple[str, ...]
    per: str | None = None


class _Specification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dimensions: frozenset[str]
    range: str
    factors: tuple[_StatedFactor, ...]


class DeclaredWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How factors are written; ``by`` says who declares where nobody is named."""

    columns: dict[str, Factor]
    by: dict[str, str]
    specification: _Specification


@cache
def declared_words() -> DeclaredWords:
    """Return how factors are written."""
    path = resources.files("importers") / "lookups" / "declared.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), DeclaredWords)


@cache
def unit_table() -> UnitTable:
    """Return the units of the seed data."""
    return UnitTable.from_rows(seed_data.read_toml("units/units.toml"))


@cache
def _patterns() -> tuple[tuple[_StatedFactor, re.Pattern[str]], ...]:
    stated = declared_words().specification
    return tuple(
        # A figure is taken whole, and none that is one end of a range.
        (factor, re.compile(f"{pattern}(?!\\d|\\.\\d|{stated.range})"))
        for factor in stated.factors
        for pattern in factor.patterns
    )


@lru_cache(maxsize=1 << 14)  # Bills repeat few specifications.
def of_specification(text: str, unit: str) -> tuple[Declared, ...]:
    """Return the factors that a specification states for a line in this unit.

    ``100mm厚``, ``厚100`` and ``δ=100`` state a thickness of 100 mm. Several different figures of
    one sort are several layers, and say nothing of the whole.
    """
    own = unit_table().find(unit)
    if own is None or own.dimension not in declared_words().specification.dimensions:
        return ()
    found: dict[tuple[str, str | None], set[Declared]] = {}
    plain_text = unicodedata.normalize("NFKC", text)
    for factor, pattern in _patterns():
        for match in pattern.finditer(plain_text):
            start = match.start("amount")
            is_end_of_range = re.search(
                declared_words().specification.range + "$", plain_text[: start + 1]
            )
            amount = Decimal(match["amount"])
            if is_end_of_range or not amount:
                continue
            stated = Declared(
                amount=Decimal(plain_number(amount)),
                unit=factor.units[match["unit"]] if match["unit"] else factor.unit,
                per=factor.per,
                by=declared_words().by["specification"],
            )
            found.setdefault((factor.unit, factor.per), set()).add(stated)
    return tuple(next(iter(each)) for each in found.values() if len(each) == 1)


def plain_number(amount: Decimal) -> str:
    """Return a number without an exponent and without zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(declared: Declared) -> str:
    """Return a factor in one word, as it may be written: ``25 kg/block``."""
    per = f"/{declared.per}" if declared.per else ""
    return f"{plain_number(declared.amount)} {declared.unit}{per}"
