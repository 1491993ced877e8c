"""Everything of a product that a search document is made of."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.standing import Entry
from catalog.rules.validity import StateChange, Window


class SearchableCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the product; ``star`` is that of its newest version."""

    number: str
    body: str
    windows: list[Window]
    states: list[StateChange]
    star: int | None
    standards: list[str]
    categories: list[tuple[str, str, str]]


class SearchableProduct(msgspec.Struct, frozen=True):
    """A product with its certificates and adoptions; categories are (key, Chinese, English)."""

    id: int
    key: str
    name: str
    brand: str | None
    model: str | None
    scope: str | None
    category: str
    category_zh: str
    category_en: str
    group: str | None
    company: str
    company_name: str
    division: str | None
    is_synthetic: bool
    recorded_at: dt.datetime
    certificates: list[SearchableCertificate]
    adoptions: tuple[Entry, ...]
