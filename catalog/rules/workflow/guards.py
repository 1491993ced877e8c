"""What stands in the way of a step, each in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

import msgspec

from catalog.rules.admission import Ground
from catalog.rules.validity import Validity


class Guard(StrEnum):
    """A condition of a step."""

    REASON = "reason"
    PROVED = "proved"
    OWN_PRODUCT = "own-product"
    NO_OTHER_CASE = "no-other-case"
    GOOD_PAPER = "good-paper"
    COMPLETE = "complete"
    PLEDGED = "pledged"
    SAYS_WHAT_IS_MISSING = "says-what-is-missing"
    OVERDUE = "overdue"
    FOUR_EYES = "four-eyes"
    ANOTHER_JUDGE = "another-judge"
    OBJECTION = "objection"
    NAMES_OBJECTION = "names-objection"
    NOTICE_RUNS = "notice-runs"
    NOTICE_OVER = "notice-over"
    GROUND_TO_CORRECT = "ground-to-correct"
    GROUND_WITHOUT_CORRECTION = "ground-without-correction"
    CORRECTION_OVER = "correction-over"
    PAPERS_OVER = "papers-over"
    APPEAL_IN_TIME = "appeal-in-time"
    FIRST_APPEAL = "first-appeal"


OF_THE_FORM = frozenset(
    {
        Guard.REASON,
        Guard.PLEDGED,
        Guard.SAYS_WHAT_IS_MISSING,
        Guard.OBJECTION,
        Guard.NAMES_OBJECTION,
        Guard.GROUND_TO_CORRECT,
        Guard.GROUND_WITHOUT_CORRECTION,
    }
)
"""What whoever takes the step fills in: it stands in nobody's way before they have."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that guards look at: the case on the day, who acts, and what they filled in.

    ``paper`` is what the certificate is today, or a report was when it was handed in.
    ``missing_evidence`` and ``aged_evidence`` name the kinds that are not there, or too old.
    ``until`` is the last day of the notice, or the day by which whoever has the case must act.
    ``reviewer`` accepted it for the division, ``judge`` made the decision appealed against.
    """

    today: dt.date
    who: str
    is_proved: bool = False
    is_own_product: bool = False
    has_other_case: bool = False
    paper: Validity = Validity.UNKNOWN
    missing_evidence: tuple[str, ...] = ()
    aged_evidence: tuple[str, ...] = ()
    until: dt.date | None = None
    reviewer: str | None = None
    judge: str | None = None
    has_corrected: bool = False
    appeal_until: dt.date | None = None
    has_appealed: bool = False
    standing_objections: tuple[str, ...] = ()
    reason: str = ""
    is_pledged: bool = False
    missing: tuple[str, ...] = ()
    has_objection: bool = False
    objection: str | None = None
    ground: Ground | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Why a step cannot be taken now."""

    guard: Guard
    zh: str
    en: str


def _is_overdue(facts: Facts) -> bool:
    return facts.until is not None and facts.today > facts.until


_HOLDS: Mapping[Guard, Callable[[Facts], bool]] = {
    Guard.REASON: lambda facts: bool(facts.reason),
    Guard.PROVED: lambda facts: facts.is_proved,
    Guard.OWN_PRODUCT: lambda facts: facts.is_own_product,
    Guard.NO_OTHER_CASE: lambda facts: not facts.has_other_case,
    Guard.GOOD_PAPER: lambda facts: facts.paper is Validity.VALID,
    Guard.COMPLETE: lambda facts: not facts.missing_evidence and not facts.aged_evidence,
    Guard.PLEDGED: lambda facts: facts.is_pledged,
    Guard.SAYS_WHAT_IS_MISSING: lambda facts: bool(facts.missing),
    Guard.OVERDUE: _is_overdue,
    Guard.FOUR_EYES: lambda facts: facts.reviewer != facts.who,
    Guard.ANOTHER_JUDGE: lambda facts: facts.judge != facts.who,
    Guard.OBJECTION: lambda facts: facts.has_objection,
    Guard.NAMES_OBJECTION: lambda facts: facts.objection in facts.standing_objections,
    Guard.NOTICE_RUNS: lambda facts: facts.until is not None and not _is_overdue(facts),
    Guard.NOTICE_OVER: _is_overdue,
    Guard.GROUND_TO_CORRECT: lambda facts: facts.ground is not None and facts.ground.correction,
    Guard.GROUND_WITHOUT_CORRECTION: (
        lambda facts: facts.ground is not None and not facts.ground.correction
    ),
    Guard.CORRECTION_OVER: lambda facts: facts.has_corrected or _is_overdue(facts),
    Guard.PAPERS_OVER: (
        lambda facts: facts.paper in (Validity.EXPIRED, Validity.REVOKED, Validity.CANCELLED)
    ),
    Guard.APPEAL_IN_TIME: (
        lambda facts: facts.appeal_until is not None and facts.today <= facts.appeal_until
    ),
    Guard.FIRST_APPEAL: lambda facts: not facts.has_appealed,
}

_SAYS: Mapping[Guard, tuple[str, str]] = {
    Guard.REASON: ("请说明理由", "give a reason"),
    Guard.PROVED: ("单位身份尚未经主管部门核实", "a bureau has not proved who the organisation is"),
    Guard.OWN_PRODUCT: (
        "只能为本单位的产品申请（认证机构只能为本机构认证的产品申请）",
        "an organisation applies for its own products, a body for those that it certified",
    ),
    Guard.NO_OTHER_CASE: ("该产品已有办理中或在库的申请", "the product has an open case already"),
    Guard.GOOD_PAPER: (
        "所依据的证书今天不在有效状态，或尚未选定",
        "the certificate is not valid today, or none was chosen",
    ),
    Guard.COMPLETE: ("材料不齐或已超过年限", "papers are missing, or too old"),
    Guard.PLEDGED: ("请先作出真实性承诺", "pledge that everything is true"),
    Guard.SAYS_WHAT_IS_MISSING: ("请列明需要补正的内容", "list what is missing"),
    Guard.OVERDUE: ("期限尚未届满", "the time is not over yet"),
    Guard.FOUR_EYES: (
        "初审人不能复核同一申请",
        "whoever reviewed it for the division cannot review it again",
    ),
    Guard.ANOTHER_JUDGE: (
        "作出原决定的人不能裁定对它的申诉",
        "whoever made the decision cannot judge the appeal against it",
    ),
    Guard.OBJECTION: (
        "请写明异议内容和异议人的真实身份",
        "say what is objected to, and who objects",
    ),
    Guard.NAMES_OBJECTION: (
        "请指明一条尚未裁定的异议",
        "name an objection that has not been judged",
    ),
    Guard.NOTICE_RUNS: ("公示期已过，不再受理异议", "the notice is over"),
    Guard.NOTICE_OVER: ("公示期尚未届满", "the notice is not over yet"),
    Guard.GROUND_TO_CORRECT: (
        "请从规则所列、须先整改的清出事由中选择",
        "choose a ground of the rules that asks for correction first",
    ),
    Guard.GROUND_WITHOUT_CORRECTION: (
        "请从规则所列、不须先整改的清出事由中选择；其他事由须先责令整改",
        "choose a ground that needs no correction; any other asks for correction first",
    ),
    Guard.CORRECTION_OVER: (
        "整改期限未到，企业也尚未报告整改",
        "the time for correction is not over, and no correction was reported",
    ),
    Guard.PAPERS_OVER: (
        "采信所依据的证书或报告尚未失效",
        "the papers that the adoption stands on have not run out",
    ),
    Guard.APPEAL_IN_TIME: ("申诉期限已过", "the time for an appeal is over"),
    Guard.FIRST_APPEAL: ("对同一决定只能申诉一次", "a decision can be appealed against once"),
}


def refusals(guards: Iterable[Guard], facts: Facts, *, before_form: bool = False) -> list[Refusal]:
    """Return what stands in the way, nothing if the step may be taken.

    ``before_form`` leaves out what whoever takes the step has yet to fill in.
    """
    return [
        Refusal(guard, *_SAYS[guard])
        for guard in guards
        if not (before_form and guard in OF_THE_FORM) and not _HOLDS[guard](facts)
    ]
