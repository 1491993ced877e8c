"""What a reader sees of the findings of the checks across projects."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.checks.kinds import FindingKind, FindingStanding, Verdict
from catalog.rules.terms import BillStage, DatePrecision


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in a list; ``facts`` is what was held against what, by name."""

    key: str
    kind: FindingKind
    facts: dict[str, str | None]
    day: dt.date | None
    is_synthetic: bool
    found_at: dt.datetime
    gone_at: dt.datetime | None
    verdict: Verdict | None
    judged_at: dt.datetime | None
    judged_by: str | None
    reason: str | None
    divisions: tuple[str, ...]
    projects: tuple[tuple[str, str], ...]

    @property
    def standing(self) -> FindingStanding:
        """Whether it is open, and if not, why."""
        if self.verdict is not None:
            return FindingStanding(self.verdict.value)
        return FindingStanding.OPEN if self.gone_at is None else FindingStanding.GONE


class FindingPage(msgspec.Struct, frozen=True):
    """One page of findings, and how many there are in all."""

    items: list[FindingRow]
    limit: int
    offset: int
    total: int


class DeliveredGround(msgspec.Struct, frozen=True):
    """A delivery that a finding stands on; ``is_current`` is false of one that was replaced."""

    id: int
    division: str
    project: str
    project_name: str
    building: str
    building_name: str
    note: str
    line: str
    name: str
    specification: str | None
    quantity: Decimal
    unit: str
    delivered_on: dt.date
    precision: DatePrecision
    supplier: str | None
    factory: str | None
    product: str | None
    product_name: str | None
    company: str | None
    certificate: str | None
    certificate_number: str | None
    run: int | None
    is_current: bool


class BilledGround(msgspec.Struct, frozen=True):
    """A bill line that a finding stands on."""

    id: int
    project: str
    building: str
    building_name: str
    stage: BillStage
    line: str
    name: str
    quantity: Decimal
    unit: str
    is_current: bool


class FileGround(msgspec.Struct, frozen=True):
    """A file of evidence that a finding stands on."""

    key: str
    name: str
    sha256: str
    uploaded_by: str
    uploaded_at: dt.datetime
    altered_since: dt.datetime | None
    missing_since: dt.datetime | None


class CaseGround(msgspec.Struct, frozen=True):
    """A case that a finding stands on."""

    key: str
    number: str
    product: str


class FindingDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with everything that it stands on."""

    finding: FindingRow
    standing: FindingStanding
    deliveries: list[DeliveredGround]
    bill_lines: list[BilledGround]
    files: list[FileGround]
    cases: list[CaseGround]


class OutputView(msgspec.Struct, frozen=True):
    """How much may be sold a year under a certificate, as somebody states it."""

    certificate: str
    number: str
    amount_per_year: Decimal
    unit: str
    source: str
    stated_by: str
    recorded_at: dt.datetime


class CheckRun(msgspec.Struct, frozen=True):
    """What a run of the checks did: findings that stand, are new, or lost their cause."""

    standing: int
    new: int
    gone: int
    judged: int
    unchecked_certificates: int
