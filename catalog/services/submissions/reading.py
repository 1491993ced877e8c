"""Read what companies submitted, and compare it with what the catalogue holds."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from catalog.permissions import Action, Actor, ensure, may
from catalog.repositories import submissions
from catalog.rules.numbers import normal_number
from catalog.rules.periods import CHINA, end_of_day
from catalog.rules.submitting import last_overdue
from catalog.rules.terms import SubmissionState
from catalog.services import watching
from catalog.services.submissions.changing import faults_of, seen
from catalog.services.submissions.clocks import with_clock
from catalog.views.submissions import (
    HeldCertificate,
    HeldFact,
    SubmissionDraft,
    SubmissionPage,
    SubmissionSheet,
)

EVERY_STATE = tuple(SubmissionState)
_MOST_BODIES = 300
_MOST_COMPANIES = 5
_COMPARED = ("body", "star", "standard", "issued_on", "valid_from", "valid_to", "factory",
             "factory_address")  # fmt: skip


def sheet(connection: Connection, key: str, *, actor: Actor, now: dt.datetime) -> SubmissionSheet:
    """Return a submission, what is missing in it, and what is held of its certificate.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
    """
    row = seen(connection, key, actor)
    pack = watching.pack_of(connection, now.astimezone(CHINA).date())
    return SubmissionSheet(
        submission=with_clock(row, pack),
        faults=faults_of(connection, row, now),
        held=_held(connection, row.draft),
    )


def browse(
    connection: Connection,
    *,
    actor: Actor,
    on: dt.date,
    states: tuple[SubmissionState, ...] = EVERY_STATE,
    limit: int,
    offset: int = 0,
) -> SubmissionPage:
    """Return one page of the submissions that the actor may see, those that wait first.

    Raises:
        PermissionDeniedError: The actor may see none at all.
    """
    ensure(actor, Action.SEE_SUBMISSIONS)
    rows, total = submissions.page_of(connection, actor, states=states, limit=limit, offset=offset)
    pack = watching.pack_of(connection, on)
    return SubmissionPage([with_clock(row, pack) for row in rows], total)


def count_waiting(connection: Connection, *, actor: Actor) -> int:
    """Return how many submissions wait for a bureau's proof, of those that the actor may see."""
    if not may(actor, Action.SEE_SUBMISSIONS):
        return 0
    return submissions.count(connection, actor, SubmissionState.SUBMITTED)


def count_overdue(connection: Connection, *, actor: Actor, on: dt.date) -> int:
    """Return how many of those have waited longer than a bureau has for its proof."""
    pack = watching.pack_of(connection, on)
    if pack is None or pack.submission_days is None or not may(actor, Action.SEE_SUBMISSIONS):
        return 0
    until = end_of_day(last_overdue(on, pack.submission_days))
    return submissions.count(connection, actor, SubmissionState.SUBMITTED, until=until)


def known_bodies(connection: Connection) -> list[str]:
    """Return the names of certification bodies that the catalogue knows."""
    return submissions.body_names(connection, limit=_MOST_BODIES)


def _held(connection: Connection, draft: SubmissionDraft) -> list[HeldCertificate]:
    if not draft.number:
        return []
    stated = msgspec.structs.asdict(draft)
    return [
        HeldCertificate(
            key=row.key,
            number=row.number,
            body=row.body,
            source=row.source,
            companies=submissions.companies_covered(connection, row.key, limit=_MOST_COMPANIES),
            facts=[
                HeldFact(name, stated[name], _text(getattr(row, name)))
                for name in _COMPARED
                if stated[name] or getattr(row, name) is not None
            ],
            is_synthetic=row.is_synthetic,
        )
        for row in submissions.held_papers(connection, normal_number(draft.number))
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)
