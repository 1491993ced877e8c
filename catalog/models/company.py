"""Companies: who applies for, makes and holds what is certified."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Line, Name, PrimaryKey


class Company(Base, kw_only=True):
    """A company, known by its unified social credit code or, failing that, by its name."""

    __tablename__ = "company"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)
    credit_code: Mapped[Code | None] = mapped_column(unique=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    address: Mapped[Line | None]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
