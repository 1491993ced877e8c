"""What an owner lays over the shared score."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, LongText, Name, PrimaryKey


class OwnerPolicy(Base, kw_only=True):
    """A version of an organisation's own weights, demands and exclusions; never edited.

    ``pack`` is the score pack (``key@version``) that it is laid over, ``content`` its JSON. The
    one that nobody has ended stands.
    """

    __tablename__ = "owner_policy"
    __table_args__ = (
        UniqueConstraint("organisation_id", "version"),
        Index(
            "uq_owner_policy_standing",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int]
    pack: Mapped[Key]
    content: Mapped[LongText]
    set_by: Mapped[Name]
    set_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)
