"""Searches that people keep."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, LongText, Name, PrimaryKey


class SavedSearch(Base, kw_only=True):
    """A search that its owner wants to see again.

    ``query`` is the query part of the search's address, which anybody may be given. ``total`` is
    how many products it found when its owner last took note, null if nobody could count then.
    """

    __tablename__ = "saved_search"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    owner: Mapped[Key] = mapped_column(index=True)
    name: Mapped[Name | None]
    query: Mapped[LongText]
    total: Mapped[int | None]
    counted_at: Mapped[dt.datetime]
    saved_at: Mapped[dt.datetime]
    deleted_at: Mapped[dt.datetime | None] = mapped_column(default=None)
