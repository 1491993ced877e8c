"""Change a submission: lock it, see whose it is, put every change on record."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import SubmissionNotFoundError, SubmissionRefusedError
from catalog.models.submission import ProductSubmission
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import reference, submissions
from catalog.rules.periods import CHINA
from catalog.rules.submitting import faults
from catalog.rules.terms import SubmissionState
from catalog.services import audit, watching
from catalog.services.submissions.clocks import with_clock
from catalog.views.submissions import Fault, SubmissionDraft, SubmissionRow


def whose(row: SubmissionRow) -> Thing:
    """Return whose a submission is."""
    return Thing(organisation=row.organisation, division=row.division)


def seen(connection: Connection, key: str, actor: Actor) -> SubmissionRow:
    """Return a submission that the actor may know of, as it may read it.

    Its company reads what it fills in; everybody else reads what it handed in last.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
    """
    found = submissions.find(connection, key, reader=actor.organisation)
    if found is None or not may(actor, Action.SEE_SUBMISSIONS, whose(found)):
        raise SubmissionNotFoundError(key=key)
    # What a company has not handed in is nobody else's to read.
    if found.submitted_at is None and found.organisation != actor.organisation:
        raise SubmissionNotFoundError(key=key)
    return found


def locked(
    session: Session,
    key: str,
    action: Action,
    *,
    actor: Actor,
    version: int,
    states: frozenset[SubmissionState],
) -> tuple[ProductSubmission, SubmissionRow]:
    """Return a submission that nobody else can change until this transaction ends.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: The actor may not do this to it.
        SubmissionRefusedError: It stands in none of the states.
        ChangedMeanwhileError: It was changed since version ``version`` was shown.
    """
    row = session.scalar(
        select(ProductSubmission)
        .where(ProductSubmission.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    before = seen(session.connection(), key, actor)
    ensure(actor, action, whose(before))
    if row is None or row.state not in states:
        raise SubmissionRefusedError(
            reason_zh="它现在不在这一步，请看它的状态",
            reason_en="it doesn't stand at that step now; look at its state",
        )
    if row.version != version:
        raise audit.changed_meanwhile(
            session.connection(), thing="submission", key=key, shown=version
        )
    return row, before


def stepped(
    session: Session,
    row: ProductSubmission,
    before: SubmissionRow,
    action: Action,
    *,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
) -> SubmissionRow:
    """Count a change, and put it on record with what was before."""
    row.version += 1
    session.flush()
    return recorded(session, row.key, action, actor=actor, now=now, before=before, reason=reason)


def recorded(
    session: Session,
    key: str,
    action: Action,
    *,
    actor: Actor,
    now: dt.datetime,
    before: SubmissionRow | None,
    reason: str | None = None,
) -> SubmissionRow:
    """Put on record how a submission stands now, and what of it was otherwise.

    Bureaus read the record: of what is not handed in it has the names of the fields alone, and
    none of it is theirs before it was handed in for the first time.
    """
    after = seen(session.connection(), key, actor)
    said = _facts(after)
    earlier = _facts(before) if before else {}
    changed = [name for name, value in said.items() if earlier.get(name) != value]
    filled_in = []
    if after.state is not SubmissionState.SUBMITTED:
        filled_in = [name for name in changed if name in SubmissionDraft.__struct_fields__]
        changed = [name for name in changed if name not in filled_in]
    told: dict[str, object] = {name: said[name] for name in changed}
    if filled_in:
        told["filled_in"] = filled_in
    audit.record(
        session,
        actor,
        action=action,
        thing="submission",
        key=key,
        now=now,
        reason=reason,
        before={name: earlier[name] for name in changed} if before else None,
        after=told,
        whose=whose(after) if after.submitted_at else Thing(organisation=after.organisation),
    )
    pack = watching.pack_of(session.connection(), now.astimezone(CHINA).date())
    return with_clock(after, pack)


def faults_of(connection: Connection, row: SubmissionRow, now: dt.datetime) -> list[Fault]:
    """Return what keeps a submission from being handed in."""
    found = faults(
        msgspec.structs.asdict(row.draft),
        categories={each.key for each in reference.categories(connection)},
        has_scan=row.evidence is not None,
        today=now.astimezone(CHINA).date(),
    )
    return [Fault(*each) for each in found]


def kept_text(text: str, longest: int) -> str:
    """Return a text without blanks at its ends.

    Raises:
        SubmissionRefusedError: It is too long, or holds a NUL.
    """
    stripped = text.strip()
    if len(stripped) > longest or "\x00" in stripped:
        raise SubmissionRefusedError(
            reason_zh=f"文字最多 {longest} 个字符，且不能含有控制字符",
            reason_en=f"a text has at most {longest} characters and no control characters",
        )
    return stripped


def _facts(row: SubmissionRow) -> dict[str, str | int | None]:
    stated = {name: value or None for name, value in msgspec.structs.asdict(row.draft).items()}
    return {
        **stated,
        "state": row.state.value,
        "scan": row.evidence,
        "product": row.product,
        "run": row.run,
        "version": row.version,
    }


def as_json(value: object) -> str:
    """Return a value as JSON text."""
    return msgspec.json.encode(value).decode()
