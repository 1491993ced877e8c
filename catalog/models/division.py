"""Divisions: the 14 divisions and the Corps level, with the names they bore and when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Name, PrimaryKey


class Division(Base, kw_only=True):
    """A division, by its ordinal; there is no national code for one.

    ``jurisdiction`` is the place whose rules its projects go by, such as CN-XJ-XPCC.
    """

    __tablename__ = "division"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    position: Mapped[int]
    jurisdiction: Mapped[Name] = mapped_column(server_default="CN")


class DivisionName(Base, kw_only=True):
    """What a division was called, and which city it was merged with, in a span of time."""

    __tablename__ = "division_name"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    name_zh: Mapped[Name]
    name_en: Mapped[Name]
    city: Mapped[Name | None]
    city_code: Mapped[Code | None]
    region: Mapped[Name | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
