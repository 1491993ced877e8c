"""Organisations, their members' accounts, and what proves who somebody is."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Line, LongText, Name, Paragraph, PrimaryKey
from catalog.permissions import Role
from catalog.rules.terms import OrganisationState


class Organisation(Base, kw_only=True):
    """Whom accounts act for: a manufacturer, an owner, a bureau, a body, or the operator.

    ``role`` says which. ``name_folded`` is the name as look-alikes share it. A manufacturer names
    the company whose products are its own once a bureau has proved that it is that company. Of one
    credit code no two are pending or proved; who was refused bars nobody.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        Index(
            "uq_organisation_standing",
            "credit_code",
            unique=True,
            sqlite_where=text("state IN ('pending', 'proved')"),
            postgresql_where=text("state IN ('pending', 'proved')"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    role: Mapped[Role]
    name: Mapped[Name]
    name_folded: Mapped[Name] = mapped_column(index=True)
    credit_code: Mapped[Code | None]
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("certification_body.id"))
    state: Mapped[OrganisationState]
    registered_at: Mapped[dt.datetime]
    judged_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    judged_by: Mapped[Name | None] = mapped_column(default=None)
    judged_reason: Mapped[Paragraph | None] = mapped_column(default=None)


class Account(Base, kw_only=True):
    """A person who can sign in. ``login`` is an e-mail address in its compared form.

    A password that somebody else set must be changed, and is good until ``password_expires_at``.
    ``second_factor`` is the sealed secret of a time-based code; ``second_factor_step`` is the last
    step whose code was used, so that no code counts twice.
    """

    __tablename__ = "account"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    login: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name]
    language: Mapped[Code]
    password_hash: Mapped[Line]
    password_set_at: Mapped[dt.datetime]
    must_change_password: Mapped[bool]
    created_at: Mapped[dt.datetime]
    second_factor: Mapped[Line | None] = mapped_column(default=None)
    second_factor_on: Mapped[bool] = mapped_column(default=False)
    second_factor_step: Mapped[int | None] = mapped_column(default=None)
    password_expires_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    closed_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Membership(Base, kw_only=True):
    """An account acts for an organisation, at a rank; an ended one stays on record."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_standing",
            "account_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    rank: Mapped[int]
    since: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class SignedIn(Base, kw_only=True):
    """A browser that a person signed in with; the cookie's secret is kept only as its hash."""

    __tablename__ = "signed_in"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    secret_hash: Mapped[Key] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    signed_in_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    browser: Mapped[Line | None]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class KnownDevice(Base, kw_only=True):
    """A browser from which an account was signed in to before: guesses elsewhere do not bar it."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("account_id", "secret_hash"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    secret_hash: Mapped[Key]
    known_since: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class SignInGuess(Base, kw_only=True):
    """A sign-in that failed; ``whence`` is the address or the known device, never the password."""

    __tablename__ = "sign_in_guess"
    __table_args__ = (
        Index(None, "login_hash", "guessed_at"),
        Index(None, "whence", "guessed_at"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    login_hash: Mapped[Key]
    whence: Mapped[Key]
    guessed_at: Mapped[dt.datetime]


class ApiToken(Base, kw_only=True):
    """What a program shows; shown once when made, kept as its hash. ``scopes`` is a JSON list."""

    __tablename__ = "api_token"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    secret_hash: Mapped[Key] = mapped_column(unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    name: Mapped[Name]
    scopes: Mapped[LongText]
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class RecoveryCode(Base, kw_only=True):
    """What a person shows who lost the second factor; each counts once."""

    __tablename__ = "recovery_code"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    secret_hash: Mapped[Key]
    used_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Invitation(Base, kw_only=True):
    """An organisation asks a person in; ``ended_at`` is when it was taken up or taken back."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    secret_hash: Mapped[Key] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    login: Mapped[Name]
    rank: Mapped[int]
    invited_by: Mapped[Name]
    invited_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
