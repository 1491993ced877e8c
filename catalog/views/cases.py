"""What is shown of a case: where it stands, what is asked, and every step that was taken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from catalog.rules.terms import CaseState, Route
from catalog.rules.validity import Validity
from catalog.rules.workflow.steps import Step


class CaseStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case stands after a step or a change; ``version`` goes with the next one."""

    number: str
    state: CaseState
    version: int


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list. ``is_overdue`` tells whether the day it was due on is over."""

    number: str
    route: Route
    state: CaseState
    version: int
    product: str
    product_name: str
    model: str | None
    category: str
    company: str
    company_name: str
    organisation: str
    organisation_name: str
    division: str
    certificate: str | None
    certificate_number: str | None
    report_issued_on: dt.date | None
    opened_at: dt.datetime
    submitted_at: dt.datetime | None
    due_on: dt.date | None
    is_overdue: bool
    ended_at: dt.datetime | None
    is_synthetic: bool


class CasePage(msgspec.Struct, frozen=True):
    """One page of cases, and how many there are in all."""

    items: list[CaseRow]
    limit: int
    offset: int
    total: int


class CaseDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What the applicant fills in beside the papers."""

    contact: str = ""
    telephone: str = ""
    product_standard: str = ""
    laboratory: str = ""
    introduction: str = ""


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken. ``detail`` is what belongs to it, such as what was missing."""

    sequence: int
    step: Step
    from_state: CaseState | None
    to_state: CaseState
    actor: str
    acts_for: str | None
    role: str
    reason: str | None
    detail: dict[str, Any]
    taken_at: dt.datetime


class CaseEvidenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a case; ``sequence`` is the step that it was handed in with, if any."""

    id: int
    evidence: str
    name: str
    media_type: str
    size: int
    sha256: str
    kind: str
    dated_on: dt.date | None
    added_at: dt.datetime
    removed_at: dt.datetime | None
    sequence: int | None


class ObjectionView(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as bureaus see it; who a person is stays sealed."""

    key: str
    is_unit: bool
    name: str
    text: str
    received_at: dt.datetime
    recorded_by: str
    judged_at: dt.datetime | None
    judged_by: str | None
    is_upheld: bool | None
    answer: str | None


class DemandView(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file that is asked for, and whether it is there and young enough."""

    kind: str
    name_zh: str
    name_en: str
    required: bool
    clause: str
    has_age_limit: bool
    is_there: bool
    is_too_old: bool


class HindranceView(msgspec.Struct, frozen=True):
    """Why a step cannot be taken now, in both languages."""

    guard: str
    zh: str
    en: str


class PossibleStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that whoever asks may take here, and what stands in its way beside the form."""

    step: Step
    hindrances: list[HindranceView]


class GroundView(msgspec.Struct, frozen=True, kw_only=True):
    """A ground of removal of the case's rules."""

    key: str
    name_zh: str
    name_en: str
    correction: bool
    clause: str


class CaseDetail(CaseRow, frozen=True, kw_only=True):
    """A case with everything that whoever asks may see of it.

    ``paper`` is what the certificate is on the day, or a report was when it was handed in.
    ``is_due_certain`` is false where the holidays up to ``due_on`` are not arranged yet.
    ``objections`` are shown to bureaus only.
    """

    pack: str | None
    on: dt.date
    paper: Validity
    draft: CaseDraft
    pledge_zh: str
    pledge_en: str
    is_editable: bool
    is_due_certain: bool
    appeal_until: dt.date | None
    demands: list[DemandView]
    evidence: list[CaseEvidenceView]
    steps: list[StepView]
    objections: list[ObjectionView]
    possible: list[PossibleStep]
    grounds: list[GroundView]


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A public notice: a product that is to be adopted, or removed on a ground."""

    number: str
    is_removal: bool
    ground_zh: str | None
    ground_en: str | None
    product: str
    product_name: str
    model: str | None
    category: str
    company: str
    company_name: str
    division: str
    route: Route
    certificate: str | None
    certificate_number: str | None
    first_on: dt.date
    until: dt.date
    is_until_certain: bool
    is_objected: bool
    is_synthetic: bool


class IdentityView(msgspec.Struct, frozen=True, kw_only=True):
    """Who objected, unsealed for those who decide."""

    credit_code: str | None = None
    identity_number: str | None = None
    telephone: str | None = None


class CaseTotals(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases stand in each state, and how many of those are overdue."""

    state: CaseState
    cases: int
    overdue: int


class Candidate(msgspec.Struct, frozen=True):
    """A product that could be applied for, its certificate if it has one, and its maker."""

    product: str
    certificate: str | None
    company: str
    company_name: str
    credit_code: str
    division: str


class ApplicableProduct(msgspec.Struct, frozen=True):
    """A product of an organisation, and the number of its open case if it has one."""

    key: str
    name: str
    model: str | None
    case: str | None
