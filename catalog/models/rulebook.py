"""Published rules and the small lists that rules speak of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, LongText, Name, PrimaryKey


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
