"""What a reader sees of products, companies and certificates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.terms import CertificateState
from catalog.rules.validity import Validity


class ProductView(msgspec.Struct, frozen=True):
    """A product with the names of its category and company."""

    key: str
    name: str
    brand: str | None
    model: str | None
    scope: str | None
    description: str | None
    category: str
    category_zh: str
    category_en: str
    company: str
    company_name: str
    is_synthetic: bool
    recorded_at: dt.datetime


class ProductPage(msgspec.Struct, frozen=True):
    """A window on the products in order of name; ``next_offset`` is null on the last page."""

    items: list[ProductView]
    limit: int
    offset: int
    next_offset: int | None


class CompanyView(msgspec.Struct, frozen=True):
    """A company."""

    key: str
    name: str
    credit_code: str | None
    division: str | None
    address: str | None
    is_synthetic: bool
    products: int


class CertificateVersionView(msgspec.Struct, frozen=True):
    """What the paper says from a day on; ``run`` is the import whose file says so."""

    effective_on: dt.date
    star: int | None
    standard: str | None
    issued_on: dt.date | None
    reissued_on: dt.date | None
    valid_from: dt.date
    valid_to: dt.date
    suffix: str | None
    applicant: str | None
    manufacturer: str | None
    factory: str | None
    factory_address: str | None
    url: str | None
    source: str
    run: int | None
    recorded_at: dt.datetime


class CertificateStateView(msgspec.Struct, frozen=True):
    """A state that the certificate entered."""

    state: CertificateState
    from_on: dt.date
    reason: str | None
    source: str
    recorded_at: dt.datetime


class CategoryClaimView(msgspec.Struct, frozen=True):
    """A source's word on a category of the certificate."""

    category: str
    name_zh: str
    name_en: str
    source: str


class ConflictView(msgspec.Struct, frozen=True):
    """Two sources contradict each other; nobody has decided yet."""

    certificate: str
    number: str
    field: str
    held_value: str | None
    held_source: str
    offered_value: str | None
    offered_source: str
    recorded_at: dt.datetime


class CertificateView(msgspec.Struct, frozen=True):
    """A certificate with everything known of it, and its validity on a day."""

    key: str
    number: str
    body: str
    is_synthetic: bool
    validity: Validity
    validity_on: dt.date
    versions: list[CertificateVersionView]
    states: list[CertificateStateView]
    categories: list[CategoryClaimView]
    conflicts: list[ConflictView]
    products: list[ProductView]


class ProductUseView(msgspec.Struct, frozen=True):
    """A project in which the product was delivered."""

    project: str
    project_name: str
    division: str
    building: str
    building_name: str
    deliveries: int
    quantity: Decimal
    unit: str
    first_on: dt.date
    last_on: dt.date
