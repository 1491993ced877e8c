"""A second thing to show at sign-in: a code that changes every 30 seconds (TOTP, RFC 6238)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyotp
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import AccountRefusedError
from catalog.models.account import Account, RecoveryCode
from catalog.permissions import Action, ensure
from catalog.repositories import accounts
from catalog.rules.credentials import (
    SECONDS_PER_STEP,
    code_step,
    hashed,
    normal_recovery_code,
)
from catalog.services import audit
from catalog.services.gate import Gate
from catalog.services.signing_in import Attempt, confirm_password
from catalog.views.accounts import Member

_ISSUER = "绿采 Lücai"


def begin_second_factor(
    session: Session, gate: Gate, member: Member, *, secret: str, now: dt.datetime
) -> str:
    """Keep a secret that is not asked for yet, and return the address that an app reads as a QR.

    Raises:
        AccountRefusedError: A second factor is on; it must be turned off first.
    """
    account = _own(session, member)
    if account.second_factor_on:
        raise _is_on()
    account.second_factor = gate.sealer.seal(secret)
    _record(session, member, before="off", after="begun", now=now)
    return _address(secret, account.login)


def pending_address(connection: Connection, gate: Gate, member: Member) -> str | None:
    """Return the address of a secret that waits for its first code; None where none waits."""
    sealed = accounts.pending_second_factor(connection, member.account.key)
    return _address(gate.sealer.open(sealed), member.account.login) if sealed else None


def turn_on(
    session: Session,
    gate: Gate,
    member: Member,
    *,
    code: str,
    recovery_codes: Sequence[str],
    now: dt.datetime,
) -> None:
    """Ask for a code from now on, once the person has shown one; keep the recovery codes' hashes.

    Raises:
        AccountRefusedError: It is on, was not begun, or the code is wrong.
    """
    account = _own(session, member)
    if account.second_factor is None or account.second_factor_on:
        raise _is_on()
    step = code_step(gate.sealer.open(account.second_factor), code.strip(), now, last_step=None)
    if step is None:
        raise AccountRefusedError(
            reason_zh="动态验证码不对，请检查手机的时间后再试",
            reason_en="the code is wrong; check the clock of your phone and try again",
        )
    account.second_factor_on, account.second_factor_step = True, step
    accounts.forget_recovery_codes(session, account)
    for recovery in recovery_codes:
        proof = hashed(normal_recovery_code(recovery))
        session.add(RecoveryCode(account_id=account.id, secret_hash=proof))
    _record(session, member, before="begun", after="on", now=now)


def turn_off(
    database: Database, gate: Gate, member: Member, attempt: Attempt, *, now: dt.datetime
) -> None:
    """Ask for no code any more, after the password was shown once again.

    Opens its own transactions, as ``sign_in`` does.

    Raises:
        SignInFailedError: The password is wrong.
        TooManyGuessesError: It was wrong too often.
    """
    ensure(member.actor, Action.KEEP_OWN_ACCOUNT)
    confirm_password(database, gate, attempt, now=now)
    with database.transaction() as session:
        account = _own(session, member)
        account.second_factor, account.second_factor_on = None, False
        accounts.forget_recovery_codes(session, account)
        _record(session, member, before="on", after="off", now=now)


def recovery_codes_left(connection: Connection, member: Member) -> int:
    """Return how many recovery codes the account has left."""
    return accounts.count_recovery_codes(connection, member.account.key)


def _own(session: Session, member: Member) -> Account:
    ensure(member.actor, Action.KEEP_OWN_ACCOUNT)
    return accounts.get_account(session, member.account.key)


def _address(secret: str, login: str) -> str:
    maker = pyotp.TOTP(secret, interval=SECONDS_PER_STEP)
    return maker.provisioning_uri(name=login, issuer_name=_ISSUER)


def _is_on() -> AccountRefusedError:
    return AccountRefusedError(
        reason_zh="两步验证已开启或尚未开始设置，请刷新页面",
        reason_en="the second factor is on already, or was not begun; load the page again",
    )


def _record(session: Session, member: Member, *, before: str, after: str, now: dt.datetime) -> None:
    session.flush()
    audit.record(
        session,
        member.actor,
        action=Action.KEEP_OWN_ACCOUNT,
        thing="account",
        key=member.account.key,
        now=now,
        before={"two_steps": before},
        after={"two_steps": after},
    )
