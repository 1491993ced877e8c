"""How often each table was written to."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key


class WrittenTable(Base, kw_only=True):
    """A table by name, and how many transactions that wrote to it have committed."""

    __tablename__ = "written_table"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as is

    name: Mapped[Key] = mapped_column(primary_key=True)
    times: Mapped[int]
