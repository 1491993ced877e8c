"""What a reader sees of environmental product declarations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.records import (
    EpdOrganisation,
    EpdResultRecord,
    EpdScenario,
    LocalText,
    StatedDate,
)
from catalog.rules.declarations import Standing


class EpdRow(msgspec.Struct, frozen=True):
    """A declaration in a list; of several sources, as the one that spoke last states it."""

    key: str
    name: str
    manufacturer: str | None
    operator: str | None
    registration_number: str | None
    location: str | None
    declared_quantity: str | None
    declared_unit: str | None
    valid_until: StatedDate | None
    standing: Standing
    source: str
    is_synthetic: bool
    gwp: list[EpdResultRecord]


class EpdPage(msgspec.Struct, frozen=True):
    """A window on the declarations in order of name."""

    items: list[EpdRow]
    limit: int
    offset: int
    total: int


class EpdStatement(msgspec.Struct, frozen=True, kw_only=True):
    """What one source states of a declaration; amounts that it does not declare are not there."""

    source: str
    recorded_at: dt.datetime
    run: int | None
    format: str
    standing: Standing
    is_synthetic: bool
    version: str | None
    names: tuple[LocalText, ...]
    descriptions: tuple[LocalText, ...]
    subtype: str | None
    classes: tuple[str, ...]
    product_code: str | None
    manufacturer: EpdOrganisation | None
    owner: EpdOrganisation | None
    operator: EpdOrganisation | None
    verifier: EpdOrganisation | None
    registration_number: str | None
    product_rules: str | None
    compliance: tuple[str, ...]
    location: str | None
    reference_year: int | None
    issued_on: StatedDate | None
    valid_until: StatedDate | None
    declared_quantity: Decimal | None
    declared_unit: str | None
    mass_kg: Decimal | None
    properties: dict[str, Decimal]
    scenarios: tuple[EpdScenario, ...]
    results: tuple[EpdResultRecord, ...]
    url: str | None


class EpdEdition(msgspec.Struct, frozen=True):
    """An edition of a declaration that a later one replaced."""

    source: str
    version: str | None
    name: str
    recorded_at: dt.datetime
    superseded_at: dt.datetime


class EpdDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources say different things of one declaration.

    ``field`` is a field's name, or ``amount``, and then ``amount_of`` says which.
    """

    field: str
    amount_of: str | None = None
    source: str
    value: str
    other_source: str
    other_value: str


class EpdLinkView(msgspec.Struct, frozen=True):
    """That a declaration is about a product. ``ended_at`` is None while that stands."""

    product: str
    product_name: str
    product_model: str | None
    company_name: str
    reason: str
    actor: str
    is_automatic: bool
    recorded_at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: str | None


class EpdView(msgspec.Struct, frozen=True):
    """A declaration with what every source states of it, and the products that it is about."""

    key: str
    identifier: str
    standing_on: dt.date
    statements: list[EpdStatement]
    editions: list[EpdEdition]
    differences: list[EpdDifference]
    products: list[EpdLinkView]
    ended_products: list[EpdLinkView]

    @property
    def is_synthetic(self) -> bool:
        """Whether the demo made it up."""
        return any(statement.is_synthetic for statement in self.statements)


class ProductEpdView(msgspec.Struct, frozen=True):
    """A declaration about a product, as the product's page shows it."""

    epd: EpdRow
    reason: str
    actor: str
    is_automatic: bool
