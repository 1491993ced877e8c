"""What a reader sees of a category: where it comes from, what counts for it, what it goes by."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.admission import AdmissionPack
from catalog.rules.pack_measures import GoodsClass, ProcurementPack
from catalog.rules.pack_parts import Group, Item
from catalog.rules.packs import RatioPack
from catalog.views.projects import CategoryView


class CatalogueView(msgspec.Struct, frozen=True):
    """A published list of categories."""

    key: str
    name_zh: str
    name_en: str
    source: str
    effective_from: dt.date | None


class StandardView(msgspec.Struct, frozen=True):
    """A standard that certificates of the category's products go by, and of how many products."""

    standard: str
    products: int


class PlaceInRatio(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ratio pack counts a category: its items with their groups, or why nowhere."""

    pack: RatioPack
    places: list[tuple[Group, Item]]
    none_zh: str | None
    none_en: str | None
    clause: str | None


class CategorySheet(msgspec.Struct, frozen=True, kw_only=True):
    """A category with all that rules and papers say of it."""

    category: CategoryView
    catalogue: CatalogueView
    standards: list[StandardView]
    ratios: list[PlaceInRatio]
    procurement: list[tuple[ProcurementPack, list[GoodsClass]]]
    admission: list[AdmissionPack]
