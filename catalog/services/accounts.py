"""Accounts: made by the operator or at registration, kept by the person, closed by the operator."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import AccountRefusedError, SignInFailedError
from catalog.models.account import Account
from catalog.permissions import Action, Actor, Role, ensure
from catalog.repositories import accounts, signed_in
from catalog.rules.credentials import is_login, normal_login
from catalog.services import audit, members, organisations
from catalog.services.gate import Gate
from catalog.services.organisations import NewOrganisation, one_line
from catalog.services.signing_in import Attempt, confirm_password
from catalog.views.accounts import AccountView, Member

LONGEST_NAME = 60


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A person: ``key`` names the account, ``password`` is hashed before it is kept."""

    key: str
    login: str
    name: str
    password: str
    language: str = "zh"


def all_accounts(connection: Connection, *, actor: Actor) -> list[AccountView]:
    """Return every account.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    return accounts.all_accounts(connection)


def add_account(
    session: Session,
    new: NewAccount,
    *,
    password_hash: str,
    is_one_time: bool,
    gate: Gate,
    actor: Actor,
    now: dt.datetime,
) -> AccountView:
    """Make an account for somebody else; a one-time password must be changed, and soon.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountRefusedError: The login is no e-mail address, or taken; or the name is missing.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    account = _add(session, new, password_hash=password_hash, now=now)
    if is_one_time:
        account.must_change_password = True
        account.password_expires_at = now + gate.reset_lasting
    _record(session, actor, account, Action.KEEP_ACCOUNTS, now, before=None)
    return accounts.get_view(session.connection(), account.key)


def register_company(
    database: Database,
    gate: Gate,
    new: NewOrganisation,
    person: NewAccount,
    *,
    key: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let a stranger register a company and make the account that will keep it.

    Where the login is taken nothing is kept, and the answer is the same: a stranger does not learn
    who has an account. Opens its own transaction, because to hash a password takes long.

    Raises:
        AccountRefusedError: The login is no e-mail address, or the name is missing.
        PasswordRefusedError: The password is not good enough.
        RegistrationRefusedError: The company's name or code is wrong, or somebody else's.
    """
    ensure(actor, Action.REGISTER)
    _ensure_person(person)
    hashed = gate.hash_new(person.password, person.login, person.name, new.name)
    with database.transaction() as session:
        if accounts.find_by_login(session, normal_login(person.login)) is not None:
            # What is wrong with the company is told in either case.
            organisations.check(session, new)
            return
        account = _add(session, person, password_hash=hashed, now=now)
        _record(session, actor, account, Action.REGISTER, now, before=None)
        organisations.register(session, new, key=key, account=account, actor=actor, now=now)


def accept_invitation(
    database: Database,
    gate: Gate,
    secret: str,
    person: NewAccount,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let somebody who was invited and has no account make one, and join.

    Opens its own transaction, because to hash a password takes long.

    Raises:
        AccountRefusedError: The login is taken: sign in, then accept; or the name is missing.
        PasswordRefusedError: The password is not good enough.
        MembershipRefusedError: The invitation is unknown, old, used, or for another login.
    """
    ensure(actor, Action.REGISTER)
    _ensure_person(person)
    hashed = gate.hash_new(person.password, person.login, person.name)
    with database.transaction() as session:
        account = _add(session, person, password_hash=hashed, now=now)
        members.accept(session, secret, account, actor=actor, now=now)


def rename(session: Session, member: Member, *, name: str, language: str, now: dt.datetime) -> None:
    """Give one's account another name and language.

    Raises:
        AccountRefusedError: The name is missing or too long.
    """
    ensure(member.actor, Action.KEEP_OWN_ACCOUNT)
    account = accounts.get_account(session, member.account.key)
    before = _facts(account)
    account.name, account.language = _name(name), language
    _record(session, member.actor, account, Action.KEEP_OWN_ACCOUNT, now, before=before)


def change_password(
    database: Database, gate: Gate, member: Member, old: Attempt, new: str, *, now: dt.datetime
) -> None:
    """Change one's password; every other browser is signed out.

    Opens its own transactions, as ``sign_in`` does.

    Raises:
        SignInFailedError: The old password is wrong.
        TooManyGuessesError: It was wrong too often.
        PasswordRefusedError: The new one is not good enough, or the old one.
    """
    ensure(member.actor, Action.KEEP_OWN_ACCOUNT)
    kept = confirm_password(database, gate, old, now=now)
    hashed = gate.hash_new(new, member.account.login, member.account.name)
    if gate.passwords.matches(new, kept):
        raise AccountRefusedError(
            reason_zh="新密码与原密码相同", reason_en="the new password is the old one"
        )
    with database.transaction() as session:
        account = accounts.get_account(session, member.account.key)
        if account.password_hash != kept:
            raise SignInFailedError  # Somebody changed it meanwhile.
        before = _facts(account)
        account.password_hash, account.password_set_at = hashed, now
        account.must_change_password, account.password_expires_at = False, None
        signed_in.end(session, account.id, but=member.signed_in, now=now)
        _record(session, member.actor, account, Action.KEEP_OWN_ACCOUNT, now, before=before)


def reset_account(
    session: Session,
    login: str,
    *,
    password_hash: str,
    gate: Gate,
    actor: Actor,
    reason: str | None = None,
    now: dt.datetime,
) -> None:
    """Give somebody a one-time password, without the second factor, and sign her out everywhere.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    account = _by_login(session, login)
    before = _facts(account)
    account.password_hash, account.password_set_at = password_hash, now
    account.must_change_password = True
    account.password_expires_at = now + gate.reset_lasting
    account.second_factor, account.second_factor_on = None, False
    account.closed_at = None
    accounts.forget_recovery_codes(session, account)
    signed_in.end(session, account.id, now=now)
    signed_in.forget_devices(session, account.id)
    _record(session, actor, account, Action.KEEP_ACCOUNTS, now, before=before, reason=reason)


def close_account(
    session: Session, login: str, *, actor: Actor, reason: str | None = None, now: dt.datetime
) -> None:
    """Let nobody sign in with an account any more; ``reopen_account`` takes it back.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    account = _by_login(session, login)
    before = _facts(account)
    account.closed_at = account.closed_at or now
    signed_in.end(session, account.id, now=now)
    _record(session, actor, account, Action.KEEP_ACCOUNTS, now, before=before, reason=reason)


def reopen_account(
    session: Session, login: str, *, actor: Actor, reason: str | None = None, now: dt.datetime
) -> None:
    """Let a person whose account was closed sign in with the password as it was.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    account = _by_login(session, login)
    before = _facts(account)
    account.closed_at = None
    _record(session, actor, account, Action.KEEP_ACCOUNTS, now, before=before, reason=reason)


def note_kept(
    session: Session, account: Account, *, actor: Actor, reason: str, now: dt.datetime
) -> None:
    """Put on record that something was done about an account which changes none of its facts."""
    before = _facts(account)
    _record(session, actor, account, Action.KEEP_ACCOUNTS, now, before=before, reason=reason)


def operators_organisation(
    session: Session, *, key: str, name: str, actor: Actor, now: dt.datetime
) -> str:
    """Return the key of the organisation of those who run the machine, made if there is none."""
    found = organisations.find_operator(session.connection())
    if found is not None:
        return found.key
    new = NewOrganisation(role=Role.OPERATOR, name=name)
    return organisations.make_organisation(session, new, key=key, actor=actor, now=now).key


def _by_login(session: Session, login: str) -> Account:
    return accounts.get_by_login(session, normal_login(login))


def _name(text: str) -> str:
    name = one_line(text)
    if not name or len(name) > LONGEST_NAME:
        raise AccountRefusedError(
            reason_zh=f"姓名要有 1 到 {LONGEST_NAME} 个字",
            reason_en=f"the name needs 1 to {LONGEST_NAME} characters",
        )
    return name


def _ensure_person(person: NewAccount) -> None:
    _name(person.name)
    if not is_login(normal_login(person.login)):
        raise AccountRefusedError(
            reason_zh="登录名要是完整的邮箱地址", reason_en="the login must be an e-mail address"
        )


def _add(session: Session, new: NewAccount, *, password_hash: str, now: dt.datetime) -> Account:
    _ensure_person(new)
    account = Account(
        key=new.key,
        login=normal_login(new.login),
        name=_name(new.name),
        language=new.language,
        password_hash=password_hash,
        password_set_at=now,
        must_change_password=False,
        created_at=now,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise AccountRefusedError(
            reason_zh="这个登录名已有账号，请先登录", reason_en="the login has an account: sign in"
        ) from error
    return account


def _facts(account: Account) -> dict[str, object]:
    return {
        "login": account.login,
        "name": account.name,
        "language": account.language,
        "proof_set_at": account.password_set_at,
        "must_change": account.must_change_password,
        "has_two_steps": account.second_factor_on,
        "closed_at": account.closed_at,
    }


def _record(
    session: Session,
    actor: Actor,
    account: Account,
    action: Action,
    now: dt.datetime,
    *,
    before: dict[str, object] | None,
    reason: str | None = None,
) -> None:
    session.flush()
    audit.record(
        session,
        actor,
        action=action,
        thing="account",
        key=account.key,
        now=now,
        reason=reason,
        before=before,
        after=_facts(account),
    )
