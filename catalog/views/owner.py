"""What an owner fills in, and sees on its desk."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.rules.proof import Proof
from catalog.rules.terms import EvidenceKind, ProjectKind, ProjectStage, Stage
from catalog.rules.watching import WatchKind
from catalog.views.evidence import EvidenceView
from catalog.views.findings import BilledGround, DeliveredGround
from catalog.views.products import ProductView
from catalog.views.projects import BuildingView, DeliveryView, ProjectView


class ProjectDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner says of a project; what is None is not known."""

    code: str
    name: str
    division: str
    kinds: frozenset[ProjectKind] = frozenset()
    stage: ProjectStage | None = None
    floor_area_m2: Decimal | None = None
    star_target: int | None = None
    star_award: int | None = None
    prefabricated_share: Decimal | None = None
    designed_on: dt.date | None = None
    started_on: dt.date | None = None
    completed_on: dt.date | None = None


class BuildingDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner says of a building; what is None is not known."""

    code: str
    name: str
    floor_area_m2: Decimal | None = None
    storeys: int | None = None
    completed_on: dt.date | None = None


class DeliveryDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody on site says of what came; a return has a negative quantity."""

    note_number: str
    delivered_on: dt.date
    name: str
    unit: str
    quantity: Decimal
    specification: str | None = None
    category: str | None = None
    product: str | None = None
    certificate: str | None = None
    place: str | None = None
    supplier: str | None = None
    amount: Decimal | None = None
    evidence: tuple[tuple[EvidenceKind, str], ...] = ()


class Conversion(msgspec.Struct, frozen=True):
    """What was delivered in the unit of a bill line: the path, or the factor that is missing."""

    line: str
    unit: str
    value: Decimal | None
    path: str | None
    missing: str | None


class DeliveryCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said at once of something delivered; none of it stands in the way.

    ``proof`` is None where the project's place has no rule for it. ``is_repeated`` tells that the
    note has the same goods on the same day already. ``has_evidence`` is of the delivery itself.
    """

    proof: Proof | None
    is_repeated: bool
    has_evidence: bool
    conversions: list[Conversion]


class SiteDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as its owner keeps it: its product, its files and what is to be said of it."""

    delivery: DeliveryView
    product: ProductView | None
    files: list[tuple[str, EvidenceView | None]]
    check: DeliveryCheck


class ProjectTargetView(msgspec.Struct, frozen=True):
    """The percentage that a project shall reach, by which method, and who chose it when."""

    method: str
    percent: Decimal
    chosen_by: str
    chosen_at: dt.datetime


class StandView(msgspec.Struct, frozen=True, kw_only=True):
    """A building's ratio by one method at one stage, between what it lies, and its steps.

    ``low_percent`` and ``high_percent`` are None where the lines it counted were not kept.
    """

    result: int
    method: str
    stage: Stage
    percent: Decimal
    is_stale: bool
    low_percent: Decimal | None
    high_percent: Decimal | None
    steps: tuple[Decimal, ...]


class MissingView(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a building's figure from being whole: lines and deliveries, counted.

    ``unmatched`` have no category yet, ``unconverted`` no way to the unit that the rule counts
    in, ``unproven`` are deliveries that are not proven green, ``without_evidence`` those without
    a document. ``unconverted`` and ``unproven`` are None where there is no result to count in.
    """

    unmatched: int
    unconverted: int | None
    unproven: int | None
    without_evidence: int


class NextStep(StrEnum):
    """What an owner does next for a building, the first that is open."""

    BILL = "bill"
    MATCH = "match"
    DELIVER = "deliver"
    CONVERT = "convert"
    EVIDENCE = "evidence"
    SWAP = "swap"
    DOCUMENTS = "documents"


class ExpiringProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is billed and has yet to come, and the last day on which it is certified.

    ``step`` is the number of days within which that is; None where it has ended.
    """

    product: str
    name: str
    model: str | None
    company_name: str
    ends_on: dt.date
    days_left: int
    step: int | None


class OwnFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as the owner of a project may know it: its own lines, and what they say.

    ``is_elsewhere`` tells that lines of other projects are part of it, and not whose.
    """

    key: str
    kind: FindingKind
    standing: FindingStanding
    facts: dict[str, str | None]
    day: dt.date | None
    found_at: dt.datetime
    is_elsewhere: bool
    deliveries: list[DeliveredGround]
    bill_lines: list[BilledGround]
    is_synthetic: bool


class OwnFindings(msgspec.Struct, frozen=True):
    """A window on the findings of a project, newest first."""

    items: list[OwnFinding]
    limit: int
    offset: int
    total: int


class OwnBuilding(msgspec.Struct, frozen=True, kw_only=True):
    """A building on its owner's desk; what is ``expiring`` has yet to come."""

    building: BuildingView
    stand: StandView | None
    missing: MissingView
    bill_lines: int
    deliveries: int
    next_step: NextStep
    expiring: list[ExpiringProduct] = []


class OwnProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project on its owner's desk, with the target that its owner chose.

    ``findings`` counts what the checks across projects found in it and nobody dismissed.
    """

    project: ProjectView
    target: ProjectTargetView | None
    buildings: list[OwnBuilding]
    findings: int = 0


class OwnDesk(msgspec.Struct, frozen=True, kw_only=True):
    """An owner's desk: a window on its projects, and what is to be watched in them.

    ``owner`` is the name that the projects bear, None for who keeps no projects.
    """

    owner: str | None
    items: list[OwnProject]
    limit: int
    offset: int
    total: int
    watched: dict[WatchKind, int]
