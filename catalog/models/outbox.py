"""What the search index has yet to learn, and who may teach it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, PrimaryKey


class OutboxEntry(Base, kw_only=True):
    """One product whose search document is stale.

    Numbers are never used twice: the worker settles by number what it has read.
    """

    __tablename__ = "outbox_entry"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  SQLAlchemy reads it as is

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int]
    recorded_at: Mapped[dt.datetime]


class Lease(Base, kw_only=True):
    """The right to do a piece of background work, until it expires."""

    __tablename__ = "lease"

    name: Mapped[Key] = mapped_column(primary_key=True)
    holder: Mapped[Key]
    expires_at: Mapped[dt.datetime]
