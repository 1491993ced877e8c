"""What a reader sees of projects, their lines and their results."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec

from catalog.rules.terms import BillStage, DatePrecision, ProjectKind, ProjectStage, Stage
from catalog.rules.units import Declared


class NamedBuilding(msgspec.Struct, frozen=True):
    """A building with its names and those of its project."""

    key: str
    name: str
    project: str
    project_name: str
    is_synthetic: bool


class ProjectView(msgspec.Struct, frozen=True):
    """A project."""

    key: str
    code: str
    name: str
    division: str
    owner: str | None
    kinds: list[ProjectKind]
    stage: ProjectStage | None
    floor_area_m2: Decimal | None
    star_target: int | None
    star_award: int | None
    prefabricated_share: Decimal | None
    designed_on: dt.date | None
    started_on: dt.date | None
    completed_on: dt.date | None
    is_synthetic: bool
    buildings: int


class ProjectPage(msgspec.Struct, frozen=True):
    """A window on the projects in order of name."""

    items: list[ProjectView]
    limit: int
    offset: int
    total: int


class BuildingView(msgspec.Struct, frozen=True):
    """A building: the unit of calculation."""

    key: str
    code: str
    name: str
    floor_area_m2: Decimal | None
    storeys: int | None
    completed_on: dt.date | None
    stale_since: dt.datetime | None


class BillLineView(msgspec.Struct, frozen=True):
    """A line of a building's bill."""

    id: int
    building: str
    stage: BillStage
    line_number: str
    item_code: str | None
    name: str
    specification: str | None
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal | None
    planned_green_quantity: Decimal | None
    declared: list[Declared]
    product: str | None
    certificate: str | None
    run: int | None
    recorded_at: dt.datetime


class EvidenceView(msgspec.Struct, frozen=True):
    """A document that proves a delivery."""

    kind: str
    reference: str


class DeliveryView(msgspec.Struct, frozen=True):
    """A line of a delivery note.

    Where ``delivered_precision`` is less than a day, ``delivered_on`` is the first day it can be.
    """

    id: int
    building: str
    note_number: str
    line_number: str
    delivered_on: dt.date
    delivered_precision: DatePrecision
    name: str
    specification: str | None
    category: str | None
    place: str | None
    unit: str
    quantity: Decimal
    amount: Decimal | None
    supplier: str | None
    factory: str | None
    transport_km: Decimal | None
    declared: list[Declared]
    product: str | None
    certificate: str | None
    evidence: list[EvidenceView]
    run: int | None
    recorded_at: dt.datetime


class BillWindow(msgspec.Struct, frozen=True):
    """A window on one bill of a building, in order of line number."""

    items: list[BillLineView]
    limit: int
    offset: int
    total: int


class DeliveryWindow(msgspec.Struct, frozen=True):
    """A window on what came to a building, in order of day and note."""

    items: list[DeliveryView]
    limit: int
    offset: int
    total: int


class ResultView(msgspec.Struct, frozen=True):
    """A building's ratio, without its trace."""

    id: int
    project: str
    project_name: str
    building: str
    building_name: str
    division: str
    year: int | None
    stage: Stage
    method: str
    pack: str
    thresholds: str
    ratio: Decimal
    points: Decimal
    gate_star: int | None
    floor_area_m2: Decimal | None
    green_amount: Decimal | None
    total_amount: Decimal | None
    content_hash: str
    computed_at: dt.datetime
    is_stale: bool


class DivisionView(msgspec.Struct, frozen=True):
    """A division under the name it bears on a day."""

    key: str
    name_zh: str
    name_en: str
    city: str | None
    city_code: str | None
    region: str | None


class CategoryView(msgspec.Struct, frozen=True):
    """A category of a catalogue."""

    key: str
    catalogue: str
    group: str | None
    name_zh: str
    name_en: str
    standard: str | None
    batch: str | None
    effective_from: dt.date | None
    effective_to: dt.date | None


class GroupView(msgspec.Struct, frozen=True):
    """A group of categories."""

    key: str
    catalogue: str
    name_zh: str
    name_en: str


class RulePackView(msgspec.Struct, frozen=True):
    """A published rule pack, whole."""

    key: str
    version: str
    kind: str
    jurisdiction: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    content_hash: str
    content: dict[str, Any]


class ImportRunView(msgspec.Struct, frozen=True):
    """A row of the import ledger."""

    id: int
    kind: str
    source: str
    file_name: str
    file_hash: str
    state: str
    actor: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    undone_at: dt.datetime | None
    read: int
    created: int
    changed: int
    unchanged: int
    refused: int
    warnings: int
    conflicts: int
    rows_total: int | None
    format: str | None
    options: str | None
