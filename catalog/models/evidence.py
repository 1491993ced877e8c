"""Evidence: files kept outside the database, known by their hash."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Name, Paragraph, PrimaryKey


class Evidence(Base, kw_only=True):
    """A file that somebody handed in as proof. The same file twice is two rows of one hash.

    ``media_type`` is what its bytes are, not what its name says. ``missing_since`` and
    ``altered_since`` say when a check first found that the kept file is gone, or differs. Since
    ``public_since`` anyone may open it: ``public_by`` allowed that, for ``public_reason``.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "sha256"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    sha256: Mapped[Key]
    size: Mapped[int]
    media_type: Mapped[Code]
    name: Mapped[Name]
    note: Mapped[Paragraph | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    uploaded_by: Mapped[Name]
    uploaded_at: Mapped[dt.datetime]
    checked_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    missing_since: Mapped[dt.datetime | None] = mapped_column(default=None)
    altered_since: Mapped[dt.datetime | None] = mapped_column(default=None)
    public_since: Mapped[dt.datetime | None] = mapped_column(default=None)
    public_by: Mapped[Name | None] = mapped_column(default=None)
    public_reason: Mapped[Paragraph | None] = mapped_column(default=None)
