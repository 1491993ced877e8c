"""Organisations register, and bureaus prove that they are who they say they are."""

from __future__ import annotations

import datetime as dt
import unicodedata

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import (
    OrganisationNotFoundError,
    RegistrationJudgedError,
    RegistrationRefusedError,
)
from catalog.models.account import Account, Membership, Organisation
from catalog.permissions import Action, Actor, Rank, Role, Thing, ensure, may
from catalog.repositories import accounts, organisations
from catalog.rules.keys import normal_name
from catalog.rules.lookalikes import folded_name
from catalog.rules.numbers import CreditCodeProblem, credit_code_problem, normal_credit_code
from catalog.rules.terms import OrganisationState
from catalog.services import audit
from catalog.views.accounts import OrganisationPage, OrganisationView, Registration

LONGEST_NAME = 120
"""What a record's “who” can hold together with a person's name."""
LONGEST_REASON = 2000
_LONGEST_FOLDED = 200
REGISTERING = (Role.MANUFACTURER, Role.OWNER, Role.CERTIFICATION_BODY)
"""As what an organisation may register; the others are made by those who run the machine."""
_CODE_PROBLEMS = {
    CreditCodeProblem.LENGTH: (
        "统一社会信用代码应有 18 位",
        "a unified social credit code has 18 characters",
    ),
    CreditCodeProblem.CHARACTERS: (
        "统一社会信用代码里有不允许的字符",
        "there are characters in the unified social credit code that none has",
    ),
    CreditCodeProblem.CHECK_CHARACTER: (
        "统一社会信用代码的校验位不对，请逐位核对",
        "the check character of the unified social credit code is wrong: compare it digit by digit",
    ),
}


class NewOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as it names itself; ``division`` is a key, None outside all divisions."""

    role: Role
    name: str
    credit_code: str | None = None
    division: str | None = None


class _Checked(msgspec.Struct, frozen=True):
    """An organisation whose name and code may stand."""

    name: str
    name_folded: str
    credit_code: str | None
    division_id: int | None


def one_line(text: str) -> str:
    """Return what a person typed as one line that can be printed."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def register(
    session: Session,
    new: NewOrganisation,
    *,
    key: str,
    account: Account,
    actor: Actor,
    now: dt.datetime,
) -> OrganisationView:
    """Let an organisation register; its bureau has yet to prove it, and the account keeps it.

    Raises:
        RegistrationRefusedError: The name or the code is wrong, or somebody else's.
        DivisionNotFoundError: There is no such division.
    """
    ensure(actor, Action.REGISTER)
    _ensure_registers(new)
    organisation = _add(session, new, key=key, state=OrganisationState.PENDING, now=now)
    joined = Membership(
        account_id=account.id, organisation_id=organisation.id, rank=Rank.ADMINISTRATOR, since=now
    )
    session.add(joined)
    session.flush()
    return _recorded(session, organisation, Action.REGISTER, actor, before=None, now=now)


def register_own(
    session: Session, new: NewOrganisation, *, key: str, actor: Actor, now: dt.datetime
) -> OrganisationView:
    """Let somebody who has an account register an organisation, as ``register`` does."""
    account = accounts.get_account(session, actor.account or "")
    return register(session, new, key=key, account=account, actor=actor, now=now)


def check(session: Session, new: NewOrganisation) -> None:
    """Refuse what ``register`` would refuse, and keep nothing.

    Raises:
        RegistrationRefusedError: The name or the code is wrong, or somebody else's.
        DivisionNotFoundError: There is no such division.
    """
    _ensure_registers(new)
    _checked(session, new)


def make_organisation(
    session: Session, new: NewOrganisation, *, key: str, actor: Actor, now: dt.datetime
) -> OrganisationView:
    """Make an organisation that needs no proof, such as a bureau.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        RegistrationRefusedError: The name or the code is wrong, or somebody else's.
        DivisionNotFoundError: There is no such division.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    if new.role is Role.DIVISION_BUREAU and new.division is None:
        raise RegistrationRefusedError(
            reason_zh="师市住建局要写明师市", reason_en="a division's bureau needs its division"
        )
    organisation = _add(session, new, key=key, state=OrganisationState.PROVED, now=now)
    organisation.judged_at, organisation.judged_by = now, actor.name
    _link(session, organisation)
    return _recorded(session, organisation, Action.KEEP_ACCOUNTS, actor, before=None, now=now)


def find_operator(connection: Connection) -> OrganisationView | None:
    """Return the organisation of those who run the machine, if there is one yet."""
    key = organisations.first_of_role(connection, Role.OPERATOR)
    return organisations.get_view(connection, key) if key else None


def registrations(
    connection: Connection,
    *,
    actor: Actor,
    state: OrganisationState | None = None,
    limit: int = 50,
    offset: int = 0,
) -> OrganisationPage:
    """Return the organisations that the actor may judge, those that wait longest first.

    Raises:
        PermissionDeniedError: The actor may judge none.
    """
    ensure(actor, Action.PROVE_ORGANISATIONS)
    is_all = may(actor, Action.PROVE_ORGANISATIONS, Thing())
    if not is_all and actor.division is None:
        return OrganisationPage([], 0)
    division = None if is_all else actor.division
    return organisations.browse(
        connection, division=division, state=state, limit=limit, offset=offset
    )


def get_registration(connection: Connection, key: str, *, actor: Actor) -> Registration:
    """Return an organisation with whatever bears a name or a code like its own.

    Raises:
        PermissionDeniedError: The actor may judge none.
        OrganisationNotFoundError: There is none, or not in the actor's division.
    """
    ensure(actor, Action.PROVE_ORGANISATIONS)
    found = organisations.get_view(connection, key)
    if not may(actor, Action.PROVE_ORGANISATIONS, Thing(division=found.division)):
        raise OrganisationNotFoundError(key=key)
    alike = organisations.alike(connection, name_folded=folded_name(found.name), but=key)
    company = None
    if found.credit_code:
        company = organisations.company_of_code(connection, found.credit_code)
    return Registration(found, alike, company[1] if company else None)


def get_organisation(connection: Connection, key: str, *, actor: Actor) -> OrganisationView:
    """Return the actor's own organisation, or one that it may judge.

    Raises:
        OrganisationNotFoundError: There is none that the actor may know of.
    """
    found = organisations.get_view(connection, key)
    may_judge = may(actor, Action.PROVE_ORGANISATIONS, Thing(division=found.division))
    if actor.organisation != key and not may_judge:
        raise OrganisationNotFoundError(key=key)
    return found


def prove(
    session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> OrganisationView:
    """Hold it to be proved that an organisation is who it says it is.

    Raises:
        PermissionDeniedError: The actor may judge none.
        OrganisationNotFoundError: There is none, or not in the actor's division.
        RegistrationRefusedError: No reason is given.
        RegistrationJudgedError: Somebody judged it before.
    """
    return _judge(session, key, OrganisationState.PROVED, reason=reason, actor=actor, now=now)


def refuse(
    session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> OrganisationView:
    """Refuse a registration, with the reason that its people are to read.

    Raises:
        PermissionDeniedError: The actor may judge none.
        OrganisationNotFoundError: There is none, or not in the actor's division.
        RegistrationRefusedError: No reason is given.
        RegistrationJudgedError: Somebody judged it before.
    """
    return _judge(session, key, OrganisationState.REFUSED, reason=reason, actor=actor, now=now)


def link_company(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> None:
    """Let a proved manufacturer name the catalogue's company of its code, once there is one."""
    organisation = organisations.get_organisation(session, key)
    before = organisations.get_view(session.connection(), key)
    if _link(session, organisation):
        _recorded(session, organisation, Action.REGISTER, actor, before=before, now=now)


def _link(session: Session, organisation: Organisation) -> bool:
    """Name the company if there is one to be named, and tell whether that changed anything."""
    if (
        organisation.state is not OrganisationState.PROVED
        or organisation.role is not Role.MANUFACTURER
        or organisation.company_id is not None
        or not organisation.credit_code
    ):
        return False
    found = organisations.company_of_code(session.connection(), organisation.credit_code)
    organisation.company_id = found[0] if found else None
    return found is not None


def _add(
    session: Session,
    new: NewOrganisation,
    *,
    key: str,
    state: OrganisationState,
    now: dt.datetime,
) -> Organisation:
    checked = _checked(session, new)
    body = None
    if new.role is Role.CERTIFICATION_BODY:
        body = organisations.body_id(session.connection(), checked.name)
    organisation = Organisation(
        key=key,
        role=new.role,
        name=checked.name,
        name_folded=checked.name_folded,
        credit_code=checked.credit_code,
        division_id=checked.division_id,
        company_id=None,
        body_id=body,
        state=state,
        registered_at=now,
    )
    session.add(organisation)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken() from error
    return organisation


def _ensure_registers(new: NewOrganisation) -> None:
    if new.role not in REGISTERING:
        raise RegistrationRefusedError(
            reason_zh="这类单位由平台管理员建立", reason_en="the operator makes those"
        )
    if not new.credit_code:
        raise RegistrationRefusedError(
            reason_zh="请填写统一社会信用代码",
            reason_en="the unified social credit code is missing",
        )


def _checked(session: Session, new: NewOrganisation) -> _Checked:
    connection = session.connection()
    name = one_line(new.name)
    if not name or len(name) > LONGEST_NAME:
        raise RegistrationRefusedError(
            reason_zh=f"名称要有 1 到 {LONGEST_NAME} 个字",
            reason_en=f"the name needs 1 to {LONGEST_NAME} characters",
        )
    code = normal_credit_code(new.credit_code) if new.credit_code else None
    if code is not None and (problem := credit_code_problem(code)) is not None:
        reason_zh, reason_en = _CODE_PROBLEMS[problem]
        raise RegistrationRefusedError(reason_zh=reason_zh, reason_en=reason_en)
    folded = folded_name(name)[:_LONGEST_FOLDED]
    plain = _spaceless(name)
    for other, state in organisations.standing_names(session, folded):
        if state is OrganisationState.PROVED and _spaceless(other) == plain:
            raise RegistrationRefusedError(
                reason_zh="已有同名的单位；若是贵单位，请让它的管理员邀请您",
                reason_en="an organisation of this name exists; if it is yours, have its "
                "administrator invite you",
            )
    if code is not None and organisations.find_standing(session, code) is not None:
        raise _taken()
    division = organisations.division_id(connection, new.division) if new.division else None
    return _Checked(name, folded, code, division)


def _spaceless(name: str) -> str:
    return normal_name(name).replace(" ", "")


def _taken() -> RegistrationRefusedError:
    return RegistrationRefusedError(
        reason_zh="这个统一社会信用代码已经登记；若是贵单位，请让它的管理员邀请您，或联系师市住建局",
        reason_en="this credit code is registered; if it is yours, have its administrator invite "
        "you, or ask the division's bureau",
    )


def _judge(
    session: Session,
    key: str,
    state: OrganisationState,
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> OrganisationView:
    ensure(actor, Action.PROVE_ORGANISATIONS)
    organisation = organisations.get_organisation(session, key)
    before = organisations.get_view(session.connection(), key)
    if not may(actor, Action.PROVE_ORGANISATIONS, Thing(division=before.division)):
        raise OrganisationNotFoundError(key=key)
    why = one_line(reason)[:LONGEST_REASON]
    if not why:
        raise RegistrationRefusedError(
            reason_zh="请写明理由", reason_en="say why, so that it is on record"
        )
    if before.state is not OrganisationState.PENDING:
        raise RegistrationJudgedError(name=before.name, state=before.state.value)
    organisation.state = state
    organisation.judged_at, organisation.judged_by = now, actor.name
    organisation.judged_reason = why
    _link(session, organisation)
    return _recorded(
        session, organisation, Action.PROVE_ORGANISATIONS, actor, before=before, now=now
    )


def _recorded(
    session: Session,
    organisation: Organisation,
    action: Action,
    actor: Actor,
    *,
    before: OrganisationView | None,
    now: dt.datetime,
) -> OrganisationView:
    session.flush()
    after = organisations.get_view(session.connection(), organisation.key)
    audit.record(
        session,
        actor,
        action=action,
        thing="organisation",
        key=after.key,
        now=now,
        reason=after.judged_reason,
        before=_facts(before) if before else None,
        after=_facts(after),
        whose=Thing(organisation=after.key, division=after.division),
    )
    return after


def _facts(view: OrganisationView) -> dict[str, str | None]:
    return {
        "name": view.name,
        "role": view.role.value,
        "credit_code": view.credit_code,
        "company": view.company,
        "state": view.state.value,
    }
