"""What roll-ups are read from: a fact beside each line, and small cubes of facts and results.

All of it follows from the lines and the results, changes in the same transaction as they do, and
can be made anew from them at any time. A sum in a cube is kept in two whole numbers: millionths
are ``high`` times ``WIDE`` plus ``low``, because one column would not hold every sum.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Exact, Key, Line, PrimaryKey
from catalog.models.project import ProjectKinds
from catalog.rules.periods import Basis
from catalog.rules.terms import ProjectKind, Stage

WIDE = 10**12


class ReportClose(Base, kw_only=True):
    """The day on which the annual reports of ``first_year`` and later years close."""

    __tablename__ = "report_close"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    first_year: Mapped[int]
    month: Mapped[int]
    day: Mapped[int]
    source: Mapped[Line]


class UsageFact(Base, kw_only=True):
    """A current line with all that a roll-up asks of it.

    At completion ``line_id`` is a delivery, at design a bill line. ``year`` and ``report_year`` are
    null where the day is not known that well. A line is green, not green, or not known to be
    either; ``green_quantity`` and ``green_amount`` are null where they are unknown. ``is_adopted``
    is whether its product was in the adoption database on the day it came, or was designed.
    """

    __tablename__ = "usage_fact"
    __table_args__ = (
        Index("ix_usage_fact_lines", "stage", "category_id", "division_id", "line_id"),
        {"sqlite_with_rowid": False},
    )

    stage: Mapped[Stage] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    building_id: Mapped[int]
    project_id: Mapped[int]
    division_id: Mapped[int]
    kinds: Mapped[frozenset[ProjectKind]] = mapped_column(ProjectKinds())
    year: Mapped[int | None]
    report_year: Mapped[int | None]
    category_id: Mapped[int | None]
    product_id: Mapped[int | None]
    certificate_id: Mapped[int | None]
    unit: Mapped[Key]
    quantity: Mapped[Exact]
    amount: Mapped[Exact | None]
    is_green: Mapped[bool | None]
    green_quantity: Mapped[Exact | None]
    green_amount: Mapped[Exact | None]
    is_adopted: Mapped[bool | None] = mapped_column(default=None)


class UsageCube(Base, kw_only=True):
    """Lines of one stage, division, year, kind of project, category and unit, added up.

    A project of several kinds is in each of them, and once in ``EVERY_KIND``. ``adopted_quantity``
    is that of the lines whose product was adopted, be they green or not; ``lines_adoption_unknown``
    counts those of which nobody knows.
    """

    __tablename__ = "usage_cube"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as is

    basis: Mapped[Basis] = mapped_column(primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit: Mapped[Key] = mapped_column(primary_key=True)
    lines: Mapped[int]
    lines_unstated: Mapped[int]
    lines_without_amount: Mapped[int]
    quantity_high: Mapped[int]
    quantity_low: Mapped[int]
    green_quantity_high: Mapped[int]
    green_quantity_low: Mapped[int]
    amount_high: Mapped[int]
    amount_low: Mapped[int]
    green_amount_high: Mapped[int]
    green_amount_low: Mapped[int]
    lines_adoption_unknown: Mapped[int] = mapped_column(default=0, server_default="0")
    adopted_quantity_high: Mapped[int] = mapped_column(default=0, server_default="0")
    adopted_quantity_low: Mapped[int] = mapped_column(default=0, server_default="0")
    adopted_amount_high: Mapped[int] = mapped_column(default=0, server_default="0")
    adopted_amount_low: Mapped[int] = mapped_column(default=0, server_default="0")


class ResultCube(Base, kw_only=True):
    """Results of one method, stage, division, year, kind, pack and points, added up.

    ``weight`` is the area of the buildings that have both an area and a ratio, ``weighted`` the
    sum of ratio times area over them (millionths of millionths); ``with_amount`` counts the
    buildings of which an amount is known.
    """

    __tablename__ = "result_cube"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as is

    basis: Mapped[Basis] = mapped_column(primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    method: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pack: Mapped[Key] = mapped_column(primary_key=True)
    points: Mapped[Exact] = mapped_column(primary_key=True, autoincrement=False)
    buildings: Mapped[int]
    without_area: Mapped[int]
    with_amount: Mapped[int]
    area_high: Mapped[int]
    area_low: Mapped[int]
    weight_high: Mapped[int]
    weight_low: Mapped[int]
    weighted_high: Mapped[int]
    weighted_low: Mapped[int]
    green_amount_high: Mapped[int]
    green_amount_low: Mapped[int]
    total_amount_high: Mapped[int]
    total_amount_low: Mapped[int]


class ProjectCount(Base, kw_only=True):
    """How many projects have a result of one method, stage, division, year and kind.

    Beside the results' cube: a project whose buildings earn different points is counted once, and
    once in ``EVERY_YEAR`` if they are of several years.
    """

    __tablename__ = "project_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as is

    basis: Mapped[Basis] = mapped_column(primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    method: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    projects: Mapped[int]
