"""Notices: what an organisation should know in time, and the ways it is told: mail and webhooks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Line, LongText, Name, PrimaryKey


class Notice(Base, kw_only=True):
    """Something that an organisation is told once.

    ``kind`` is a kind of watch (``rules.watching``). ``thing`` and ``thing_key`` say what it is
    about, ``name`` what people call that. ``occasion`` tells one time from the next: a notice is
    made once for each, however often they are made. ``due_on`` is the day that matters, null
    where it is unknown.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "thing_key", "occasion"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Code]
    thing: Mapped[Code]
    thing_key: Mapped[Key]
    name: Mapped[Line]
    occasion: Mapped[Key]
    due_on: Mapped[dt.date | None]
    made_at: Mapped[dt.datetime]


class NoticeRead(Base, kw_only=True):
    """An account has read a notice; each member reads for himself."""

    __tablename__ = "notice_read"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False
    )
    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notice.id"), primary_key=True, autoincrement=False, index=True
    )
    read_at: Mapped[dt.datetime]


class NoticeChoice(Base, kw_only=True):
    """What an account wants of a kind of notice; who chose nothing is shown and mailed it."""

    __tablename__ = "notice_choice"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[Code] = mapped_column(primary_key=True)
    is_shown: Mapped[bool]
    is_mailed: Mapped[bool]


class Letter(Base, kw_only=True):
    """An e-mail that waits, went out, or was given up; one tells of several notices.

    ``next_at`` is when to try next, null where nothing more is tried.
    """

    __tablename__ = "letter"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    subject: Mapped[Line]
    text: Mapped[LongText]
    made_at: Mapped[dt.datetime]
    tries: Mapped[int]
    next_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    sent_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    trouble: Mapped[Line | None] = mapped_column(default=None)


class Webhook(Base, kw_only=True):
    """An address of an organisation that is told of its notices as they are made.

    ``secret`` is sealed and signs what is sent. ``kinds`` is a JSON list, empty for every kind.
    """

    __tablename__ = "webhook"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    url: Mapped[Line]
    secret: Mapped[LongText]
    kinds: Mapped[LongText]
    made_by: Mapped[Name]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class WebhookDelivery(Base, kw_only=True):
    """Something sent to a webhook, or to be sent: the very bytes, and how it went.

    ``key`` goes with it, so that a receiver knows what it had before. ``next_at`` is when to try
    next; null with no ``delivered_at`` is a dead letter, which a person may send again.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (UniqueConstraint("webhook_id", "notice_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    event: Mapped[Code]
    payload: Mapped[LongText]
    made_at: Mapped[dt.datetime]
    tries: Mapped[int]
    next_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)
    trouble: Mapped[Line | None] = mapped_column(default=None)


class WebhookTry(Base, kw_only=True):
    """One attempt at a delivery: when, and what the other side answered or why it could not."""

    __tablename__ = "webhook_try"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_delivery.id"), index=True)
    tried_at: Mapped[dt.datetime]
    status: Mapped[int | None]
    trouble: Mapped[Line | None]
