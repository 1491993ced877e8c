"""Published rules and the small lists that rules speak of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, LongText, Name, Paragraph, PrimaryKey


class RulePack(Base, kw_only=True):
    """A published version of a rule; never edited, only followed by another version."""

    __tablename__ = "rule_pack"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key]
    version: Mapped[Code]
    kind: Mapped[Code]
    jurisdiction: Mapped[Name]
    effective_from: Mapped[dt.date | None]
    effective_to: Mapped[dt.date | None]
    content: Mapped[LongText]
    content_hash: Mapped[Key]
    recorded_at: Mapped[dt.datetime]


_STANDING = text("ended_at IS NULL")


class RuleChoice(Base, kw_only=True):
    """Somebody's choice of another pack for a project than the one in force, and why.

    It holds for one ``kind`` of pack and, of ratio packs, for one ``method`` (empty for the other
    kinds), until it is ended; an ended choice stays on record. ``pack`` is ``key@version``.
    """

    __tablename__ = "rule_choice"
    __table_args__ = (
        Index(
            "uq_rule_choice_standing",
            "project_id",
            "kind",
            "method",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[Code]
    method: Mapped[Code]
    pack: Mapped[Key]
    reason: Mapped[Paragraph]
    actor: Mapped[Name]
    chosen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    ended_by: Mapped[Name | None] = mapped_column(default=None)
    ended_reason: Mapped[Paragraph | None] = mapped_column(default=None)


class Unit(Base, kw_only=True):
    """A unit of quantity; ``factor`` (an exact decimal) times it is the dimension's base unit."""

    __tablename__ = "unit"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
    symbol: Mapped[Code]
    dimension: Mapped[Code]
    factor: Mapped[Code]
    is_base: Mapped[bool]
    aliases: Mapped[LongText]


class Place(Base, kw_only=True):
    """A place of use in a building (部位)."""

    __tablename__ = "place"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
