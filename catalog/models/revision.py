"""Revisions: every state that a company, product, certificate, project or building was in.

One table is the audit (who, when, why), the second clock of slowly changing things (as known
then) and what an undo restores.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, LongText, Name, PrimaryKey


class Entity(StrEnum):
    """What has revisions."""

    COMPANY = "company"
    PRODUCT = "product"
    CERTIFICATE = "certificate"
    PROJECT = "project"
    BUILDING = "building"
    DECLARATION = "declaration"


class Revision(Base, kw_only=True):
    """The state of one row after a change; ``data`` is its columns as JSON."""

    __tablename__ = "revision"
    __table_args__ = (Index(None, "entity", "entity_id", "id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    entity: Mapped[Entity]
    entity_id: Mapped[int]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[Name]
    reason: Mapped[Name]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)
    data: Mapped[LongText]
