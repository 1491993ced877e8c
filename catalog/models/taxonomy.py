"""The versioned certification catalogues: what kinds of product there are, and since when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, Line, Name, PrimaryKey


class Catalogue(Base, kw_only=True):
    """A published list of categories, such as the 51 kinds of 2020."""

    __tablename__ = "catalogue"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
    source: Mapped[Line]
    effective_from: Mapped[dt.date | None]


class CategoryGroup(Base, kw_only=True):
    """A group of categories inside a catalogue."""

    __tablename__ = "category_group"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    catalogue_id: Mapped[int] = mapped_column(ForeignKey("catalogue.id"), index=True)
    key: Mapped[Key] = mapped_column(unique=True)
    position: Mapped[int]
    name_zh: Mapped[Name]
    name_en: Mapped[Name]


class Category(Base, kw_only=True):
    """A kind of product. ``batch`` is the release of the catalogue that brought it."""

    __tablename__ = "category"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    catalogue_id: Mapped[int] = mapped_column(ForeignKey("catalogue.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("category_group.id"), index=True)
    key: Mapped[Key] = mapped_column(unique=True)
    position: Mapped[int]
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
    standard: Mapped[Name | None]
    batch: Mapped[Key | None]
    effective_from: Mapped[dt.date | None]
    effective_to: Mapped[dt.date | None]
