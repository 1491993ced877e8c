"""The record: who changed what, when, why, from what to what, each entry sealing the one before."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, LongText, Name, Paragraph, PrimaryKey


class AuditEntry(Base, kw_only=True):
    """One change by one actor; never changed, never deleted.

    ``number`` counts without gaps; ``hash`` is the SHA-256 of the entry's canonical JSON with
    ``previous_hash`` in it. ``before`` and ``after`` are JSON of what changed, null where there
    was or is nothing; secrets never stand in them. ``thing`` and ``thing_key`` say what was
    changed, ``division`` and ``organisation`` (keys) whose it is.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "thing", "thing_key"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[Name]
    account: Mapped[Key | None]
    acts_for: Mapped[Key | None]
    role: Mapped[Code]
    action: Mapped[Code] = mapped_column(index=True)
    thing: Mapped[Code]
    thing_key: Mapped[Key]
    division: Mapped[Key | None] = mapped_column(index=True)
    organisation: Mapped[Key | None] = mapped_column(index=True)
    reason: Mapped[Paragraph | None]
    before: Mapped[LongText | None]
    after: Mapped[LongText | None]
    previous_hash: Mapped[Key]
    hash: Mapped[Key] = mapped_column(unique=True)
