"""The ratio that an owner means to reach with a project."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Exact, Name, PrimaryKey


class ProjectTarget(Base, kw_only=True):
    """The percentage that every building of a project shall reach, by one method.

    Of a project one target stands at a time; an earlier one stays on record.
    """

    __tablename__ = "project_target"
    __table_args__ = (
        Index(
            "uq_project_target_standing",
            "project_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    method: Mapped[Code]
    percent: Mapped[Exact]
    chosen_at: Mapped[dt.datetime]
    chosen_by: Mapped[Name]
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)
