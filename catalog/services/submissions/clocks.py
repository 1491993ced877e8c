"""The clock of what companies submit: by when a bureau proves it, and who is told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection

from catalog.repositories import watching
from catalog.repositories.watching import Sight
from catalog.rules.pack_watch import WatchPack
from catalog.rules.periods import CHINA
from catalog.rules.submitting import due_on
from catalog.rules.terms import SubmissionState
from catalog.rules.validity import DAY
from catalog.rules.watching import WatchKind
from catalog.views.submissions import SubmissionDraft, SubmissionRow
from catalog.views.watching import Watched

_JUDGED = {
    SubmissionState.RETURNED: WatchKind.SUBMISSION_RETURNED,
    SubmissionState.PROVED: WatchKind.SUBMISSION_PROVED,
}


def with_clock(row: SubmissionRow, pack: WatchPack | None) -> SubmissionRow:
    """Return a submission with the day by which it is to be proved, if it waits for that."""
    if row.state is not SubmissionState.SUBMITTED or row.submitted_at is None:
        return row
    if pack is None or pack.submission_days is None:
        return row
    due = due_on(_day_of(row.submitted_at), pack.submission_days)
    return msgspec.structs.replace(row, due_on=due)


def watched_submissions(
    connection: Connection, sight: Sight, pack: WatchPack, on: dt.date
) -> Iterator[Watched]:
    """Yield what waits for a proof, and what was judged of late, within a sight."""
    if pack.submission_days is None or pack.judged_days is None:
        return
    since = dt.datetime.combine(on - DAY * pack.judged_days, dt.time(), tzinfo=CHINA)
    for row in watching.submissions(connection, sight, judged_since=since):
        if row.state is SubmissionState.SUBMITTED:
            day = due_on(_day_of(row.submitted_at), pack.submission_days)
            late = day < on
            kind = WatchKind.SUBMISSION_OVERDUE if late else WatchKind.SUBMISSION_WAITING
        else:
            day, kind = _day_of(row.judged_at), _JUDGED[row.state]
        yield Watched(
            kind=kind,
            thing="submission",
            key=row.key,
            name=msgspec.json.decode(row.content, type=SubmissionDraft).name,
            due_on=day,
            days_left=(day - on).days,
            step=row.version,
            organisation=row.organisation,
            divisions=[row.division] if row.division else [],
        )


def _day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(CHINA).date()
