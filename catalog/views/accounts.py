"""What people see of accounts, organisations and what proves who they are."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.permissions import Action, Actor, Role
from catalog.rules.terms import OrganisationState


class AccountView(msgspec.Struct, frozen=True):
    """A person who can sign in; ``closed_at`` says since when no more."""

    key: str
    login: str
    name: str
    language: str
    created_at: dt.datetime
    must_change_password: bool
    has_second_factor: bool
    closed_at: dt.datetime | None


class KeptAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the operator sees it.

    ``browsers`` counts those that are signed in now; ``is_barred`` tells that strangers guessed so
    often at it that they must wait: browsers it signed in from before need not.
    """

    account: AccountView
    memberships: list[MembershipView]
    signed_in_at: dt.datetime | None
    browsers: int
    is_barred: bool


class KeptAccountPage(msgspec.Struct, frozen=True):
    """Some accounts, and how many there are."""

    items: list[KeptAccount]
    total: int


class OrganisationView(msgspec.Struct, frozen=True):
    """An organisation; ``division`` and ``company`` are keys."""

    key: str
    role: Role
    name: str
    credit_code: str | None
    division: str | None
    company: str | None
    state: OrganisationState
    registered_at: dt.datetime
    judged_at: dt.datetime | None
    judged_by: str | None
    judged_reason: str | None


class Registration(msgspec.Struct, frozen=True):
    """A registration with what a judge should know: whose name or code is like its own."""

    organisation: OrganisationView
    alike: list[OrganisationView]
    company_name: str | None


class OrganisationPage(msgspec.Struct, frozen=True):
    """Some organisations, and how many there are."""

    items: list[OrganisationView]
    total: int


class MembershipView(msgspec.Struct, frozen=True):
    """For whom an account acts, and at what rank; ``id`` names the membership."""

    id: int
    organisation: str
    organisation_name: str
    role: Role
    state: OrganisationState
    division: str | None
    rank: int


class MemberView(msgspec.Struct, frozen=True):
    """A member as the organisation's administrators see it."""

    account: str
    login: str
    name: str
    rank: int
    since: dt.datetime
    has_second_factor: bool


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation that nobody has taken up yet."""

    key: str
    login: str
    rank: int
    invited_by: str
    invited_at: dt.datetime
    expires_at: dt.datetime


class BrowserView(msgspec.Struct, frozen=True):
    """A browser in which the account is signed in."""

    id: int
    browser: str | None
    signed_in_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


class TokenView(msgspec.Struct, frozen=True):
    """An API token without its secret; ``key`` stands in the token, so that one is recognised."""

    key: str
    name: str
    scopes: list[Action]
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


class MadeToken(msgspec.Struct, frozen=True):
    """An API token with its secret, which nobody can read again."""

    token: TokenView
    secret: str


class Member(msgspec.Struct, frozen=True):
    """Who is signed in: the account, for whom it acts, and what it may."""

    signed_in: int
    seen_at: dt.datetime
    account: AccountView
    acting: MembershipView | None
    actor: Actor
