"""What waits on a bureau's desk: its cases with their clocks, and all else that is its turn."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.rules.annual_report.steps import ReportState
from catalog.rules.annual_report.terms import Punctuality
from catalog.rules.checks.kinds import FindingKind
from catalog.rules.periods import CHINA
from catalog.rules.terms import CaseState, OrganisationState, SubmissionState
from catalog.rules.watching import Desk, WatchKind, desk_of
from catalog.rules.workflow.working_days import working_days_left
from catalog.services import filings, findings, organisations, report_reading, watching
from catalog.services.cases import reading as cases
from catalog.services.remembering import Remembered
from catalog.services.report_content import reporting_pack
from catalog.services.submissions import reading as submissions
from catalog.views.accounts import OrganisationPage, OrganisationView
from catalog.views.cases import CaseRow
from catalog.views.findings import FindingRow
from catalog.views.reporting import ReportHead
from catalog.views.submissions import SubmissionRow
from catalog.views.watching import Watched

SHOWN = 8
"""How many of each queue the desk shows; a link leads to the rest."""
_FINDINGS: Remembered[tuple[list[FindingRow], dict[FindingKind, int]]] = Remembered()
_ASKED = (CaseState.RETURNED, CaseState.CORRECTION)
_WATCHED = (WatchKind.LOST, WatchKind.EXPIRING, WatchKind.REPORT_ENDING)


class WaitingCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case with the working days that are left; negative is late, null is without a clock."""

    case: CaseRow
    days_left: int | None


class WaitingSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """What a company submits, with the working days that are left for its proof."""

    submission: SubmissionRow
    days_left: int | None


class SubmissionQueue(msgspec.Struct, frozen=True, kw_only=True):
    """The first of what waits for a proof, how many there are, and how many are overdue."""

    items: list[WaitingSubmission]
    total: int
    overdue: int


class CaseQueue(msgspec.Struct, frozen=True, kw_only=True):
    """The first of the cases in some states, and how many there are."""

    states: tuple[CaseState, ...]
    items: list[WaitingCase]
    total: int


class OwedFiling(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a division has yet to hand in, with the days that are left."""

    division: str
    duty: str
    year: int
    due_on: dt.date
    days_left: int


class BureauDesk(msgspec.Struct, frozen=True, kw_only=True):
    """All that waits for a bureau on a day; totals are of the whole queues."""

    on: dt.date
    cases: CaseQueue
    appeals: CaseQueue
    asked: CaseQueue
    organisations: list[OrganisationView]
    organisations_total: int
    submissions: SubmissionQueue
    findings: list[FindingRow]
    findings_of: dict[FindingKind, int]
    watched: list[Watched]
    watched_of: dict[WatchKind, int]
    owed: list[OwedFiling]
    reports: list[ReportHead]


def desk(connection: Connection, actor: Actor, *, now: dt.datetime) -> BureauDesk:
    """Return what waits for the bureau that the actor is of.

    Raises:
        PermissionDeniedError: The actor is of no bureau.
    """
    ensure(actor, Action.SEE_REPORTS)
    on = now.astimezone(CHINA).date()
    own = Desk.DIVISION if actor.division else Desk.CORPS
    appealed = (CaseState.APPEALED,)
    waiting = tuple(state for state in CaseState if desk_of(state) is own and state not in appealed)
    proofs = OrganisationPage([], 0)
    if may(actor, Action.PROVE_ORGANISATIONS):
        proofs = organisations.registrations(
            connection, actor=actor, state=OrganisationState.PENDING, limit=SHOWN
        )
    watched = watching.watch_list(connection, actor=actor, on=on, kinds=_WATCHED, limit=SHOWN)
    found, found_of = _FINDINGS.get(
        connection, findings.sight_of(actor), lambda: _findings(connection, actor)
    )
    return BureauDesk(
        on=on,
        cases=_queue(connection, actor, waiting, on),
        appeals=_queue(connection, actor, appealed if own is Desk.CORPS else (), on),
        asked=_queue(connection, actor, _ASKED, on),
        organisations=proofs.items,
        organisations_total=proofs.total,
        submissions=_submitted(connection, actor, on),
        findings=found,
        findings_of=found_of,
        watched=watched.items,
        watched_of=watched.counts,
        owed=_owed(connection, actor, now),
        reports=[
            head
            for head in report_reading.browse_reports(connection, actor)
            if _is_my_turn(actor, head)
        ],
    )


def _findings(
    connection: Connection, actor: Actor
) -> tuple[list[FindingRow], dict[FindingKind, int]]:
    newest = findings.browse_findings(connection, actor, limit=SHOWN, offset=0).items
    return newest, findings.open_counts(connection, actor)


def _queue(
    connection: Connection, actor: Actor, states: tuple[CaseState, ...], on: dt.date
) -> CaseQueue:
    if not states:
        return CaseQueue(states=states, items=[], total=0)
    found = cases.browse_cases(connection, actor, on=on, states=states, limit=SHOWN, offset=0)
    return CaseQueue(
        states=states,
        items=[
            WaitingCase(
                case=row,
                days_left=None if row.due_on is None else working_days_left(on, row.due_on),
            )
            for row in found.items
        ],
        total=found.total,
    )


def _submitted(connection: Connection, actor: Actor, on: dt.date) -> SubmissionQueue:
    if not may(actor, Action.SEE_SUBMISSIONS):
        return SubmissionQueue(items=[], total=0, overdue=0)
    waiting = (SubmissionState.SUBMITTED,)
    found = submissions.browse(connection, actor=actor, on=on, states=waiting, limit=SHOWN)
    return SubmissionQueue(
        items=[
            WaitingSubmission(
                submission=row,
                days_left=None if row.due_on is None else working_days_left(on, row.due_on),
            )
            for row in found.items
        ],
        total=found.total,
        overdue=submissions.count_overdue(connection, actor=actor, on=on),
    )


def _owed(connection: Connection, actor: Actor, now: dt.datetime) -> list[OwedFiling]:
    """Return what is missing, or due this year and not handed in yet, the oldest first."""
    on = now.astimezone(CHINA).date()
    pack, _ = reporting_pack(connection, on)
    found = [
        OwedFiling(
            division=division,
            duty=row.duty,
            year=row.year,
            due_on=row.due_on,
            days_left=(row.due_on - on).days,
        )
        for row in filings.register(connection, pack, now=now)
        for division, standing in row.standings.items()
        if standing.punctuality in (Punctuality.MISSING, Punctuality.NOT_YET_DUE)
        and may(actor, Action.SEE_REPORTS, Thing(division=division))
    ]
    return sorted(found, key=lambda each: (each.due_on, each.division))


def _is_my_turn(actor: Actor, head: ReportHead) -> bool:
    """Tell whether the next step of a report is this bureau's."""
    if actor.division is not None or head.division is None:
        return head.state in (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED)
    return head.state is ReportState.FILED
