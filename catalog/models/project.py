"""Projects and their buildings."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Dialect, ForeignKey, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Exact, Key, Name, PrimaryKey
from catalog.rules.terms import ProjectKind, ProjectStage


class ProjectKinds(TypeDecorator[frozenset[ProjectKind]]):
    """A set of project kinds, kept as ``,green,key,`` so that one kind can be looked for."""

    impl = String(120)
    cache_ok = True

    def process_bind_param(self, value: frozenset[ProjectKind] | None, dialect: Dialect) -> str:
        """Join the kinds in order."""
        return "," + "".join(f"{kind}," for kind in sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[ProjectKind]:
        """Split them again."""
        return frozenset(ProjectKind(kind) for kind in (value or "").strip(",").split(",") if kind)


class Project(Base, kw_only=True):
    """A construction project; its earlier states are kept in ``revision``."""

    __tablename__ = "project"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    code: Mapped[Name]
    name: Mapped[Name] = mapped_column(index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    owner: Mapped[Name | None]
    kinds: Mapped[frozenset[ProjectKind]] = mapped_column(ProjectKinds())
    stage: Mapped[ProjectStage | None]
    floor_area_m2: Mapped[Exact | None]
    star_target: Mapped[int | None]
    star_award: Mapped[int | None]
    prefabricated_share: Mapped[Exact | None]
    designed_on: Mapped[dt.date | None]
    started_on: Mapped[dt.date | None]
    completed_on: Mapped[dt.date | None]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Building(Base, kw_only=True):
    """A building of a project: the unit for which a ratio is calculated.

    ``stale_since`` is when something that its results stand on changed after they were computed.
    """

    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    floor_area_m2: Mapped[Exact | None]
    storeys: Mapped[int | None]
    completed_on: Mapped[dt.date | None]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    stale_since: Mapped[dt.datetime | None] = mapped_column(default=None, index=True)
