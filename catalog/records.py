"""What an import brings: frozen records, as a reader understood them, and the issues it met.

Readers (``importers``) yield them; ``catalog.services.receiving`` takes them. A value that the
source does not state is None: unknown is never zero and never an empty string.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from catalog.rules.terms import (
    BillStage,
    CertificateState,
    DatePrecision,
    EvidenceKind,
    InspectionKind,
    ProjectKind,
    ProjectStage,
)
from catalog.rules.units import Declared


class Kind(StrEnum):
    """What a file brings."""

    PRODUCTS = "products"
    PROJECTS = "projects"
    BILL_LINES = "bill-lines"
    DELIVERIES = "deliveries"
    INSPECTIONS = "inspections"
    REGISTRY = "registry"
    EPDS = "epds"


class Severity(StrEnum):
    """Whether the row stays out (error) or comes in with a remark (warning)."""

    ERROR = "error"
    WARNING = "warning"


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a file that was not understood, or not believed.

    ``code`` has its reason and cure, in both languages, in ``importers/lookups/issues.toml``;
    ``facts`` fill the gaps in those sentences. ``row`` is the row a person sees in the file
    (header included, from 1), or the position in a JSON list (from 1); None means the whole file.
    """

    code: str
    severity: Severity = Severity.ERROR
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    facts: dict[str, str] = {}


class CompanyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A company as one row names it."""

    name: str
    credit_code: str | None = None
    division: str | None = None
    address: str | None = None


class CertificateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as one row states it.

    ``number`` is verbatim. ``suffix`` is a registry's mark after the number (renewed, added,
    changed). ``categories`` are keys of the certificate scheme's own classes, if it has any.
    """

    body: str
    number: str
    suffix: str | None = None
    star: int | None = None
    standard: str | None = None
    issued_on: dt.date | None = None
    reissued_on: dt.date | None = None
    valid_from: dt.date
    valid_to: dt.date
    state: CertificateState | None = None
    state_on: dt.date | None = None
    state_reason: str | None = None
    applicant: str | None = None
    manufacturer: str | None = None
    factory: str | None = None
    factory_address: str | None = None
    categories: tuple[str, ...] = ()
    url: str | None = None


class TestReportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory's report on a product: the second way to prove that it is green.

    ``standard`` is what was tested to, as written; ``issued_on`` is the day of the report.
    """

    __test__: ClassVar[bool] = False  # No test, though a test collector would think so.

    number: str
    laboratory: str
    standard: str | None = None
    issued_on: dt.date
    url: str | None = None


class ProductRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One product, with the certificate or the test report of the same row if there is one.

    ``category`` is a key of the taxonomy (``seed_data/taxonomy``). ``declared`` holds what the
    maker declares of it, such as a density.
    """

    row: int
    sheet: str | None = None
    company: CompanyRecord
    name: str
    category: str
    brand: str | None = None
    model: str | None = None
    scope: str | None = None
    description: str | None = None
    certificate: CertificateRecord | None = None
    report: TestReportRecord | None = None
    declared: tuple[Declared, ...] = ()


class BuildingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A building: the unit of calculation."""

    code: str
    name: str
    floor_area_m2: Decimal | None = None
    storeys: int | None = None
    completed_on: dt.date | None = None


class ProjectRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One project with one of its buildings; further rows with the same code add buildings."""

    row: int
    sheet: str | None = None
    code: str
    name: str
    division: str
    owner: str | None = None
    kinds: frozenset[ProjectKind] = frozenset()
    stage: ProjectStage | None = None
    floor_area_m2: Decimal | None = None
    star_target: int | None = None
    star_award: int | None = None
    prefabricated_share: Decimal | None = None  # a share of 1, not a percentage
    designed_on: dt.date | None = None
    started_on: dt.date | None = None
    completed_on: dt.date | None = None
    building: BuildingRecord | None = None


class ProductReference(msgspec.Struct, frozen=True, kw_only=True):
    """How a line names a product: our key, or a certificate number with an optional model."""

    key: str | None = None
    certificate_number: str | None = None
    body: str | None = None
    model: str | None = None


class BillLineRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a bill of quantities, planned (design) or settled (settlement).

    ``planned_green_quantity`` is in the line's own unit: None = not stated, 0 = stated as none.
    """

    row: int
    sheet: str | None = None
    project: str
    building: str
    stage: BillStage
    line_number: str
    name: str
    unit: str
    quantity: Decimal
    item_code: str | None = None
    specification: str | None = None
    category: str | None = None
    place: str | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    planned_green_quantity: Decimal | None = None
    declared: tuple[Declared, ...] = ()
    product: ProductReference | None = None


class EvidenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A document that proves a delivery, by its own reference."""

    kind: EvidenceKind
    reference: str


class DeliveryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a delivery note: what came to site on one day. A return is negative.

    Of a month or year only (``delivered_precision``), ``delivered_on`` is its first day.
    ``declared`` holds the factors that lead to other units, such as a density; ``factory`` is
    where the goods were made, and ``transport_km`` how far they came from there.
    """

    row: int
    sheet: str | None = None
    project: str
    building: str
    note_number: str
    line_number: str
    delivered_on: dt.date
    name: str
    unit: str
    quantity: Decimal
    specification: str | None = None
    category: str | None = None
    place: str | None = None
    amount: Decimal | None = None
    supplier: str | None = None
    delivered_precision: DatePrecision = DatePrecision.DAY
    declared: tuple[Declared, ...] = ()
    factory: str | None = None
    transport_km: Decimal | None = None
    product: ProductReference | None = None
    evidence: tuple[EvidenceRecord, ...] = ()


class InspectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A surveillance visit for a certificate, or an authority's spot check of a product.

    ``source`` is where it is known from, None if only the file says so; a check has an
    ``authority``.
    """

    row: int
    sheet: str | None = None
    kind: InspectionKind
    inspected_on: dt.date
    is_passed: bool
    product: ProductReference
    authority: str | None = None
    note: str | None = None
    source: str | None = None


class StatedDate(msgspec.Struct, frozen=True, kw_only=True):
    """A date as exact as the source states it; of a year, ``day`` is its 1 January."""

    day: dt.date
    precision: DatePrecision = DatePrecision.DAY


class LocalText(msgspec.Struct, frozen=True):
    """A text in one language (two or three letters as in the source), None if not said."""

    language: str | None
    text: str


class EpdOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who had a part in a declaration: owner, programme operator, verifier."""

    name: str | None = None
    identifier: str | None = None  # a web domain or a UUID, as the source has it


class EpdResultRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One amount of a declaration; what is not declared is absent, and never zero.

    ``indicator`` is our key (``seed_data/lca``) or, if we know none, what the source writes; two
    amounts may be compared only if method, indicator and unit are equal. ``module`` is as in
    EN 15804 (``A1-A3``, ``C3``, ``D``). Amounts are exact as written.
    """

    indicator: str
    method: str | None = None
    unit: str | None = None
    module: str
    scenario: str | None = None
    amount: Decimal


class EpdScenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that amounts are declared for."""

    name: str
    group: str | None = None
    is_default: bool = False
    description: tuple[LocalText, ...] = ()


class EpdRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An environmental product declaration as one data set states it.

    ``identifier`` is the data set's UUID or open xPD id. ``mass_kg`` is that of the declared unit.
    ``properties`` are material properties with their units in the key (``gross density kg/m3``).
    ``document`` is the data set in JSON, whole, so that an export gives back also what we do not
    read; ``format`` says in which form it is.
    """

    row: int | None = None
    sheet: str | None = None
    format: str  # a key of importers.formats
    identifier: str
    version: str | None = None
    names: tuple[LocalText, ...]
    descriptions: tuple[LocalText, ...] = ()
    subtype: str | None = None
    classes: tuple[str, ...] = ()
    product_code: str | None = None  # a maker's number, such as a SKU or GTIN
    manufacturer: EpdOrganisation | None = None
    owner: EpdOrganisation | None = None
    operator: EpdOrganisation | None = None
    verifier: EpdOrganisation | None = None
    registration_number: str | None = None
    product_rules: str | None = None
    compliance: tuple[str, ...] = ()
    location: str | None = None
    reference_year: int | None = None
    issued_on: StatedDate | None = None
    valid_until: StatedDate | None = None
    declared_quantity: Decimal | None = None
    declared_unit: str | None = None
    mass_kg: Decimal | None = None
    properties: dict[str, Decimal] = {}
    scenarios: tuple[EpdScenario, ...] = ()
    results: tuple[EpdResultRecord, ...] = ()
    url: str | None = None
    document: str


Record = (
    ProductRecord | ProjectRecord | BillLineRecord | DeliveryRecord | InspectionRecord | EpdRecord
)
