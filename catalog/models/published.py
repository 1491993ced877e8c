"""Published figures: frozen for ever, with all that they were made of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.rules.periods import Basis
from catalog.rules.terms import Stage


class PublishedFigure(Base, kw_only=True):
    """The figures of a division, or of the Corps where none is named, for a year.

    ``content`` is their canonical JSON (``catalog.views.published``) and ``content_hash`` its
    SHA-256; the other columns before it repeat what it says, to be looked for. What was known at
    ``published_at`` is what it was made of. A row is never changed or deleted.
    """

    __tablename__ = "published_figure"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    content_hash: Mapped[Key] = mapped_column(unique=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    basis: Mapped[Basis]
    year: Mapped[int]
    stage: Mapped[Stage]
    method: Mapped[Code]
    content: Mapped[LongText]
    published_at: Mapped[dt.datetime]
    published_by: Mapped[Name]
    note: Mapped[Paragraph | None]
