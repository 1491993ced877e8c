"""Results: a building's application ratio with the trace it stands on."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Exact, Key, LongText, PrimaryKey, unique_while_current
from catalog.models.project import ProjectKinds
from catalog.rules.terms import ProjectKind, Stage

_CURRENT = text("superseded_at IS NULL")


class Result(Base, kw_only=True):
    """One building's ratio by one method at one stage, as it was known when computed.

    ``ratio`` is P in per cent. ``done_on`` is the day whose ``year`` it counts in; ``kinds`` are
    those of the project. ``choice_id`` is the choice by which ``pack`` was not the one in force.
    A newer computation with other content closes it; nothing is overwritten. ``points`` are those
    that the threshold pack gives, ``gate_star`` the star whose gate is passed (0 none, null where
    the pack has no gates).
    """

    __tablename__ = "result"
    __table_args__ = (
        unique_while_current("result", "building_id", "method", "stage"),
        Index(
            "ix_result_figures",
            "method",
            "stage",
            "division_id",
            "year",
            "points",
            "ratio",
            "floor_area_m2",
            "green_amount",
            "total_amount",
            "project_id",
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    kinds: Mapped[frozenset[ProjectKind]] = mapped_column(ProjectKinds(), server_default=",")
    done_on: Mapped[dt.date | None] = mapped_column(default=None)
    year: Mapped[int | None]
    stage: Mapped[Stage]
    method: Mapped[Code]
    pack: Mapped[Key]
    thresholds: Mapped[Key]
    ratio: Mapped[Exact]
    points: Mapped[Exact]
    gate_star: Mapped[int | None]
    floor_area_m2: Mapped[Exact | None]
    green_amount: Mapped[Exact | None]
    total_amount: Mapped[Exact | None]
    content_hash: Mapped[Key]
    computed_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("rule_choice.id"), default=None)


class ResultTrace(Base, kw_only=True):
    """What a result was made of: its lines, as ``catalog.rules.ratio.kept`` writes them.

    Beside its result and not in it: sums over many results shall not wade through traces.
    """

    __tablename__ = "result_trace"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    trace: Mapped[LongText]
