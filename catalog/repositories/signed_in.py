"""Queries for who is signed in, with which browser, and who guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from catalog.models.account import (
    Account,
    ApiToken,
    KnownDevice,
    Membership,
    Organisation,
    SignedIn,
    SignInGuess,
)
from catalog.models.division import Division
from catalog.repositories.accounts import ACCOUNT, MEMBERSHIP
from catalog.views.accounts import AccountView, MembershipView

# Any number does, as long as nothing else locks by it.
_GUESSING = 5_103_218_774
KNOWN = "device:"
"""How ``whence`` begins for a browser that an account was signed in from before."""
_PERSON = len(ACCOUNT)
_FOUND = len(ACCOUNT) + len(MEMBERSHIP)
_BY_SECRET: Select[*tuple[Any, ...]] = (
    select(*ACCOUNT, *MEMBERSHIP, Membership.ended_at, SignedIn.id, SignedIn.seen_at)
    .select_from(SignedIn)
    .join(Account, Account.id == SignedIn.account_id)
    .outerjoin(Membership, Membership.id == SignedIn.membership_id)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Division, Division.id == Organisation.division_id)
    .where(
        SignedIn.secret_hash == bindparam("secret_hash"),
        SignedIn.ended_at.is_(None),
        SignedIn.expires_at > bindparam("now"),
        SignedIn.seen_at > bindparam("seen_after"),
        Account.closed_at.is_(None),
    )
)
_BY_TOKEN: Select[*tuple[Any, ...]] = (
    select(*ACCOUNT, *MEMBERSHIP, ApiToken.key, ApiToken.name, ApiToken.scopes, ApiToken.used_at)
    .select_from(ApiToken)
    .join(Membership, Membership.id == ApiToken.membership_id)
    .join(Account, Account.id == Membership.account_id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Division, Division.id == Organisation.division_id)
    .where(
        ApiToken.secret_hash == bindparam("secret_hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("now"),
        Membership.ended_at.is_(None),
        Account.closed_at.is_(None),
    )
)


class SignedInRow(msgspec.Struct, frozen=True):
    """A browser that is signed in; ``acting`` is None where the membership ended or none is."""

    id: int
    seen_at: dt.datetime
    account: AccountView
    acting: MembershipView | None


class TokenRow(msgspec.Struct, frozen=True):
    """An API token that is good; ``scopes`` is a JSON list."""

    account: AccountView
    acting: MembershipView
    key: str
    name: str
    scopes: str
    used_at: dt.datetime | None


def find_signed_in(
    connection: Connection, secret_hash: str, *, seen_after: dt.datetime, now: dt.datetime
) -> SignedInRow | None:
    """Return who is signed in with this secret; None where it is unknown, old or was ended."""
    facts = {"secret_hash": secret_hash, "seen_after": seen_after, "now": now}
    row = connection.execute(_BY_SECRET, facts).one_or_none()
    if row is None:
        return None
    ended_at, signed_in, seen_at = row[_FOUND:]
    stands = row[_PERSON] is not None and ended_at is None
    return SignedInRow(
        signed_in,
        seen_at,
        AccountView(*row[:_PERSON]),
        MembershipView(*row[_PERSON:_FOUND]) if stands else None,
    )


def find_token(connection: Connection, secret_hash: str, *, now: dt.datetime) -> TokenRow | None:
    """Return the token with this secret; None where it is unknown, expired or revoked."""
    row = connection.execute(_BY_TOKEN, {"secret_hash": secret_hash, "now": now}).one_or_none()
    if row is None:
        return None
    account, acting = AccountView(*row[:_PERSON]), MembershipView(*row[_PERSON:_FOUND])
    return TokenRow(account, acting, *row[_FOUND:])


def take_turns_guessing(session: Session) -> None:
    """Wait until no other transaction that called this is open, so that guesses count exactly."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_GUESSING)))


def strangers_guesses(
    connection: Connection, login_hash: str, *, after: dt.datetime
) -> list[dt.datetime]:
    """Return when browsers that it does not know guessed at the login, in rising order."""
    found = (
        select(SignInGuess.guessed_at)
        .where(
            SignInGuess.login_hash == login_hash,
            SignInGuess.guessed_at > after,
            ~SignInGuess.whence.startswith(KNOWN),
        )
        .order_by(SignInGuess.guessed_at)
    )
    return list(connection.scalars(found))


def guesses_from(connection: Connection, whence: str, *, after: dt.datetime) -> list[dt.datetime]:
    """Return when somebody guessed from there, in rising order."""
    found = (
        select(SignInGuess.guessed_at)
        .where(SignInGuess.whence == whence, SignInGuess.guessed_at > after)
        .order_by(SignInGuess.guessed_at)
    )
    return list(connection.scalars(found))


def forget_guess(session: Session, guess: int) -> None:
    """Forget a guess that turned out to be right."""
    session.execute(delete(SignInGuess).where(SignInGuess.id == guess))


def forget_old(session: Session, *, guesses_before: dt.datetime, now: dt.datetime) -> None:
    """Forget guesses and known browsers that count no more."""
    session.execute(delete(SignInGuess).where(SignInGuess.guessed_at <= guesses_before))
    session.execute(delete(KnownDevice).where(KnownDevice.expires_at <= now))


def forget_devices(session: Session, account_id: int) -> None:
    """Forget every browser from which the account was signed in to."""
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))


def find_device(session: Session, account_id: int, secret_hash: str) -> KnownDevice | None:
    """Return the account's known browser with this secret, if there is one."""
    found = select(KnownDevice).where(
        KnownDevice.account_id == account_id, KnownDevice.secret_hash == secret_hash
    )
    return session.scalars(found).one_or_none()


def see(session: Session, signed_in: int, *, now: dt.datetime) -> None:
    """Take note that a browser asked for something."""
    session.execute(update(SignedIn).where(SignedIn.id == signed_in).values(seen_at=now))


def end(
    session: Session,
    account_id: int,
    *,
    now: dt.datetime,
    only: int | None = None,
    but: int | None = None,
) -> None:
    """Sign the account out: everywhere, in one browser only, or in all but one."""
    ending = update(SignedIn).where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
    if only is not None:
        ending = ending.where(SignedIn.id == only)
    if but is not None:
        ending = ending.where(SignedIn.id != but)
    session.execute(ending.values(ended_at=now))


def leave_organisation(session: Session, membership: int) -> None:
    """Let no browser act for an organisation that the account has left."""
    leaving = update(SignedIn).where(SignedIn.membership_id == membership)
    session.execute(leaving.values(membership_id=None))


def use_token(session: Session, key: str, *, now: dt.datetime) -> None:
    """Take note of a token's use."""
    session.execute(update(ApiToken).where(ApiToken.key == key).values(used_at=now))
