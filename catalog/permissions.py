"""Who may do what, and to whose things: asked by services, whichever door the caller came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from catalog.errors import PermissionDeniedError


class Action(StrEnum):
    """Something that not everybody may do. Reading what is public needs no permission."""

    IMPORT = "import"
    UNDO_IMPORT = "undo-import"
    CALCULATE = "calculate"
    PUBLISH_RULES = "publish-rules"
    KEEP_SEARCHES = "keep-searches"
    LINK_EPDS = "link-epds"
    DECIDE_CONFLICTS = "decide-conflicts"
    CHOOSE_RULES = "choose-rules"
    PUBLISH_FIGURES = "publish-figures"
    SEE_CASES = "see-cases"
    APPLY = "apply"
    REVIEW_CASES = "review-cases"
    REREVIEW_CASES = "rereview-cases"
    RECORD_OBJECTIONS = "record-objections"
    SUSPEND_ADOPTIONS = "suspend-adoptions"
    REMOVE_ADOPTIONS = "remove-adoptions"
    KEEP_PANEL = "keep-panel"
    DRAW_EXPERTS = "draw-experts"
    UPLOAD_EVIDENCE = "upload-evidence"
    SEE_EVIDENCE = "see-evidence"
    PUBLISH_EVIDENCE = "publish-evidence"
    PUBLISH_EDITIONS = "publish-editions"
    SET_SCORE_POLICY = "set-score-policy"
    RECORD_INSPECTIONS = "record-inspections"
    SEE_FINDINGS = "see-findings"
    JUDGE_FINDINGS = "judge-findings"
    SIGN_RECORDS = "sign-records"
    READ_NOTICES = "read-notices"
    KEEP_WEBHOOKS = "keep-webhooks"
    SEND_NOTICES = "send-notices"
    READ_AUDIT = "read-audit"
    PROVE_ORGANISATIONS = "prove-organisations"
    KEEP_MEMBERS = "keep-members"
    KEEP_TOKENS = "keep-tokens"
    KEEP_ACCOUNTS = "keep-accounts"
    REGISTER = "register"
    KEEP_OWN_ACCOUNT = "keep-own-account"
    SEE_REPORTS = "see-reports"
    FILE_REPORT = "file-report"
    SIGN_REPORT = "sign-report"
    ACCEPT_REPORT = "accept-report"
    KEEP_TARGETS = "keep-targets"
    NAME_DEMONSTRATIONS = "name-demonstrations"
    SEE_SUBMISSIONS = "see-submissions"
    SUBMIT_PRODUCTS = "submit-products"
    PROVE_PRODUCTS = "prove-products"
    RUN_SYSTEM = "run-system"


class Role(StrEnum):
    """What an actor is; a visitor is known only by a secret that a browser keeps."""

    ANYONE = "anyone"
    VISITOR = "visitor"
    MANUFACTURER = "manufacturer"
    OWNER = "owner"
    CERTIFICATION_BODY = "certification-body"
    DIVISION_BUREAU = "division-bureau"
    CORPS_BUREAU = "corps-bureau"
    OPERATOR = "operator"


class Rank(IntEnum):
    """What a member may do in an organisation; each may also do what those before it may."""

    READER = 1
    CLERK = 2
    ADMINISTRATOR = 3


class Reach(StrEnum):
    """Whose things an action may touch."""

    OWN = "own"
    DIVISION = "division"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Whose a thing is: the key of the organisation it belongs to, and of its division.

    A thing that stands in nobody's division, or belongs to no organisation, is only in the reach
    of those who may touch all.
    """

    organisation: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks for something: a person at the shell, a member, a token, or anyone.

    ``account``, ``organisation`` and ``division`` are keys; ``scopes`` are the only actions that
    a token was made for, None for a person.
    """

    name: str
    role: Role
    account: str | None = None
    organisation: str | None = None
    division: str | None = None
    rank: Rank = Rank.ADMINISTRATOR
    scopes: frozenset[Action] | None = None


_FOR = " · "


def acting_for(person: str, organisation: str) -> str:
    """Return by what name the record knows a person who acts for an organisation."""
    return f"{person}{_FOR}{organisation}"


def office_of(name: str) -> str:
    """Return who did something as the public reads it: the organisation, and never the person.

    ``name`` is an actor's. Of a machine, or the operator at the shell, it is what kind it is.
    """
    _, is_member, organisation = name.rpartition(_FOR)
    return organisation if is_member else name.partition(":")[0]


ANYONE = Actor(name="anyone", role=Role.ANYONE)

_OWN, _DIVISION, _ALL = Reach.OWN, Reach.DIVISION, Reach.ALL
# What a person does as a person, whatever he or she may do for an organisation.
_ANYBODY: Mapping[Action, Reach] = {Action.REGISTER: _OWN, Action.KEEP_OWN_ACCOUNT: _OWN}
_MEMBER: Mapping[Action, Reach] = {
    **_ANYBODY,
    Action.KEEP_SEARCHES: _OWN,
    Action.UPLOAD_EVIDENCE: _OWN,
    Action.SEE_EVIDENCE: _OWN,
    Action.PUBLISH_EVIDENCE: _OWN,
    Action.READ_NOTICES: _OWN,
    Action.KEEP_WEBHOOKS: _OWN,
    Action.KEEP_MEMBERS: _OWN,
    Action.KEEP_TOKENS: _OWN,
}
_APPLICANT: Mapping[Action, Reach] = {**_MEMBER, Action.SEE_CASES: _OWN, Action.APPLY: _OWN}
_BUREAU: Mapping[Action, Reach] = {
    **_MEMBER,
    Action.SEE_CASES: _DIVISION,
    Action.REVIEW_CASES: _DIVISION,
    Action.RECORD_OBJECTIONS: _DIVISION,
    Action.RECORD_INSPECTIONS: _DIVISION,
    Action.SEE_EVIDENCE: _DIVISION,
    Action.PUBLISH_EVIDENCE: _DIVISION,
    Action.SEE_FINDINGS: _DIVISION,
    Action.JUDGE_FINDINGS: _DIVISION,
    Action.PROVE_ORGANISATIONS: _DIVISION,
    Action.SEE_SUBMISSIONS: _DIVISION,
    Action.PROVE_PRODUCTS: _DIVISION,
    Action.READ_AUDIT: _DIVISION,
    Action.SEE_REPORTS: _DIVISION,
    Action.FILE_REPORT: _DIVISION,
    Action.SIGN_REPORT: _DIVISION,
    Action.KEEP_TARGETS: _DIVISION,
}
# Those who run the machine decide no case and publish no list: that is the bureaus' office.
_NOT_THE_OPERATORS = frozenset(
    {
        Action.APPLY,
        Action.REVIEW_CASES,
        Action.REREVIEW_CASES,
        Action.RECORD_OBJECTIONS,
        Action.SUSPEND_ADOPTIONS,
        Action.REMOVE_ADOPTIONS,
        Action.DRAW_EXPERTS,
        Action.PUBLISH_EVIDENCE,
        Action.PUBLISH_EDITIONS,
        Action.JUDGE_FINDINGS,
        Action.SUBMIT_PRODUCTS,
        Action.PROVE_PRODUCTS,
        Action.SEE_REPORTS,
        Action.FILE_REPORT,
        Action.SIGN_REPORT,
        Action.ACCEPT_REPORT,
        Action.KEEP_TARGETS,
        Action.NAME_DEMONSTRATIONS,
    }
)
# A first review is the division's; the Corps supervises it and does not do it.
_NOT_THE_CORPS = frozenset(
    {
        Action.APPLY,
        Action.REVIEW_CASES,
        Action.KEEP_ACCOUNTS,
        Action.SUBMIT_PRODUCTS,
        Action.RUN_SYSTEM,
    }
)

PERMISSIONS: Mapping[Role, Mapping[Action, Reach]] = {
    Role.ANYONE: _ANYBODY,
    Role.VISITOR: {**_ANYBODY, Action.KEEP_SEARCHES: _OWN},
    Role.MANUFACTURER: {
        **_APPLICANT,
        Action.SEE_SUBMISSIONS: _OWN,
        Action.SUBMIT_PRODUCTS: _OWN,
    },
    Role.OWNER: {
        **_MEMBER,
        Action.SET_SCORE_POLICY: _OWN,
        Action.IMPORT: _OWN,
        Action.UNDO_IMPORT: _OWN,
        Action.CALCULATE: _OWN,
    },
    Role.CERTIFICATION_BODY: _APPLICANT,
    Role.DIVISION_BUREAU: _BUREAU,
    Role.CORPS_BUREAU: dict.fromkeys((a for a in Action if a not in _NOT_THE_CORPS), _ALL),
    Role.OPERATOR: dict.fromkeys((a for a in Action if a not in _NOT_THE_OPERATORS), _ALL),
}
"""Of every role: the actions that it may do, and whose things each may touch."""

_READING = frozenset(
    {
        Action.SEE_CASES,
        Action.SEE_EVIDENCE,
        Action.SEE_FINDINGS,
        Action.READ_AUDIT,
        Action.SEE_REPORTS,
        Action.READ_NOTICES,
        Action.KEEP_SEARCHES,
        Action.REGISTER,
        Action.KEEP_OWN_ACCOUNT,
        Action.SEE_SUBMISSIONS,
    }
)
_ADMINISTERING = frozenset(
    {Action.KEEP_MEMBERS, Action.KEEP_TOKENS, Action.KEEP_WEBHOOKS, Action.SIGN_REPORT}
)
# A program makes no other programs, lets nobody in, changes nobody's password, and signs nothing.
_FOR_PEOPLE = frozenset(
    {
        Action.KEEP_MEMBERS,
        Action.KEEP_TOKENS,
        Action.KEEP_ACCOUNTS,
        Action.REGISTER,
        Action.KEEP_OWN_ACCOUNT,
        Action.SIGN_REPORT,
    }
)


def needed_rank(action: Action) -> Rank:
    """Return the lowest rank at which a member may do it."""
    if action in _READING:
        return Rank.READER
    return Rank.ADMINISTRATOR if action in _ADMINISTERING else Rank.CLERK


def reach_of(actor: Actor, action: Action) -> Reach | None:
    """Return whose things the actor may do this to; None for nobody's."""
    if actor.scopes is not None and (action not in actor.scopes or action in _FOR_PEOPLE):
        return None
    if actor.rank < needed_rank(action):
        return None
    return PERMISSIONS[actor.role].get(action)


def grantable(actor: Actor) -> list[Action]:
    """Return the actions that the actor may make a token for: its own, but not those of people."""
    return [a for a in Action if a not in _FOR_PEOPLE and reach_of(actor, a) is not None]


def may(actor: Actor, action: Action, thing: Thing | None = None) -> bool:
    """Tell whether the actor may do it: at all where no thing is named, else to this thing."""
    reach = reach_of(actor, action)
    if reach is None:
        return False
    if thing is None or reach is Reach.ALL:
        return True
    is_own = thing.organisation is not None and thing.organisation == actor.organisation
    if reach is Reach.OWN:
        return is_own
    return is_own or (thing.division is not None and thing.division == actor.division)


def ensure(actor: Actor, action: Action, thing: Thing | None = None) -> None:
    """Let the actor pass.

    Where the very existence of a thing is private, services first ask ``may`` whether the actor
    may see it, and answer as if it were not there.

    Raises:
        PermissionDeniedError: The actor may not do this, or not to this thing.
    """
    if not may(actor, action, thing):
        raise PermissionDeniedError(action=action.value)
