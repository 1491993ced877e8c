"""A bureau proves what a company stated of a product, or gives it back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from catalog.errors import SubmissionRefusedError
from catalog.models.account import Organisation
from catalog.permissions import Action, Actor
from catalog.repositories import submissions
from catalog.rules.terms import SubmissionState
from catalog.services.receiving.proved import Stated, receive_proved
from catalog.services.submissions.changing import faults_of, kept_text, locked, stepped
from catalog.views.submissions import SubmissionRow

LONGEST_REASON = 2000


def prove(
    session: Session, key: str, *, how: str, version: int, actor: Actor, now: dt.datetime
) -> SubmissionRow:
    """Bring a submitted product into the catalogue, as one that the bureau proved.

    ``how`` says by what the bureau proved it; it stays on record with the run of the ledger that
    brings the product. What another source said before of the certificate stands, and a
    contradiction is listed among the conflicts.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: It is not in the actor's division.
        ChangedMeanwhileError: It was changed since it was shown.
        SubmissionRefusedError: It was not handed in, something is missing, or no word says how.
    """
    states = frozenset({SubmissionState.SUBMITTED})
    row, before = locked(
        session, key, Action.PROVE_PRODUCTS, actor=actor, version=version, states=states
    )
    reason = _reason(how, "写明凭什么核实", "say by what it was proved")
    found = faults_of(session.connection(), before, now)
    if found:
        raise SubmissionRefusedError(reason_zh=found[0].zh, reason_en=found[0].en)
    owner = session.get_one(Organisation, row.organisation_id)
    company = submissions.company_of(session.connection(), owner.id)
    stated = Stated(
        key=row.key,
        version=row.version,
        company=company[0] if company else owner.name,
        credit_code=company[1] if company else owner.credit_code,
        division=before.division,
        is_synthetic=company[2] if company else False,
    )
    row.run_id, row.product_id, company_id = receive_proved(
        session, before.draft, stated, actor=actor, now=now
    )
    owner.company_id = owner.company_id or company_id
    row.state = SubmissionState.PROVED
    row.judged_at, row.judged_by, row.judged_reason = now, actor.name, reason
    return stepped(session, row, before, Action.PROVE_PRODUCTS, actor=actor, now=now, reason=reason)


def give_back(
    session: Session, key: str, *, why: str, version: int, actor: Actor, now: dt.datetime
) -> SubmissionRow:
    """Give a submission back to its company, which may mend it and hand it in again.

    Raises:
        SubmissionNotFoundError: There is none, or the actor may not know of it.
        PermissionDeniedError: It is not in the actor's division.
        ChangedMeanwhileError: It was changed since it was shown.
        SubmissionRefusedError: It was not handed in, or no reason is given.
    """
    states = frozenset({SubmissionState.SUBMITTED})
    row, before = locked(
        session, key, Action.PROVE_PRODUCTS, actor=actor, version=version, states=states
    )
    reason = _reason(why, "写明退回理由", "say why it is given back")
    row.state = SubmissionState.RETURNED
    row.judged_at, row.judged_by, row.judged_reason = now, actor.name, reason
    return stepped(session, row, before, Action.PROVE_PRODUCTS, actor=actor, now=now, reason=reason)


def _reason(text: str, zh: str, en: str) -> str:
    kept = kept_text(text, LONGEST_REASON)
    if not kept:
        raise SubmissionRefusedError(reason_zh=zh, reason_en=en)
    return kept
