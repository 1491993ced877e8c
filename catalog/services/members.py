"""Organisations let people in and out; the last administrator stays."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import (
    MemberNotFoundError,
    MembershipRefusedError,
    OrganisationNotFoundError,
)
from catalog.models.account import Account, Invitation, Membership, Organisation
from catalog.permissions import Action, Actor, Rank, Thing, ensure, may
from catalog.repositories import accounts, organisations, signed_in
from catalog.rules.credentials import hashed, is_login, normal_login
from catalog.services import audit
from catalog.services.gate import Gate
from catalog.views.accounts import InvitationView, MemberView


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to let in, and at what rank; ``key`` names the invitation, ``secret`` opens it."""

    login: str
    rank: Rank
    key: str
    secret: str


def members(connection: Connection, organisation: str, *, actor: Actor) -> list[MemberView]:
    """Return the organisation's members.

    Raises:
        OrganisationNotFoundError: The actor is neither of it nor may keep its members.
    """
    if actor.organisation != organisation:
        _ensure(actor, organisation)
    return accounts.members_of(connection, organisation)


def invitations(
    connection: Connection, organisation: str, *, actor: Actor, now: dt.datetime
) -> list[InvitationView]:
    """Return the invitations that can still be taken up."""
    _ensure(actor, organisation)
    return accounts.invitations_of(connection, organisation, now=now)


def add_member(
    session: Session,
    organisation: str,
    account: str,
    *,
    rank: Rank,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let an account act for an organisation without asking the person.

    Raises:
        PermissionDeniedError: The actor may not keep accounts.
        OrganisationNotFoundError, AccountNotFoundError: There is none.
        MembershipRefusedError: The account is a member.
    """
    ensure(actor, Action.KEEP_ACCOUNTS)
    joined = organisations.get_organisation(session, organisation)
    _join(session, joined, accounts.get_account(session, account), rank, actor, now=now)


def invite(
    session: Session,
    organisation: str,
    new: NewInvitation,
    *,
    gate: Gate,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Ask a person in; whoever shows the secret may join under this login.

    Raises:
        OrganisationNotFoundError: The actor may not keep members, or not of this organisation.
        MembershipRefusedError: The login is no e-mail address.
    """
    _ensure(actor, organisation)
    inviting = organisations.get_organisation(session, organisation)
    login = normal_login(new.login)
    if not is_login(login):
        raise MembershipRefusedError(
            reason_zh="请填写完整的邮箱地址", reason_en="write a whole e-mail address"
        )
    invitation = Invitation(
        key=new.key,
        secret_hash=hashed(new.secret),
        organisation_id=inviting.id,
        login=login,
        rank=new.rank,
        invited_by=actor.name,
        invited_at=now,
        expires_at=now + gate.invitation_lasting,
    )
    session.add(invitation)
    session.flush()
    _record(session, inviting, actor, new.key, now, before=None, after=(login, new.rank))


def withdraw_invitation(
    session: Session, organisation: str, key: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Take an invitation back.

    Raises:
        OrganisationNotFoundError: The actor may not keep members of it.
        MemberNotFoundError: There is no such invitation that still stands.
    """
    _ensure(actor, organisation)
    inviting = organisations.get_organisation(session, organisation)
    invitation = accounts.get_invitation(session, inviting, key)
    invitation.ended_at = now
    _record(session, inviting, actor, key, now, before=(invitation.login, invitation.rank))


def invited_login(connection: Connection, secret: str, *, now: dt.datetime) -> str | None:
    """Return whom an invitation is for; None where it is unknown, old, taken up or taken back."""
    return accounts.invited_login(connection, hashed(secret), now=now)


def accept(
    session: Session, secret: str, account: Account, *, actor: Actor, now: dt.datetime
) -> None:
    """Take an invitation up.

    Raises:
        MembershipRefusedError: It is unknown, old, used, or for another login.
    """
    ensure(actor, Action.KEEP_OWN_ACCOUNT)
    invitation = accounts.find_invitation(session, hashed(secret))
    if invitation is None or invitation.ended_at is not None or invitation.expires_at <= now:
        raise MembershipRefusedError(
            reason_zh="邀请码不对、已过期或已用过，请让邀请您的人重新邀请",
            reason_en="the invitation is unknown, too old or used; ask for another",
        )
    if invitation.login != account.login:
        raise MembershipRefusedError(
            reason_zh="这份邀请是给另一个登录名的", reason_en="the invitation is for another login"
        )
    invitation.ended_at, invitation.account_id = now, account.id
    organisation = session.get_one(Organisation, invitation.organisation_id)
    _join(session, organisation, account, Rank(invitation.rank), actor, now=now)


def accept_own(session: Session, secret: str, *, actor: Actor, now: dt.datetime) -> None:
    """Let somebody who has an account take an invitation up, as ``accept`` does."""
    account = accounts.get_account(session, actor.account or "")
    accept(session, secret, account, actor=actor, now=now)


def change_rank(
    session: Session,
    organisation: str,
    account: str,
    rank: Rank,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Give a member another rank.

    Raises:
        OrganisationNotFoundError: The actor may not keep members of it.
        MemberNotFoundError: The account is no member.
        MembershipRefusedError: It is the last administrator.
    """
    of, membership = _member(session, organisation, account, actor)
    before = membership.rank
    if before == rank:
        return
    if before == Rank.ADMINISTRATOR:
        _ensure_another(session, of)
    membership.rank = rank
    _record(session, of, actor, account, now, before=(None, before), after=(None, rank))


def remove_member(
    session: Session, organisation: str, account: str, *, actor: Actor, now: dt.datetime
) -> None:
    """End a membership; tokens made in it end with it, and browsers act for it no more.

    Raises:
        OrganisationNotFoundError: The actor may not keep members of it.
        MemberNotFoundError: The account is no member.
        MembershipRefusedError: It is the last administrator.
    """
    of, membership = _member(session, organisation, account, actor)
    if membership.rank == Rank.ADMINISTRATOR:
        _ensure_another(session, of)
    membership.ended_at = now
    session.flush()
    signed_in.leave_organisation(session, membership.id)
    _record(session, of, actor, account, now, before=(None, membership.rank))


def _ensure(actor: Actor, organisation: str) -> None:
    """Answer as if the organisation were not there to whoever may not keep its members."""
    if actor.organisation == organisation:
        ensure(actor, Action.KEEP_MEMBERS, Thing(organisation=organisation))
    elif not may(actor, Action.KEEP_MEMBERS, Thing(organisation=organisation)):
        raise OrganisationNotFoundError(key=organisation)


def _member(
    session: Session, organisation: str, account: str, actor: Actor
) -> tuple[Organisation, Membership]:
    _ensure(actor, organisation)
    # Locked, so that of two administrators who remove each other at once one stays.
    of = organisations.get_organisation(session, organisation)
    found = accounts.find_membership(session, of, account)
    if found is None:
        raise MemberNotFoundError(key=account)
    return of, found


def _ensure_another(session: Session, organisation: Organisation) -> None:
    if accounts.count_administrators(session, organisation) <= 1:
        raise MembershipRefusedError(
            reason_zh="这是最后一位管理员，请先让另一位成员成为管理员",
            reason_en="this is the last administrator; make another member one first",
        )


def _join(
    session: Session,
    organisation: Organisation,
    account: Account,
    rank: Rank,
    actor: Actor,
    *,
    now: dt.datetime,
) -> None:
    organisation = organisations.get_organisation(session, organisation.key)
    if accounts.standing_membership(session, account, organisation) is not None:
        raise MembershipRefusedError(
            reason_zh="该账号已是成员", reason_en="the account is a member already"
        )
    joined = Membership(
        account_id=account.id, organisation_id=organisation.id, rank=rank, since=now
    )
    session.add(joined)
    session.flush()
    _record(session, organisation, actor, account.key, now, after=(account.login, rank))


def _record(
    session: Session,
    organisation: Organisation,
    actor: Actor,
    key: str,
    now: dt.datetime,
    *,
    before: tuple[str | None, int] | None = None,
    after: tuple[str | None, int] | None = None,
) -> None:
    division = organisations.division_key(session.connection(), organisation)
    audit.record(
        session,
        actor,
        action=Action.KEEP_MEMBERS,
        thing="member",
        key=key,
        now=now,
        before=_facts(before),
        after=_facts(after),
        whose=Thing(organisation=organisation.key, division=division),
    )


def _facts(facts: tuple[str | None, int] | None) -> dict[str, str | None] | None:
    if facts is None:
        return None
    login, rank = facts
    return {"login": login, "rank": Rank(rank).name.lower()}
