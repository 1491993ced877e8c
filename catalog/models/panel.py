"""The panel of reviewing experts, what bars them, and draws from it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Line, LongText, Name, Paragraph, PrimaryKey


class Expert(Base, kw_only=True):
    """A person of the panel, from one day to another; ``fields`` is a JSON list of group keys.

    ``employer_code`` is the unified social credit code of the employer where it is known.
    """

    __tablename__ = "expert"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]
    employer: Mapped[Name]
    employer_code: Mapped[Code | None]
    fields: Mapped[LongText]
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    added_at: Mapped[dt.datetime]
    added_by: Mapped[Name]


class Recusal(Base, kw_only=True):
    """An interest that bars an expert from whatever concerns a company; an ended one stays."""

    __tablename__ = "recusal"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    party: Mapped[Name]
    reason: Mapped[Paragraph]
    declared_at: Mapped[dt.datetime]
    declared_by: Mapped[Name]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    ended_by: Mapped[Name | None] = mapped_column(default=None)


class Draw(Base, kw_only=True):
    """A draw of experts: announced with the hash of its seed and of the panel, revealed later.

    ``content`` is the canonical JSON of what is published (``catalog.rules.draw.DrawRecord``);
    before the reveal it holds neither the seed nor anybody's name. ``panel`` is the frozen panel
    as canonical JSON, ``sealed_seed`` the seed until it is revealed.
    """

    __tablename__ = "draw"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    title: Mapped[Name]
    commitment: Mapped[Key] = mapped_column(unique=True)
    panel_hash: Mapped[Key]
    panel: Mapped[LongText]
    content: Mapped[LongText]
    announced_at: Mapped[dt.datetime]
    announced_by: Mapped[Name]
    sealed_seed: Mapped[Line | None] = mapped_column(default=None)
    revealed_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    revealed_by: Mapped[Name | None] = mapped_column(default=None)
    voided_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    voided_by: Mapped[Name | None] = mapped_column(default=None)
    void_reason: Mapped[Paragraph | None] = mapped_column(default=None)
