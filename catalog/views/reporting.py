"""What a reader sees of annual reports, of what was handed in, of targets and of examples."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.annual_report.checks import CheckRow
from catalog.rules.annual_report.punctuality import Standing
from catalog.rules.annual_report.shares import AreaShare
from catalog.rules.annual_report.steps import ReportState, ReportStep
from catalog.rules.annual_report.terms import DemonstrationKind, Punctuality
from catalog.rules.ratio.demands import Answer
from catalog.views.figures import ResultFigure
from catalog.views.published import PackUsed


class ReportTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What the bureau writes itself: progress and results, problems, and next year's plan."""

    progress: str = ""
    problems: str = ""
    plan: str = ""


class ProjectsRow(msgspec.Struct, frozen=True, kw_only=True):
    """The projects of one kind at one stage by the close; ``kind`` is all for every project."""

    kind: str
    stage: str
    projects: int
    area_m2: Decimal
    without_area: int


class UsedQuantity(msgspec.Struct, frozen=True, kw_only=True):
    """What came to site in one unit, and how much of it was of adopted products."""

    unit: str
    total: Decimal
    adopted: Decimal


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    """The deliveries of a category within the year's days; None is what has no category.

    A line is of an adopted product if that was adopted on the day it came; of ``unknown_lines``
    nobody knows, because they name no product or their day is not known that well. The amounts
    are of the lines that state one.
    """

    category: str | None
    lines: int
    adopted_lines: int
    unknown_lines: int
    amount: Decimal
    adopted_amount: Decimal
    quantities: list[UsedQuantity]


class DecidedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many adoptions were decided so within the year's days, and on which ground."""

    decided: str
    ground: str | None
    adoptions: int


class DemonstrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration project or base as a report names it; ``is_new`` if named in its year."""

    kind: DemonstrationKind
    name: str
    division: str
    project: str | None
    document: str
    named_on: dt.date
    is_new: bool
    withdrawn_on: dt.date | None


class FilingRow(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one duty of a division in a year."""

    division: str
    duty: str
    year: int
    punctuality: Punctuality
    due_on: dt.date
    filed_on: dt.date | None
    late_days: int | None


class PlanShares(msgspec.Struct, frozen=True, kw_only=True):
    """The shares of floor area that the plan asks for, of what was completed in the year.

    ``mean_prefabrication`` is the prefabricated share weighed by area, in per cent, of ``mean_of``
    square metres.
    """

    green: AreaShare
    starred: AreaShare
    prefabricated: AreaShare
    mean_prefabrication: Decimal | None
    mean_of_m2: Decimal


class DivisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A division within the Corps' report: its ratio, that of the year before, its shares."""

    division: str
    figure: ResultFigure | None
    before: ResultFigure | None
    shares: PlanShares


class GoalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A goal that holds in the year, and whether it is reached; null where nobody can know."""

    measure: str
    at_least_percent: int
    clause: str
    is_reached: bool | None


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio that a bureau set out to reach, and whether it is; null without a figure."""

    division: str | None
    percent: Decimal
    document: str
    is_reached: bool | None


class CheckedBuilding(msgspec.Struct, frozen=True, kw_only=True):
    """A building that fails a check of a report (no), or of which nobody can tell (open)."""

    answer: Answer
    division: str
    project: str
    project_name: str
    building: str
    building_name: str
    is_synthetic: bool


class ReportContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report says, in figures and words, as it was known at ``known_at``.

    ``first`` and ``last`` are the days that it takes in, both included. ``figure_hash`` names the
    published figure that ``figure`` is; both are null where no building has a result. What was
    frozen before reports told what must be checked has no ``checks``.
    """

    format: str
    year: int
    division: str | None
    first: dt.date
    last: dt.date
    known_at: dt.datetime
    method: str
    pack: PackUsed
    is_synthetic: bool
    figure_hash: str | None
    figure: ResultFigure | None
    before: ResultFigure | None
    target: TargetRow | None
    goals: list[GoalRow]
    shares: PlanShares
    projects: list[ProjectsRow]
    usage: list[UsageRow]
    decided: list[DecidedRow]
    demonstrations: list[DemonstrationRow]
    filings: list[FilingRow]
    divisions: list[DivisionRow]
    texts: ReportTexts
    checks: list[CheckRow] | msgspec.UnsetType = msgspec.UNSET


class StepTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a report that was taken."""

    step: ReportStep
    to_state: ReportState
    actor: str
    acts_for: str | None
    reason: str | None
    taken_at: dt.datetime


class ReportHead(msgspec.Struct, frozen=True, kw_only=True):
    """A revision of a report in a list; a report of no division is the Corps'."""

    key: str
    year: int
    division: str | None
    revision: int
    state: ReportState
    version: int
    content_hash: str | None
    opened_at: dt.datetime
    frozen_at: dt.datetime | None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A report: the frozen content, or what it would be now, with the way it went.

    ``revisions`` are all of its revisions, the latest first.
    """

    head: ReportHead
    content: ReportContent
    steps: list[StepTaken]
    revisions: list[ReportHead]
    written_by: str | None
    written_at: dt.datetime | None


class TextVersion(msgspec.Struct, frozen=True):
    """A version of what a bureau wrote: which, by whom, when."""

    version: int
    written_by: str
    written_at: dt.datetime


class ReportRebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of making a frozen report again from what was known then."""

    content_hash: str
    rebuilt_hash: str
    is_same: bool
    path: str | None
    frozen: str | None
    rebuilt: str | None


class FilingView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a division handed in; ``evidence`` and ``report`` are keys."""

    key: str
    division: str
    duty: str
    year: int
    filed_on: dt.date
    report: str | None
    evidence: str | None
    note: str | None
    recorded_at: dt.datetime
    recorded_by: str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str | None


class ExemptionView(msgspec.Struct, frozen=True, kw_only=True):
    """The Corps lets a division off for a year, for a reason."""

    key: str
    division: str
    duty: str
    year: int
    reason: str
    granted_at: dt.datetime
    granted_by: str


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One duty of one year, with how it stands in each division, in their order."""

    duty: str
    year: int
    due_on: dt.date
    standings: dict[str, Standing]
    filings: list[FilingView]
    exemptions: list[ExemptionView]


class TargetView(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio that a bureau set out to reach; of no division, the Corps'."""

    key: str
    division: str | None
    year: int
    method: str
    percent: Decimal
    document: str
    recorded_at: dt.datetime
    recorded_by: str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str | None


class DemonstrationView(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration project or base; ``project`` and ``company`` are keys where it is of ours."""

    key: str
    kind: DemonstrationKind
    name: str
    division: str
    project: str | None
    company: str | None
    document: str
    named_on: dt.date
    is_synthetic: bool
    recorded_at: dt.datetime
    recorded_by: str
    withdrawn_on: dt.date | None
    withdrawn_reason: str | None
