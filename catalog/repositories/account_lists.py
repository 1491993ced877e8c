"""Queries for those who keep accounts: everybody's, with for whom they act and who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from catalog.models.account import Account, Membership, Organisation, SignedIn, SignInGuess
from catalog.permissions import Role
from catalog.repositories.accounts import ACCOUNT, memberships_of
from catalog.repositories.signed_in import KNOWN
from catalog.rules.credentials import hashed
from catalog.views.accounts import AccountView, KeptAccount

_PERSON = len(ACCOUNT)


def accounts(
    connection: Connection,
    *,
    words: str,
    role: Role | None,
    has: list[ColumnElement[bool]],
    seen_after: dt.datetime,
    barred: frozenset[str],
    now: dt.datetime,
    limit: int,
    offset: int,
) -> tuple[list[KeptAccount], int]:
    """Return the accounts that have all these facts, those signed in last first, and how many.

    ``words`` are looked for in login, name and organisation; ``barred`` are hashes of logins.
    """
    last = (
        select(
            SignedIn.account_id,
            func.max(SignedIn.signed_in_at).label("signed_in_at"),
            func.count().filter(_is_open(seen_after, now)).label("browsers"),
        )
        .group_by(SignedIn.account_id)
        .subquery()
    )
    found: Select[*tuple[Any, ...]] = (
        select(*ACCOUNT, last.c.signed_in_at, func.coalesce(last.c.browsers, 0))
        .outerjoin(last, last.c.account_id == Account.id)
        .where(*has)
    )
    if words:
        found = found.where(
            or_(
                Account.login.icontains(words, autoescape=True),
                Account.name.icontains(words, autoescape=True),
                _acts_for(Organisation.name.icontains(words, autoescape=True)),
            )
        )
    if role is not None:
        found = found.where(_acts_for(Organisation.role == role))
    number = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = (last.c.signed_in_at.is_(None), last.c.signed_in_at.desc(), Account.login)
    rows = connection.execute(found.order_by(*order).limit(limit).offset(offset)).all()
    return [
        KeptAccount(
            account=AccountView(*row[:_PERSON]),
            memberships=memberships_of(connection, row[0]),
            signed_in_at=row[_PERSON],
            browsers=row[_PERSON + 1],
            is_barred=hashed(row[1]) in barred,
        )
        for row in rows
    ], number


def never_signed_in() -> ColumnElement[bool]:
    """Return the fact that nobody ever signed in with an account."""
    return ~exists().where(SignedIn.account_id == Account.id)


def is_signed_in(seen_after: dt.datetime, now: dt.datetime) -> ColumnElement[bool]:
    """Return the fact that somebody is signed in with an account now."""
    return exists().where(SignedIn.account_id == Account.id, _is_open(seen_after, now))


def has_second_factor() -> ColumnElement[bool]:
    """Return the fact that an account asks for a second factor."""
    return Account.second_factor_on.is_(True)


def is_closed() -> ColumnElement[bool]:
    """Return the fact that nobody may sign in with an account any more."""
    return Account.closed_at.is_not(None)


def must_change_password() -> ColumnElement[bool]:
    """Return the fact that an account's password was set by somebody else."""
    return Account.must_change_password.is_(True)


def has_key(key: str) -> ColumnElement[bool]:
    """Return the fact that an account is the one with this key."""
    return Account.key == key


def has_login_of(connection: Connection, hashes: frozenset[str]) -> ColumnElement[bool]:
    """Return the fact that the hash of an account's login is one of these."""
    logins = connection.scalars(select(Account.login)) if hashes else ()
    return Account.login.in_([login for login in logins if hashed(login) in hashes])


def barred_logins(connection: Connection, *, after: dt.datetime, limit: int) -> frozenset[str]:
    """Return the hashes of logins at which strangers guessed so often since then."""
    found = (
        select(SignInGuess.login_hash)
        .where(SignInGuess.guessed_at > after, ~SignInGuess.whence.startswith(KNOWN))
        .group_by(SignInGuess.login_hash)
        .having(func.count() >= limit)
    )
    return frozenset(connection.scalars(found))


def _is_open(seen_after: dt.datetime, now: dt.datetime) -> ColumnElement[bool]:
    return and_(
        SignedIn.ended_at.is_(None), SignedIn.expires_at > now, SignedIn.seen_at > seen_after
    )


def _acts_for(fact: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Membership.account_id == Account.id,
        Membership.ended_at.is_(None),
        Organisation.id == Membership.organisation_id,
        fact,
    )
