"""Let people in, know them again, and let them go."""

from __future__ import annotations

import datetime as dt
import logging
import math

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import PermissionDeniedError, SignInFailedError, TooManyGuessesError
from catalog.models.account import Account, KnownDevice, SignedIn, SignInGuess
from catalog.permissions import Action, Actor, Role, ensure
from catalog.repositories import accounts, signed_in
from catalog.rules.credentials import code_step, hashed, normal_login, normal_recovery_code
from catalog.rules.guessing import wait_before_guessing
from catalog.services import audit
from catalog.services.gate import Gate, actor_for
from catalog.services.organisations import link_company
from catalog.views.accounts import BrowserView, Member, MembershipView

log = logging.getLogger(__name__)

# A browser's last request is noted to the minute: not every page shall cost a transaction.
_SEEN_EVERY = dt.timedelta(minutes=1)
_LONGEST_BROWSER = 200


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody shows who wants to sign in, and where from.

    ``code`` is of the second factor, or a recovery code; ``device`` is the secret of a browser that
    signed in before, ``address`` where the request comes from, ``browser`` what it calls itself.
    """

    login: str
    password: str
    code: str = ""
    address: str
    device: str | None = None
    browser: str | None = None


class Begun(msgspec.Struct, frozen=True):
    """Somebody is signed in; ``language`` is the one that the account prefers."""

    account: str
    language: str
    must_change_password: bool


def sign_in(
    database: Database,
    gate: Gate,
    attempt: Attempt,
    *,
    secret: str,
    device: str,
    now: dt.datetime,
) -> Begun:
    """Let somebody in; from now on ``secret`` stands for the person and ``device`` for the browser.

    Opens its own two transactions: between them the password is tried, which takes long, and
    nobody else could write meanwhile. The guess counts from the beginning and is forgotten if it
    was right, so that many at one instant count each.

    Raises:
        TooManyGuessesError: Too much was guessed from here, or by strangers at this login.
        SignInFailedError: The login, the password or the code is wrong; which is not told.
    """
    tried = _try(database, gate, attempt, now=now)
    rehashed = None
    if gate.passwords.is_outdated(tried.kept):
        rehashed = gate.passwords.hash(attempt.password)
    with database.transaction() as session:
        account = _still(session, tried)
        _check_further(session, gate, account, attempt.code, now=now)
        if rehashed is not None:
            account.password_hash = rehashed
        signed_in.forget_guess(session, tried.guess)
        signed_in.forget_old(session, guesses_before=now - gate.limits.window, now=now)
        _know(session, gate, account, device, now=now)
        begin(session, gate, account, secret=secret, browser=attempt.browser, now=now)
        log.info("signed in account=%s", account.key)
        return Begun(account.key, account.language, account.must_change_password)


def confirm_password(database: Database, gate: Gate, attempt: Attempt, *, now: dt.datetime) -> str:
    """Let a person who is signed in show the password again; return its hash as it is kept.

    It counts as a guess and opens its own transactions, as signing in does.

    Raises:
        TooManyGuessesError: Too much was guessed.
        SignInFailedError: It is wrong.
    """
    tried = _try(database, gate, attempt, now=now)
    with database.transaction() as session:
        _still(session, tried)
        signed_in.forget_guess(session, tried.guess)
    return tried.kept


def begin(
    session: Session,
    gate: Gate,
    account: Account,
    *,
    secret: str,
    browser: str | None,
    now: dt.datetime,
) -> None:
    """Remember a browser that a person is signed in with; it acts for her first organisation."""
    memberships = accounts.memberships_of(session.connection(), account.key)
    person = Actor(name=account.name, role=Role.ANYONE, account=account.key)
    for membership in memberships:
        link_company(session, membership.organisation, actor=person, now=now)
    plain = "".join(sign for sign in browser or "" if sign.isprintable())
    session.add(
        SignedIn(
            secret_hash=hashed(secret),
            account_id=account.id,
            membership_id=memberships[0].id if memberships else None,
            signed_in_at=now,
            seen_at=now,
            expires_at=now + gate.lasting,
            browser=plain[:_LONGEST_BROWSER] or None,
        )
    )
    session.flush()


def member_of(
    connection: Connection, gate: Gate, secret: str, *, now: dt.datetime
) -> Member | None:
    """Return who is signed in with the secret, or None."""
    found = signed_in.find_signed_in(
        connection, hashed(secret), seen_after=now - gate.idle, now=now
    )
    if found is None:
        return None
    actor = actor_for(found.account, found.acting)
    return Member(found.id, found.seen_at, found.account, found.acting, actor)


def is_due(member: Member, *, now: dt.datetime) -> bool:
    """Tell whether to call ``see``: the browser was not seen for a minute."""
    return member.seen_at <= now - _SEEN_EVERY


def see(session: Session, member: Member, *, now: dt.datetime) -> None:
    """Take note that a browser is in use."""
    signed_in.see(session, member.signed_in, now=now)


def sign_out(session: Session, member: Member, *, now: dt.datetime) -> None:
    """Sign out the browser that asks."""
    account = accounts.get_account(session, member.account.key)
    signed_in.end(session, account.id, only=member.signed_in, now=now)


def sign_out_elsewhere(
    session: Session, member: Member, *, browser: int | None = None, now: dt.datetime
) -> None:
    """Sign out one other browser of the account, or all but the one that asks."""
    account = accounts.get_account(session, member.account.key)
    but = None if browser is not None else member.signed_in
    signed_in.end(session, account.id, only=browser, but=but, now=now)


def browsers(
    connection: Connection, gate: Gate, member: Member, *, now: dt.datetime
) -> list[BrowserView]:
    """Return the browsers in which the account is signed in."""
    return accounts.browsers_of(
        connection,
        member.account.key,
        this=member.signed_in,
        seen_after=now - gate.idle,
        now=now,
    )


def memberships(connection: Connection, actor: Actor) -> list[MembershipView]:
    """Return for whom the actor's account may act."""
    return accounts.memberships_of(connection, actor.account) if actor.account else []


def act_for(session: Session, member: Member, membership: int) -> None:
    """Let the browser act for another organisation of the account's.

    Raises:
        PermissionDeniedError: The account is no member of it.
    """
    ensure(member.actor, Action.KEEP_OWN_ACCOUNT)
    mine = accounts.memberships_of(session.connection(), member.account.key)
    if membership not in {each.id for each in mine}:
        raise PermissionDeniedError(action=Action.KEEP_OWN_ACCOUNT.value)
    browser = session.get_one(SignedIn, member.signed_in)
    browser.membership_id = membership


class _Tried(msgspec.Struct, frozen=True):
    """A guess that was right so far: its number, the account's key and the hash as it was kept."""

    guess: int
    account: str
    kept: str


def _try(database: Database, gate: Gate, attempt: Attempt, *, now: dt.datetime) -> _Tried:
    """Count a guess, and try the password while nobody waits for the database."""
    login = normal_login(attempt.login).replace("\x00", "")
    with database.transaction() as session:
        guess, account = _count(session, gate, login, attempt, now=now)
    kept = account.password_hash if account and account.closed_at is None else None
    is_right = gate.passwords.matches(attempt.password, kept)
    if account is None or kept is None or not is_right:
        log.info("sign-in refused")
        raise SignInFailedError
    return _Tried(guess, account.key, kept)


def _still(session: Session, tried: _Tried) -> Account:
    """Return the account, unless it was closed or got another password meanwhile."""
    account = accounts.get_account(session, tried.account)
    if account.password_hash != tried.kept or account.closed_at is not None:
        raise SignInFailedError
    return account


def _count(
    session: Session, gate: Gate, login: str, attempt: Attempt, *, now: dt.datetime
) -> tuple[int, Account | None]:
    """Count a guess, and return it with the account, which may not be there."""
    signed_in.take_turns_guessing(session)
    connection = session.connection()
    account = accounts.find_by_login(session, login)
    after = now - gate.limits.window
    device = hashed(attempt.device) if attempt.device else None
    is_known = (
        account is not None
        and device is not None
        and accounts.is_known_device(connection, account.id, device, now=now)
    )
    whence = f"{signed_in.KNOWN}{device}"[:80] if is_known else f"from:{attempt.address}"[:80]
    login_hash = hashed(login)
    wait = wait_before_guessing(
        gate.limits,
        at_login=signed_in.strangers_guesses(connection, login_hash, after=after),
        from_whence=signed_in.guesses_from(connection, whence, after=after),
        is_known=is_known,
        now=now,
    )
    if wait is not None:
        log.warning("sign-in slowed down for %d s", wait.total_seconds())
        seconds = math.ceil(wait.total_seconds())
        raise TooManyGuessesError(minutes=math.ceil(seconds / 60), seconds=seconds)
    guess = SignInGuess(login_hash=login_hash, whence=whence, guessed_at=now)
    session.add(guess)
    session.flush()
    return guess.id, account


def _check_further(
    session: Session, gate: Gate, account: Account, code: str, *, now: dt.datetime
) -> None:
    """Refuse a one-time password that is too old, and a missing or wrong second factor."""
    if account.password_expires_at is not None and account.password_expires_at <= now:
        raise SignInFailedError
    if not account.second_factor_on or account.second_factor is None:
        return
    secret = gate.sealer.open(account.second_factor)
    step = code_step(secret, code.strip(), now, last_step=account.second_factor_step)
    if step is not None:
        account.second_factor_step = step
        return
    recovery = accounts.find_recovery_code(session, account, hashed(normal_recovery_code(code)))
    if recovery is None:
        raise SignInFailedError
    recovery.used_at = now
    audit.record(
        session,
        Actor(name=account.name, role=Role.ANYONE, account=account.key),
        action=Action.KEEP_OWN_ACCOUNT,
        thing="account",
        key=account.key,
        now=now,
        before={"recovery": None},
        after={"recovery": "one code used"},
    )


def _know(session: Session, gate: Gate, account: Account, device: str, *, now: dt.datetime) -> None:
    """Know the browser again, for as long again."""
    known = signed_in.find_device(session, account.id, hashed(device))
    expires_at = now + gate.device_lasting
    if known is not None:
        known.expires_at = expires_at
        return
    session.add(
        KnownDevice(
            account_id=account.id,
            secret_hash=hashed(device),
            known_since=now,
            expires_at=expires_at,
        )
    )
