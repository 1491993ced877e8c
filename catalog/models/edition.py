"""Editions: the catalogue and the adoption list as they were published, frozen for ever."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.rules.terms import EditionKind


class Edition(Base, kw_only=True):
    """A numbered edition as of a day, of what was known when it was published.

    ``head`` is the canonical JSON of what stands before its entries; ``content_hash`` is the
    SHA-256 of head and entries together (``catalog.rules.editions``). Never changed or deleted.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("kind", "year", "number"),
        UniqueConstraint("kind", "as_of"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[EditionKind]
    year: Mapped[int]
    number: Mapped[int]
    as_of: Mapped[dt.date]
    head: Mapped[LongText]
    content_hash: Mapped[Key]
    entries: Mapped[int]
    is_synthetic: Mapped[bool]
    published_at: Mapped[dt.datetime]
    published_by: Mapped[Name]
    note: Mapped[Paragraph | None]


class EditionLine(Base, kw_only=True):
    """One entry of an edition, as its canonical JSON; ``words`` is what a search in it reads."""

    __tablename__ = "edition_line"
    __table_args__ = (UniqueConstraint("edition_id", "position"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    position: Mapped[int]
    words: Mapped[LongText]
    content: Mapped[LongText]


class EditionNote(Base, kw_only=True):
    """What was found wrong in an edition after it was published: public, beside it, dated."""

    __tablename__ = "edition_note"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    text: Mapped[Paragraph]
    written_at: Mapped[dt.datetime]
    written_by: Mapped[Name]
