"""Read a category with everything that rules and papers say of it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from catalog.errors import CategoryNotFoundError
from catalog.repositories import categories, reference
from catalog.rules.admission import AdmissionPack
from catalog.rules.pack_measures import ProcurementPack
from catalog.rules.packs import Pack, RatioPack, version_order
from catalog.views.categories import CatalogueView, CategorySheet, PlaceInRatio

_MOST_STANDARDS = 20


def catalogues(connection: Connection) -> list[CatalogueView]:
    """Return the catalogues that categories are of."""
    return categories.catalogues(connection)


def get_category(connection: Connection, key: str) -> CategorySheet:
    """Return a category.

    Raises:
        CategoryNotFoundError: There is none of this key.
    """
    found = next((each for each in reference.categories(connection) if each.key == key), None)
    if found is None:
        raise CategoryNotFoundError(key=key)
    packs = _newest(reference.packs(connection))
    lists = {each.key: each for each in categories.catalogues(connection)}
    return CategorySheet(
        category=found,
        catalogue=lists[found.catalogue],
        standards=categories.standards_of(connection, key, limit=_MOST_STANDARDS),
        ratios=[
            _place(pack, key)
            for pack in packs
            if isinstance(pack, RatioPack) and key in pack.mapped
        ],
        procurement=[
            (pack, [pack.classes[target] for target in pack.mapped[key].targets])
            for pack in packs
            if isinstance(pack, ProcurementPack) and key in pack.mapped
        ],
        admission=[pack for pack in packs if isinstance(pack, AdmissionPack)],
    )


def _newest(packs: Iterable[Pack]) -> list[Pack]:
    """Return the last version of each pack."""
    found: dict[str, Pack] = {}
    for pack in sorted(packs, key=lambda pack: version_order(pack.version)):
        found[pack.key] = pack
    return [found[key] for key in sorted(found)]


def _place(pack: RatioPack, category: str) -> PlaceInRatio:
    entry = pack.mapped[category]
    group_of = {item.key: group for group in pack.groups for item in group.items}
    return PlaceInRatio(
        pack=pack,
        places=[(group_of[key], pack.items[key]) for key in entry.targets],
        none_zh=entry.none_zh,
        none_en=entry.none_en,
        clause=entry.clause,
    )
