"""A company states a product of its own, hands it in, or takes it back."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import PermissionDeniedError, SubmissionRefusedError
from catalog.models.account import Organisation
from catalog.models.evidence import Evidence
from catalog.models.submission import ProductSubmission
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.repositories import bulk, evidence, submissions
from catalog.rules.terms import SubmissionState
from catalog.services.submissions.changing import (
    as_json,
    faults_of,
    kept_text,
    locked,
    recorded,
    stepped,
)
from catalog.views.submissions import Fault, SubmissionDraft, SubmissionRow

LONGEST = 200
LONGEST_LINE = 500
LONGEST_TEXT = 2000
_LINES = ("model", "scope", "factory_address")
_EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})


def begin(
    session: Session, draft: SubmissionDraft, *, key: str, actor: Actor, now: dt.datetime
) -> SubmissionRow:
    """Keep what a company fills in about a product of its own; nobody else sees it yet.

    The same key again, of the same company, is the same submission, as it stands by then.

    Raises:
        PermissionDeniedError: The actor acts for no company that was proved.
        SubmissionRefusedError: A text is too long, or another company's submission has the key.
    """
    ensure(actor, Action.SUBMIT_PRODUCTS, Thing(organisation=actor.organisation))
    owner = session.scalar(select(Organisation).where(Organisation.key == actor.organisation))
    if owner is None:
        raise PermissionDeniedError(action=Action.SUBMIT_PRODUCTS.value)
    kept = _plain(draft)
    # Who looks before it is its turn does not see what the same form is just about to keep.
    bulk.take_turns(session)
    known = submissions.find(session.connection(), key, reader=actor.organisation)
    if known is not None and known.organisation == actor.organisation:
        return known
    if known is not None:
        raise SubmissionRefusedError(
            reason_zh="请打开一份新的表单", reason_en="open a new form, please"
        )
    session.add(
        ProductSubmission(
            key=key,
            organisation_id=owner.id,
            division_id=owner.division_id,
            state=SubmissionState.DRAFT,
            version=1,
            content=as_json(kept),
            evidence_id=None,
            begun_at=now,
        )
    )
    session.flush()
    return recorded(session, key, Action.SUBMIT_PRODUCTS, actor=actor, now=now, before=None)


def change(
    session: Session,
    key: str,
    draft: SubmissionDraft,
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
    scan: str | None = None,
) -> SubmissionRow:
    """Keep what was filled in; ``scan`` is the key of a kept file that takes the former's place.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to change.
        ChangedMeanwhileError: It was changed since it was shown.
        SubmissionRefusedError: It is with the bureau, or decided, or a text is too long.
    """
    row, before = locked(
        session, key, Action.SUBMIT_PRODUCTS, actor=actor, version=version, states=_EDITABLE
    )
    row.content = as_json(_plain(draft))
    if scan is not None:
        row.evidence_id = _file_of(session, scan, actor)
    return stepped(session, row, before, Action.SUBMIT_PRODUCTS, actor=actor, now=now)


def submit(
    session: Session,
    key: str,
    *,
    is_pledged: bool,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> SubmissionRow:
    """Hand a submission in to the bureau of the company's division.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to hand in.
        ChangedMeanwhileError: It was changed since it was shown.
        SubmissionRefusedError: Something is missing or wrong, or nobody pledged that it is true.
    """
    row, before = locked(
        session, key, Action.SUBMIT_PRODUCTS, actor=actor, version=version, states=_EDITABLE
    )
    found = faults_of(session.connection(), before, now)
    if not is_pledged:
        found.append(Fault("pledge", "承诺所填内容真实", "pledge that what is filled in is true"))
    if found:
        raise SubmissionRefusedError(
            reason_zh="；".join(each.zh for each in found),
            reason_en="; ".join(each.en for each in found),
        )
    sent = submissions.find(session.connection(), key, reader=None)
    row.state, row.submitted_at = SubmissionState.SUBMITTED, now
    row.judged_at = row.judged_by = row.judged_reason = None
    row.sent_content, row.sent_evidence_id = row.content, row.evidence_id
    _show_to_bureau(session, row)
    return stepped(session, row, sent or before, Action.SUBMIT_PRODUCTS, actor=actor, now=now)


def withdraw(
    session: Session, key: str, *, version: int, actor: Actor, now: dt.datetime
) -> SubmissionRow:
    """Take a submission back that no bureau proved; it stays on record.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: It is not the actor's to take back.
        ChangedMeanwhileError: It was changed since it was shown.
        SubmissionRefusedError: It is decided.
    """
    states = _EDITABLE | {SubmissionState.SUBMITTED}
    row, before = locked(
        session, key, Action.SUBMIT_PRODUCTS, actor=actor, version=version, states=states
    )
    row.state = SubmissionState.WITHDRAWN
    return stepped(session, row, before, Action.SUBMIT_PRODUCTS, actor=actor, now=now)


def _file_of(session: Session, key: str, actor: Actor) -> int:
    connection = session.connection()
    view = evidence.by_keys(connection, [key]).get(key)
    if view is None or not may(actor, Action.SEE_EVIDENCE, view.whose):
        raise SubmissionRefusedError(reason_zh="没有这个文件", reason_en="there is no such file")
    return evidence.ids_by_keys(connection, [key])[key]


def _show_to_bureau(session: Session, row: ProductSubmission) -> None:
    """Let the bureau open the scan too, which was the company's alone."""
    file = session.get(Evidence, row.evidence_id) if row.evidence_id else None
    if file is not None and file.organisation_id == row.organisation_id:
        file.division_id = row.division_id


def _plain(draft: SubmissionDraft) -> SubmissionDraft:
    said = {}
    for name, value in msgspec.structs.asdict(draft).items():
        longest = LONGEST_TEXT if name == "description" else LONGEST
        longest = LONGEST_LINE if name in _LINES else longest
        said[name] = kept_text(value, longest)
    return SubmissionDraft(**said)
