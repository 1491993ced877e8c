"""What the operator sees of everybody's accounts, and does about them one by one."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.orm import Session

from catalog.errors import AccountNotFoundError, AccountRefusedError
from catalog.models.account import Account
from catalog.permissions import Action, Actor, Role, ensure
from catalog.repositories import account_lists, signed_in
from catalog.repositories import accounts as kept
from catalog.services import accounts
from catalog.services.gate import Gate
from catalog.services.receiving.by_page import reason_of
from catalog.views.accounts import BrowserView, KeptAccount, KeptAccountPage


class AccountStanding(StrEnum):
    """What the operator looks for among accounts."""

    OPEN = "open"
    SIGNED_IN = "signed-in"
    ONE_TIME = "one-time"
    WITHOUT_SECOND_FACTOR = "without-second-factor"
    NEVER = "never"
    BARRED = "barred"
    CLOSED = "closed"


class AccountQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts are asked for: by words of login, name or organisation, role and standing."""

    words: str = ""
    role: Role | None = None
    standing: AccountStanding | None = None


class AccountSheet(msgspec.Struct, frozen=True):
    """An account with the browsers in which somebody is signed in with it."""

    kept: KeptAccount
    browsers: list[BrowserView]


def browse_accounts(
    connection: Connection,
    question: AccountQuestion,
    *,
    gate: Gate,
    actor: Actor,
    now: dt.datetime,
    limit: int,
    offset: int,
) -> KeptAccountPage:
    """Return one page of the accounts, those that signed in last before others.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    barred = _barred(connection, gate, now)
    has = _facts(connection, question.standing, gate, barred, now)
    return KeptAccountPage(
        *account_lists.accounts(
            connection,
            words=question.words,
            role=question.role,
            has=has,
            seen_after=now - gate.idle,
            barred=barred,
            now=now,
            limit=limit,
            offset=offset,
        )
    )


def account_sheet(
    connection: Connection, key: str, *, gate: Gate, actor: Actor, now: dt.datetime
) -> AccountSheet:
    """Return an account with its browsers.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    seen_after = now - gate.idle
    found, _ = account_lists.accounts(
        connection,
        words="",
        role=None,
        has=[account_lists.has_key(key)],
        seen_after=seen_after,
        barred=_barred(connection, gate, now),
        now=now,
        limit=1,
        offset=0,
    )
    if not found:
        raise AccountNotFoundError(key=key)
    browsers = kept.browsers_of(connection, key, this=None, seen_after=seen_after, now=now)
    return AccountSheet(found[0], browsers)


def reset(
    session: Session,
    key: str,
    *,
    password_hash: str,
    gate: Gate,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Give somebody a one-time password, as ``accounts.reset_account`` does, for a reason.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
        AccountRefusedError: It is the actor's own.
        EntryRefusedError: No reason is given.
    """
    account, why = _other(session, key, reason, actor)
    accounts.reset_account(
        session,
        account.login,
        password_hash=password_hash,
        gate=gate,
        actor=actor,
        reason=why,
        now=now,
    )


def close(session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Let nobody sign in with an account any more, for a reason; ``open_again`` takes it back.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
        AccountRefusedError: It is the actor's own.
        EntryRefusedError: No reason is given.
    """
    account, why = _other(session, key, reason, actor)
    accounts.close_account(session, account.login, actor=actor, reason=why, now=now)


def open_again(session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Let a person whose account was closed sign in as before, for a reason.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
        EntryRefusedError: No reason is given.
    """
    account, why = _other(session, key, reason, actor)
    accounts.reopen_account(session, account.login, actor=actor, reason=why, now=now)


def sign_out(session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Sign an account out in every browser, for a reason; its password stays.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        AccountNotFoundError: There is no such account.
        AccountRefusedError: It is the actor's own.
        EntryRefusedError: No reason is given.
    """
    account, why = _other(session, key, reason, actor)
    signed_in.end(session, account.id, now=now)
    accounts.note_kept(session, account, actor=actor, reason=why, now=now)


def _other(session: Session, key: str, reason: str, actor: Actor) -> tuple[Account, str]:
    """Return somebody else's account, and why something is done about it."""
    ensure(actor, Action.KEEP_ACCOUNTS)
    if key == actor.account:
        raise AccountRefusedError(
            reason_zh="这是您自己的账号，请在“我的账号”里改",
            reason_en="it is your own account; change it under My account",
        )
    return kept.get_account(session, key), reason_of(reason)


def _barred(connection: Connection, gate: Gate, now: dt.datetime) -> frozenset[str]:
    limits = gate.limits
    return account_lists.barred_logins(
        connection, after=now - limits.window, limit=limits.per_login
    )


def _facts(
    connection: Connection,
    standing: AccountStanding | None,
    gate: Gate,
    barred: frozenset[str],
    now: dt.datetime,
) -> list[ColumnElement[bool]]:
    closed = account_lists.is_closed()
    found = {
        AccountStanding.OPEN: [],
        AccountStanding.SIGNED_IN: [account_lists.is_signed_in(now - gate.idle, now)],
        AccountStanding.ONE_TIME: [account_lists.must_change_password()],
        AccountStanding.WITHOUT_SECOND_FACTOR: [~account_lists.has_second_factor()],
        AccountStanding.NEVER: [account_lists.never_signed_in()],
        AccountStanding.BARRED: [account_lists.has_login_of(connection, barred)],
    }
    if standing is None:
        return []
    return [closed] if standing is AccountStanding.CLOSED else [~closed, *found[standing]]
