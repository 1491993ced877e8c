"""Queries for accounts, and for whom they act."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select
from sqlalchemy.orm import Session

from catalog.errors import AccountNotFoundError, MemberNotFoundError
from catalog.models.account import (
    Account,
    Invitation,
    KnownDevice,
    Membership,
    Organisation,
    RecoveryCode,
    SignedIn,
)
from catalog.models.division import Division
from catalog.permissions import Rank
from catalog.views.accounts import (
    AccountView,
    BrowserView,
    InvitationView,
    MembershipView,
    MemberView,
)

ACCOUNT = (
    Account.key,
    Account.login,
    Account.name,
    Account.language,
    Account.created_at,
    Account.must_change_password,
    Account.second_factor_on,
    Account.closed_at,
)
MEMBERSHIP = (
    Membership.id,
    Organisation.key,
    Organisation.name,
    Organisation.role,
    Organisation.state,
    Division.key,
    Membership.rank,
)
_ACCOUNTS: Select[*tuple[Any, ...]] = select(*ACCOUNT).order_by(Account.login)
_MEMBERSHIPS: Select[*tuple[Any, ...]] = (
    select(*MEMBERSHIP)
    .select_from(Membership)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Division, Division.id == Organisation.division_id)
    .join(Account, Account.id == Membership.account_id)
    .where(Account.key == bindparam("account"), Membership.ended_at.is_(None))
    .order_by(Organisation.name, Membership.id)
)
_MEMBERS: Select[*tuple[Any, ...]] = (
    select(
        Account.key,
        Account.login,
        Account.name,
        Membership.rank,
        Membership.since,
        Account.second_factor_on,
    )
    .join(Membership, Membership.account_id == Account.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Organisation.key == bindparam("organisation"), Membership.ended_at.is_(None))
    .order_by(Membership.rank.desc(), Account.login)
)
_INVITATIONS: Select[*tuple[Any, ...]] = (
    select(
        Invitation.key,
        Invitation.login,
        Invitation.rank,
        Invitation.invited_by,
        Invitation.invited_at,
        Invitation.expires_at,
    )
    .join(Organisation, Organisation.id == Invitation.organisation_id)
    .where(
        Organisation.key == bindparam("organisation"),
        Invitation.ended_at.is_(None),
        Invitation.expires_at > bindparam("now"),
    )
    .order_by(Invitation.invited_at.desc(), Invitation.id.desc())
)
_BROWSERS: Select[*tuple[Any, ...]] = (
    select(
        SignedIn.id,
        SignedIn.browser,
        SignedIn.signed_in_at,
        SignedIn.seen_at,
        SignedIn.id == bindparam("this"),
    )
    .join(Account, Account.id == SignedIn.account_id)
    .where(
        Account.key == bindparam("account"),
        SignedIn.ended_at.is_(None),
        SignedIn.expires_at > bindparam("now"),
        SignedIn.seen_at > bindparam("seen_after"),
    )
    .order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
)


def find_by_login(session: Session, login: str) -> Account | None:
    """Return the account with this login, if there is one, open or closed."""
    return session.scalars(select(Account).where(Account.login == login)).one_or_none()


def get_account(session: Session, key: str) -> Account:
    """Return the account with this key, for this transaction alone to change.

    Raises:
        AccountNotFoundError: There is none.
    """
    found = select(Account).where(Account.key == key).with_for_update()
    account = session.scalars(found).one_or_none()
    if account is None:
        raise AccountNotFoundError(key=key)
    return account


def get_by_login(session: Session, login: str) -> Account:
    """Return the account with this login, or raise AccountNotFoundError."""
    account = find_by_login(session, login)
    if account is None:
        raise AccountNotFoundError(key=login)
    return account


def get_view(connection: Connection, key: str) -> AccountView:
    """Return the account as people see it, or raise AccountNotFoundError."""
    row = connection.execute(_ACCOUNTS.where(Account.key == key)).one_or_none()
    if row is None:
        raise AccountNotFoundError(key=key)
    return AccountView(*row)


def all_accounts(connection: Connection) -> list[AccountView]:
    """Return every account in order of login."""
    return [AccountView(*row) for row in connection.execute(_ACCOUNTS)]


def memberships_of(connection: Connection, account: str) -> list[MembershipView]:
    """Return for whom the account acts."""
    return [MembershipView(*row) for row in connection.execute(_MEMBERSHIPS, {"account": account})]


def members_of(connection: Connection, organisation: str) -> list[MemberView]:
    """Return the organisation's members, administrators first."""
    rows = connection.execute(_MEMBERS, {"organisation": organisation})
    return [MemberView(*row) for row in rows]


def invitations_of(
    connection: Connection, organisation: str, *, now: dt.datetime
) -> list[InvitationView]:
    """Return the invitations that can still be taken up, newest first."""
    rows = connection.execute(_INVITATIONS, {"organisation": organisation, "now": now})
    return [InvitationView(*row) for row in rows]


def browsers_of(
    connection: Connection,
    account: str,
    *,
    this: int | None,
    seen_after: dt.datetime,
    now: dt.datetime,
) -> list[BrowserView]:
    """Return the browsers in which the account is signed in, the last used first."""
    facts = {"account": account, "this": this or 0, "seen_after": seen_after, "now": now}
    return [BrowserView(*row) for row in connection.execute(_BROWSERS, facts)]


def standing_membership(
    session: Session, account: Account, organisation: Organisation
) -> Membership | None:
    """Return the account's membership that has not ended, if there is one."""
    found = select(Membership).where(
        Membership.account_id == account.id,
        Membership.organisation_id == organisation.id,
        Membership.ended_at.is_(None),
    )
    return session.scalars(found).one_or_none()


def count_administrators(session: Session, organisation: Organisation) -> int:
    """Return how many administrators the organisation has whose accounts are open."""
    found = (
        select(func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
            Membership.rank == Rank.ADMINISTRATOR,
            Account.closed_at.is_(None),
        )
    )
    return session.scalar(found) or 0


def find_invitation(session: Session, secret_hash: str) -> Invitation | None:
    """Return the invitation that the secret opens, if there is one."""
    found = select(Invitation).where(Invitation.secret_hash == secret_hash)
    return session.scalars(found.with_for_update()).one_or_none()


def get_invitation(session: Session, organisation: Organisation, key: str) -> Invitation:
    """Return the organisation's invitation that still stands, or raise MemberNotFoundError."""
    found = select(Invitation).where(
        Invitation.key == key,
        Invitation.organisation_id == organisation.id,
        Invitation.ended_at.is_(None),
    )
    invitation = session.scalars(found.with_for_update()).one_or_none()
    if invitation is None:
        raise MemberNotFoundError(key=key)
    return invitation


def invited_login(connection: Connection, secret_hash: str, *, now: dt.datetime) -> str | None:
    """Return whom an invitation is for that can still be taken up, None where there is none."""
    return connection.scalar(
        select(Invitation.login).where(
            Invitation.secret_hash == secret_hash,
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def find_membership(
    session: Session, organisation: Organisation, account: str
) -> Membership | None:
    """Return the standing membership of the account with this key, if there is one."""
    found = (
        select(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Account.key == account,
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
        )
    )
    return session.scalars(found).one_or_none()


def find_recovery_code(session: Session, account: Account, secret_hash: str) -> RecoveryCode | None:
    """Return the account's unused recovery code, if this is one."""
    found = select(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.secret_hash == secret_hash,
        RecoveryCode.used_at.is_(None),
    )
    return session.scalars(found.with_for_update()).one_or_none()


def pending_second_factor(connection: Connection, account: str) -> str | None:
    """Return the sealed secret that waits for its first code, if one does."""
    found = select(Account.second_factor).where(
        Account.key == account, Account.second_factor_on.is_(False)
    )
    return connection.scalar(found)


def forget_recovery_codes(session: Session, account: Account) -> None:
    """Forget the account's recovery codes, used and unused."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def count_recovery_codes(connection: Connection, account: str) -> int:
    """Return how many recovery codes the account has left."""
    found = (
        select(func.count())
        .select_from(RecoveryCode)
        .join(Account, Account.id == RecoveryCode.account_id)
        .where(Account.key == account, RecoveryCode.used_at.is_(None))
    )
    return connection.scalar(found) or 0


def is_known_device(
    connection: Connection, account_id: int, secret_hash: str, *, now: dt.datetime
) -> bool:
    """Tell whether the account was signed in to from the browser with this secret."""
    found = select(KnownDevice.id).where(
        KnownDevice.account_id == account_id,
        KnownDevice.secret_hash == secret_hash,
        KnownDevice.expires_at > now,
    )
    return connection.execute(found).first() is not None
