"""Findings of the checks across projects, the lines that they stand on, and what people held."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Exact, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.rules.checks.kinds import FindingKind, LineOf, Verdict

_OPEN = "verdict IS NULL AND gone_at IS NULL"
_JUDGED = "verdict IS NOT NULL"


class Finding(Base, kw_only=True):
    """Something that does not fit together, until a person judges it or its cause is gone.

    ``key`` is made of what it is about, so that each run finds the same one again. ``facts`` is
    JSON of what was held against what; it is renewed by each run until a person has judged.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index(None, "kind", "found_at"),
        # What is open is asked for on every desk: the newest, and how many of each kind.
        Index(
            "ix_finding_open",
            "found_at",
            "id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(
            "ix_finding_open_kind", "kind", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        Index(None, "verdict", sqlite_where=text(_JUDGED), postgresql_where=text(_JUDGED)),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[FindingKind]
    facts: Mapped[LongText]
    day: Mapped[dt.date | None]
    is_synthetic: Mapped[bool]
    found_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    verdict: Mapped[Verdict | None] = mapped_column(default=None)
    judged_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    judged_by: Mapped[Name | None] = mapped_column(default=None)
    reason: Mapped[Paragraph | None] = mapped_column(default=None)


class FindingGround(Base, kw_only=True):
    """A line that a finding stands on; ``line_id`` is the number of a row of that kind.

    The row may be closed since: a judged finding keeps the lines that it was judged by.
    """

    __tablename__ = "finding_ground"
    __table_args__ = (UniqueConstraint("finding_id", "of", "line_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    of: Mapped[LineOf]
    line_id: Mapped[int]
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)


class CertifiedOutput(Base, kw_only=True):
    """How much of a product may be sold a year under a certificate, as somebody states it.

    What replaces an amount stands beside it: the earlier one is superseded.
    """

    __tablename__ = "certified_output"
    __table_args__ = (Index(None, "certificate_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    amount_per_year: Mapped[Exact]
    unit: Mapped[Key]
    source: Mapped[Name]
    stated_by: Mapped[Name]
    recorded_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)
