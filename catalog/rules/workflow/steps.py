"""The steps of a case: from which state to which, by whose right, past which guards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from catalog.rules.terms import AdoptionState, CaseState
from catalog.rules.workflow.guards import Guard


class Step(StrEnum):
    """What somebody does with a case."""

    OPEN = "open"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    ACCEPT = "accept"
    REFUSE = "refuse"
    SEND_BACK = "send-back"
    ANNOUNCE = "announce"
    OBJECT = "object"
    DISMISS = "dismiss"
    UPHOLD = "uphold"
    ADOPT = "adopt"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK_CORRECTION = "ask-correction"
    CORRECT = "correct"
    ACCEPT_CORRECTION = "accept-correction"
    START_REMOVAL = "start-removal"
    STOP_REMOVAL = "stop-removal"
    REMOVE = "remove"
    APPEAL = "appeal"
    GRANT_APPEAL = "grant-appeal"
    REJECT_APPEAL = "reject-appeal"
    LAPSE = "lapse"


class Right(StrEnum):
    """What a step asks of whoever takes it: an action of the table of permissions."""

    APPLY = "apply"
    REVIEW = "review-cases"
    REREVIEW = "rereview-cases"
    RECORD_OBJECTIONS = "record-objections"
    SUSPEND = "suspend-adoptions"
    REMOVE = "remove-adoptions"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A step that can be taken from some states.

    Where ``to`` names more than one state, ``target`` says which it is.
    """

    step: Step
    right: Right
    start: tuple[CaseState | None, ...]
    to: tuple[CaseState, ...]
    guards: tuple[Guard, ...] = ()


_S, _G = CaseState, Guard
_PAPERS = (_G.PROVED, _G.OWN_PRODUCT, _G.GOOD_PAPER, _G.COMPLETE, _G.PLEDGED)
_BEFORE_ADOPTION = (
    _S.DRAFT, _S.DIVISION_REVIEW, _S.RETURNED, _S.CORPS_REVIEW, _S.NOTICE, _S.OBJECTED,
)  # fmt: skip
_STANDING = (_S.ADOPTED, _S.SUSPENDED)


def _rule(
    step: Step,
    right: Right,
    start: Iterable[CaseState | None],
    to: Iterable[CaseState],
    *guards: Guard,
) -> Rule:
    return Rule(step=step, right=right, start=tuple(start), to=tuple(to), guards=guards)


RULES: tuple[Rule, ...] = (
    _rule(Step.OPEN, Right.APPLY, [None], [_S.DRAFT], _G.OWN_PRODUCT, _G.NO_OTHER_CASE),
    _rule(Step.SUBMIT, Right.APPLY, [_S.DRAFT, _S.RETURNED], [_S.DIVISION_REVIEW], *_PAPERS),
    _rule(Step.WITHDRAW, Right.APPLY, _BEFORE_ADOPTION, [_S.WITHDRAWN]),
    _rule(Step.RETURN, Right.REVIEW, [_S.DIVISION_REVIEW], [_S.RETURNED], _G.SAYS_WHAT_IS_MISSING),
    _rule(Step.ACCEPT, Right.REVIEW, [_S.DIVISION_REVIEW], [_S.CORPS_REVIEW], _G.GOOD_PAPER),
    _rule(Step.REFUSE, Right.REVIEW, [_S.DIVISION_REVIEW], [_S.REFUSED], _G.REASON),
    _rule(Step.LAPSE, Right.REVIEW, [_S.RETURNED], [_S.LAPSED], _G.OVERDUE),
    _rule(Step.SEND_BACK, Right.REREVIEW, [_S.CORPS_REVIEW], [_S.DIVISION_REVIEW], _G.REASON),
    _rule(Step.ANNOUNCE, Right.REREVIEW, [_S.CORPS_REVIEW], [_S.NOTICE],
          _G.GOOD_PAPER, _G.FOUR_EYES),
    _rule(Step.REFUSE, Right.REREVIEW, [_S.CORPS_REVIEW, _S.NOTICE], [_S.REFUSED], _G.REASON),
    _rule(Step.OBJECT, Right.RECORD_OBJECTIONS, [_S.NOTICE, _S.OBJECTED], [_S.OBJECTED],
          _G.OBJECTION, _G.NOTICE_RUNS),
    _rule(Step.DISMISS, Right.REREVIEW, [_S.OBJECTED], [_S.NOTICE, _S.OBJECTED],
          _G.REASON, _G.NAMES_OBJECTION),
    _rule(Step.UPHOLD, Right.REREVIEW, [_S.OBJECTED], [_S.REFUSED], _G.REASON, _G.NAMES_OBJECTION),
    _rule(Step.ADOPT, Right.REREVIEW, [_S.NOTICE], [_S.ADOPTED], _G.NOTICE_OVER, _G.GOOD_PAPER),
    _rule(Step.SUSPEND, Right.SUSPEND, [_S.ADOPTED], [_S.SUSPENDED], _G.REASON),
    _rule(Step.RESUME, Right.SUSPEND, [_S.SUSPENDED], [_S.ADOPTED], _G.REASON),
    _rule(Step.ASK_CORRECTION, Right.REMOVE, _STANDING, [_S.CORRECTION],
          _G.REASON, _G.GROUND_TO_CORRECT),
    _rule(Step.CORRECT, Right.APPLY, [_S.CORRECTION], [_S.CORRECTION], _G.REASON),
    _rule(Step.ACCEPT_CORRECTION, Right.REMOVE, [_S.CORRECTION], [_S.ADOPTED], _G.REASON),
    _rule(Step.START_REMOVAL, Right.REMOVE, _STANDING, [_S.REMOVAL_NOTICE],
          _G.REASON, _G.GROUND_WITHOUT_CORRECTION),
    _rule(Step.START_REMOVAL, Right.REMOVE, [_S.CORRECTION], [_S.REMOVAL_NOTICE],
          _G.REASON, _G.CORRECTION_OVER),
    _rule(Step.STOP_REMOVAL, Right.REMOVE, [_S.REMOVAL_NOTICE], [_S.ADOPTED], _G.REASON),
    _rule(Step.REMOVE, Right.REMOVE, [_S.REMOVAL_NOTICE], [_S.REMOVED], _G.NOTICE_OVER),
    _rule(Step.APPEAL, Right.APPLY, [_S.REFUSED, _S.REMOVED], [_S.APPEALED],
          _G.REASON, _G.APPEAL_IN_TIME, _G.FIRST_APPEAL, _G.NO_OTHER_CASE),
    _rule(Step.GRANT_APPEAL, Right.REREVIEW, [_S.APPEALED], [_S.DIVISION_REVIEW, _S.ADOPTED],
          _G.REASON, _G.ANOTHER_JUDGE),
    _rule(Step.REJECT_APPEAL, Right.REREVIEW, [_S.APPEALED], [_S.REFUSED, _S.REMOVED],
          _G.REASON, _G.ANOTHER_JUDGE),
    _rule(Step.LAPSE, Right.APPLY, _STANDING, [_S.LAPSED], _G.PAPERS_OVER),
    _rule(Step.LAPSE, Right.REREVIEW, _STANDING, [_S.LAPSED], _G.PAPERS_OVER),
)  # fmt: skip

ENDED = frozenset({_S.REFUSED, _S.REMOVED, _S.WITHDRAWN, _S.LAPSED})
"""The states in which a product has no open case: it may be applied for anew."""

DECISIONS_TO_APPEAL = frozenset({Step.REFUSE, Step.UPHOLD, Step.REMOVE})
"""The steps against which an appeal is made."""

EDITABLE = frozenset({_S.DRAFT, _S.RETURNED})
"""The states in which the applicant may change what was filled in."""

TAKES_PAPERS = EDITABLE | {_S.CORRECTION}
"""The states in which the applicant may hand papers in."""

ADOPTION_IN: Mapping[CaseState, AdoptionState] = {
    _S.ADOPTED: AdoptionState.ADOPTED,
    _S.SUSPENDED: AdoptionState.SUSPENDED,
    _S.REMOVED: AdoptionState.REMOVED,
    # An adoption whose papers ran out does not come back with them: it is applied for anew.
    _S.LAPSED: AdoptionState.REMOVED,
}
"""What a case that enters a state makes of its adoption; in all others it stays as it was."""


def rules_from(state: CaseState | None) -> list[Rule]:
    """Return every rule by which a case can leave the state."""
    return [rule for rule in RULES if state in rule.start]


def target(
    rule: Rule, *, has_other_objections: bool, appeals_against: CaseState | None
) -> CaseState:
    """Return the state that the step leads to.

    ``has_other_objections`` tells whether any stands beside the one that is judged;
    ``appeals_against`` is the state that an appeal was made from.
    """
    if rule.step is Step.DISMISS:
        return CaseState.OBJECTED if has_other_objections else CaseState.NOTICE
    was_removed = appeals_against is CaseState.REMOVED
    if rule.step is Step.GRANT_APPEAL:
        return CaseState.ADOPTED if was_removed else CaseState.DIVISION_REVIEW
    if rule.step is Step.REJECT_APPEAL:
        return CaseState.REMOVED if was_removed else CaseState.REFUSED
    return rule.to[0]
