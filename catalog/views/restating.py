"""What a reader sees of a published figure beside the same figure as known now."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.views.figures import ResultFigure
from catalog.views.published import PublishedHead


class Cause(StrEnum):
    """Why a building's result is another one now."""

    LINE_ADDED = "line-added"
    LINE_REMOVED = "line-removed"
    LINE_CORRECTED = "line-corrected"
    IMPORT_UNDONE = "import-undone"
    PROOF_CHANGED = "proof-changed"
    LINE_READ_OTHERWISE = "line-read-otherwise"
    PACK_CHANGED = "pack-changed"
    THRESHOLDS_CHANGED = "thresholds-changed"
    AREA_CHANGED = "area-changed"
    COUNTS_NOW = "counts-now"
    COUNTS_NO_MORE = "counts-no-more"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed: of a line, of its proof, or of the building.

    ``line`` is what a trace calls it; ``run`` is the import that brought the change, or was
    undone. ``before`` and ``after`` are quantities with unit, reasons, packs or areas. For a proof
    ``state`` and ``from_on`` are what was learnt of the certificate.
    """

    cause: Cause
    line: str | None = None
    name: str | None = None
    number: str | None = None
    before: str | None = None
    after: str | None = None
    certificate: str | None = None
    certificate_number: str | None = None
    state: str | None = None
    from_on: dt.date | None = None
    run: int | None = None
    recorded_at: dt.datetime | None = None


class BuildingChange(msgspec.Struct, frozen=True, kw_only=True):
    """A building whose result is another one now; a side that does not count there is null."""

    project: str
    project_name: str
    building: str
    building_name: str
    result_then: int | None
    result_now: int | None
    ratio_then: Decimal | None
    ratio_now: Decimal | None
    points_then: Decimal | None
    points_now: Decimal | None
    changes: list[Change]


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """A published figure and what it is now; ``now`` is null where nothing counts any more.

    ``waiting`` counts the buildings that wait to be calculated: until then ``now`` may move.
    """

    head: PublishedHead
    then: ResultFigure
    now: ResultFigure | None
    unchanged: int
    waiting: int
    buildings: list[BuildingChange]
