"""What follows from a step beside the case: its files, objections, and the adoption."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import CaseRefusedError
from catalog.models.adoption import (
    Adoption,
    AdoptionStatus,
    Case,
    CaseEvidence,
    CaseStep,
    Objection,
)
from catalog.models.evidence import Evidence
from catalog.models.outbox import OutboxEntry
from catalog.models.project import Building
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Action, Actor, Thing, may
from catalog.repositories import bulk
from catalog.rules.terms import AdoptionState
from catalog.rules.workflow.clocks import end_of
from catalog.rules.workflow.steps import ADOPTION_IN, Step
from catalog.services.cases.forms import StepForm
from catalog.services.cases.standing import Stand, organisation_and_division

_ADOPTION = bulk.table_of(Adoption)
_STATUS = bulk.table_of(AdoptionStatus)
WITH_A_STEP = "with-step"


def follow(
    session: Session,
    case: Case,
    step: CaseStep,
    stand: Stand,
    form: StepForm,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Write what follows from a step that was just taken.

    Raises:
        CaseRefusedError: A file that was named is not there, or not for the actor to use.
    """
    for key in form.evidence:
        _add_evidence(session, case, step, key, actor=actor, now=now)
    if step.step == Step.OBJECT.value:
        _add_objection(session, case, form, step.sequence, actor=actor, now=now)
    if step.step in (Step.DISMISS.value, Step.UPHOLD.value):
        _judge_objection(session, case, step, form, actor=actor, now=now)
    wanted = ADOPTION_IN.get(case.state)
    if wanted is not None:
        _follow_in_adoption(session, case, step, stand, wanted, now=now)


def evidence_for(session: Session, key: str, actor: Actor) -> int:
    """Return the id of a file that the actor may use.

    Raises:
        CaseRefusedError: There is none for them.
    """
    found = session.scalar(select(Evidence).where(Evidence.key == key))
    if found is not None:
        organisation, division = organisation_and_division(
            session.connection(), found.organisation_id, found.division_id
        )
        thing = Thing(organisation=organisation, division=division)
        if may(actor, Action.SEE_EVIDENCE, thing):
            return found.id
    raise CaseRefusedError(
        reason_zh=f"没有编号为“{key}”的文件", reason_en=f"there is no file “{key}”"
    )


def _add_evidence(
    session: Session, case: Case, step: CaseStep, key: str, *, actor: Actor, now: dt.datetime
) -> None:
    session.add(
        CaseEvidence(
            case_id=case.id,
            evidence_id=evidence_for(session, key, actor),
            step_id=step.id,
            kind=WITH_A_STEP,
            dated_on=None,
            added_at=now,
        )
    )
    session.flush()


def _add_objection(
    session: Session,
    case: Case,
    form: StepForm,
    sequence: int,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    said = form.new_objection
    assert said is not None  # noqa: S101  The guard let nobody pass without one.
    session.add(
        Objection(
            # Guessing one helps nobody: it is only ever asked for together with its case.
            key=hashlib.sha256(f"{case.key}:{sequence}".encode()).hexdigest()[:16],
            case_id=case.id,
            is_unit=said.is_unit,
            name=said.name,
            identity=said.identity,
            text=said.text,
            received_at=now,
            recorded_by=actor.name,
        )
    )
    session.flush()


def _judge_objection(
    session: Session,
    case: Case,
    step: CaseStep,
    form: StepForm,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    objection = session.scalar(
        select(Objection).where(Objection.case_id == case.id, Objection.key == form.objection)
    )
    assert objection is not None  # noqa: S101  The guard let nobody pass without one.
    objection.judged_at, objection.judged_by = now, actor.name
    objection.is_upheld = step.step == Step.UPHOLD.value
    objection.answer = form.reason
    session.flush()


def _follow_in_adoption(
    session: Session,
    case: Case,
    step: CaseStep,
    stand: Stand,
    wanted: AdoptionState,
    *,
    now: dt.datetime,
) -> None:
    adoption_id = session.scalar(select(Adoption.id).where(Adoption.case_id == case.id))
    if adoption_id is None:
        if wanted is not AdoptionState.ADOPTED:
            return
        adoption_id = _adopt(session, case, stand, now=now)
    rows = bulk.rows_where_in(session, _STATUS, "adoption_id", [adoption_id], current=True)
    latest = max(rows, key=lambda row: (row["from_on"], row["id"]), default=None)
    if latest is not None and latest["state"] == wanted:
        return
    # A day has one state, the last that was decided on it.
    replaced = [row for row in rows if row["from_on"] >= stand.today]
    bulk.update_by_id(
        session, _STATUS, [{"id": row["id"], "superseded_at": now} for row in replaced]
    )
    detail = msgspec.json.decode(step.detail)
    bulk.insert_mappings(
        session,
        _STATUS,
        [
            {
                "adoption_id": adoption_id,
                "state": wanted,
                "from_on": stand.today,
                "ground": detail.get("ground"),
                "reason": step.reason,
                "step_id": step.id,
                "recorded_at": now,
                "run_id": None,
                "superseded_at": None,
                "superseded_run_id": None,
            }
        ],
    )
    _note_stale(session, case.product_id, now)


def _adopt(session: Session, case: Case, stand: Stand, *, now: dt.datetime) -> int:
    validity = stand.pack.by_route[case.route].validity
    (adoption_id,) = bulk.insert_mappings(
        session,
        _ADOPTION,
        [
            {
                "key": case.key,
                "case_id": case.id,
                "product_id": case.product_id,
                "division_id": case.division_id,
                "route": case.route,
                "certificate_id": case.certificate_id,
                "report_issued_on": case.report_issued_on,
                "adopted_on": stand.today,
                "valid_to": None if validity is None else end_of(validity, stand.today),
                "is_synthetic": case.is_synthetic,
                "recorded_at": now,
            }
        ],
    )
    return adoption_id


def _note_stale(session: Session, product_id: int, now: dt.datetime) -> None:
    """Let search and the figures learn of it: the document, and the buildings with the product."""
    # The database numbers these rows: their numbers must never come back.
    bulk.insert_rows(
        session, bulk.table_of(OutboxEntry), ["product_id", "recorded_at"], [(product_id, now)]
    )
    buildings = {
        row["building_id"]
        for model in (BillLine, Delivery)
        for row in bulk.rows_where_in(
            session, bulk.table_of(model), "product_id", [product_id], current=True
        )
    }
    rows = [{"id": i, "stale_since": now} for i in sorted(buildings)]
    bulk.update_by_id(session, bulk.table_of(Building), rows)
