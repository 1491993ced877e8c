"""Queries for catalogues, divisions, units, places and rule packs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, or_, select

from catalog.models.division import Division, DivisionName
from catalog.models.rulebook import Place, RulePack, Unit
from catalog.models.taxonomy import Catalogue, Category, CategoryGroup
from catalog.rules.packs import Pack, parse_pack
from catalog.rules.units import Unit as RuleUnit
from catalog.rules.units import UnitTable
from catalog.views.projects import CategoryView, DivisionView, GroupView, RulePackView

_CATEGORIES: Select[*tuple[Any, ...]] = (
    select(
        Category.key,
        Catalogue.key,
        CategoryGroup.key,
        Category.name_zh,
        Category.name_en,
        Category.standard,
        Category.batch,
        Category.effective_from,
        Category.effective_to,
    )
    .join(Catalogue, Catalogue.id == Category.catalogue_id)
    .outerjoin(CategoryGroup, CategoryGroup.id == Category.group_id)
    .order_by(Catalogue.id, Category.position)
)
_GROUPS: Select[*tuple[Any, ...]] = (
    select(CategoryGroup.key, Catalogue.key, CategoryGroup.name_zh, CategoryGroup.name_en)
    .join(Catalogue, Catalogue.id == CategoryGroup.catalogue_id)
    .order_by(Catalogue.id, CategoryGroup.position)
)
_DIVISIONS: Select[*tuple[Any, ...]] = (
    select(
        Division.key,
        DivisionName.name_zh,
        DivisionName.name_en,
        DivisionName.city,
        DivisionName.city_code,
        DivisionName.region,
    )
    .join(DivisionName, DivisionName.division_id == Division.id)
    .where(
        or_(DivisionName.valid_from.is_(None), DivisionName.valid_from <= bindparam("on")),
        or_(DivisionName.valid_to.is_(None), DivisionName.valid_to >= bindparam("on")),
    )
    .order_by(Division.position)
)
_JURISDICTIONS: Select[*tuple[Any, ...]] = (
    select(Division.jurisdiction).distinct().order_by(Division.jurisdiction)
)
_UNITS: Select[*tuple[Any, ...]] = select(
    Unit.key,
    Unit.name_zh,
    Unit.name_en,
    Unit.symbol,
    Unit.dimension,
    Unit.factor,
    Unit.is_base,
    Unit.aliases,
)
_PLACES: Select[*tuple[Any, ...]] = select(Place.key, Place.name_zh, Place.name_en).order_by(
    Place.id
)
_PACKS: Select[*tuple[Any, ...]] = select(
    RulePack.key,
    RulePack.version,
    RulePack.kind,
    RulePack.jurisdiction,
    RulePack.effective_from,
    RulePack.effective_to,
    RulePack.content_hash,
    RulePack.content,
).order_by(RulePack.kind, RulePack.key, RulePack.version)
_HASHES: Select[*tuple[Any, ...]] = select(RulePack.content_hash).order_by(
    RulePack.kind, RulePack.key, RulePack.version
)
_CONTENTS: Select[*tuple[Any, ...]] = select(RulePack.content_hash, RulePack.content).where(
    RulePack.content_hash.in_(bindparam("hashes", expanding=True))
)
_known: dict[str, Pack] = {}


def categories(connection: Connection) -> list[CategoryView]:
    """Return the categories of all catalogues in their order."""
    return [CategoryView(*row) for row in connection.execute(_CATEGORIES)]


def groups(connection: Connection) -> list[GroupView]:
    """Return the groups of all catalogues in their order."""
    return [GroupView(*row) for row in connection.execute(_GROUPS)]


def divisions(connection: Connection, *, on: dt.date) -> list[DivisionView]:
    """Return the divisions under the names that they bear on the day."""
    return [DivisionView(*row) for row in connection.execute(_DIVISIONS, {"on": on})]


def jurisdictions(connection: Connection) -> list[str]:
    """Return the places whose rules the divisions go by."""
    return list(connection.scalars(_JURISDICTIONS))


def places(connection: Connection) -> list[tuple[str, str, str]]:
    """Return the places of use: key, Chinese and English name."""
    return [tuple(row) for row in connection.execute(_PLACES)]


def unit_table(connection: Connection) -> UnitTable:
    """Return the units that quantities can be stated in."""
    return _table(tuple(map(tuple, connection.execute(_UNITS))))


@lru_cache(maxsize=8)  # They hardly ever change, and most pages say one.
def _table(rows: tuple[tuple[Any, ...], ...]) -> UnitTable:
    units, aliases, bases = [], {}, {}
    for key, name_zh, name_en, symbol, dimension, factor, is_base, others in rows:
        units.append(
            RuleUnit(
                key=key,
                name_zh=name_zh,
                name_en=name_en,
                symbol=symbol,
                dimension=dimension,
                factor=Fraction(Decimal(factor)),
            )
        )
        aliases.update(dict.fromkeys(msgspec.json.decode(others), key))
        if is_base:
            bases[dimension] = key
    return UnitTable(units, aliases, bases)


def rule_packs(connection: Connection) -> list[RulePackView]:
    """Return every published rule pack."""
    return [
        RulePackView(*(*row[:-1], msgspec.json.decode(row.content)))
        for row in connection.execute(_PACKS)
    ]


def packs(connection: Connection, *, known_at: dt.datetime | None = None) -> list[Pack]:
    """Return every rule pack that is published, or was at a moment, ready for use.

    What is published never changes, so a pack is read once and then known by its hash.
    """
    asked = _HASHES if known_at is None else _HASHES.where(RulePack.recorded_at <= known_at)
    hashes = list(connection.scalars(asked))
    unknown = [each for each in hashes if each not in _known]
    if unknown:
        for content_hash, content in connection.execute(_CONTENTS, {"hashes": unknown}):
            _known[content_hash] = parse_pack(msgspec.json.decode(content))
    return [_known[each] for each in hashes]
