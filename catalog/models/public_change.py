"""The change feed: which public things changed, one after the other as they were committed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base
from catalog.rules.terms import PublicThing


class PublicChange(Base, kw_only=True):
    """Something public became known, changed or was withdrawn in one transaction.

    ``number`` follows the order of commits: who has read up to one has missed none before it.
    ``thing_id`` is the row in the thing's own table. Never changed, never deleted.
    """

    __tablename__ = "public_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    thing: Mapped[PublicThing]
    thing_id: Mapped[int]
    recorded_at: Mapped[dt.datetime]
