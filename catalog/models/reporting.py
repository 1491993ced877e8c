"""Annual reports, what divisions handed in and when, targets, and demonstration projects."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Exact, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.rules.annual_report.steps import ReportState, ReportStep
from catalog.rules.annual_report.terms import DemonstrationKind


class AnnualReport(Base, kw_only=True):
    """One revision of a division's report of a year, or of the Corps' where none is named.

    ``content`` is its canonical JSON (``catalog.views.reporting``) once it is frozen, and
    ``content_hash`` the SHA-256 of that. ``version`` grows with every step and every text that is
    saved: who shows an older one is told what changed meanwhile. A report that was sent back
    stays as it was; the next revision begins with its texts.
    """

    __tablename__ = "annual_report"
    __table_args__ = (UniqueConstraint("scope", "year", "revision"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    scope: Mapped[Key]
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    year: Mapped[int]
    revision: Mapped[int]
    state: Mapped[ReportState]
    version: Mapped[int]
    opened_at: Mapped[dt.datetime]
    content: Mapped[LongText | None] = mapped_column(default=None)
    content_hash: Mapped[Key | None] = mapped_column(default=None)
    frozen_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class AnnualReportText(Base, kw_only=True):
    """What the bureau wrote, each time that it was saved; the latest version holds."""

    __tablename__ = "annual_report_text"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    report_id: Mapped[int] = mapped_column(ForeignKey("annual_report.id"))
    version: Mapped[int]
    progress: Mapped[LongText]
    problems: Mapped[LongText]
    plan: Mapped[LongText]
    written_at: Mapped[dt.datetime]
    written_by: Mapped[Name]


class AnnualReportStep(Base, kw_only=True):
    """A step of a report: who took it, when and why; the sequence settles two people at once."""

    __tablename__ = "annual_report_step"
    __table_args__ = (UniqueConstraint("report_id", "sequence"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    report_id: Mapped[int] = mapped_column(ForeignKey("annual_report.id"))
    sequence: Mapped[int]
    step: Mapped[ReportStep]
    to_state: Mapped[ReportState]
    actor: Mapped[Name]
    account: Mapped[Key | None]
    acts_for: Mapped[Key | None]
    reason: Mapped[Paragraph | None]
    taken_at: Mapped[dt.datetime]


class Filing(Base, kw_only=True):
    """A plan or a report that a division handed in to the Corps on a day.

    It is one written elsewhere, perhaps with the file as evidence, or a report of ours. What was
    put down by mistake is withdrawn with the reason, and stays.
    """

    __tablename__ = "filing"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    duty: Mapped[Code]
    year: Mapped[int]
    filed_on: Mapped[dt.date]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("annual_report.id"))
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    note: Mapped[Paragraph | None]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[Name]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    withdrawn_reason: Mapped[Paragraph | None] = mapped_column(default=None)


class FilingExemption(Base, kw_only=True):
    """The Corps lets a division off handing something in for a year, for a reason."""

    __tablename__ = "filing_exemption"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    duty: Mapped[Code]
    year: Mapped[int]
    reason: Mapped[Paragraph]
    granted_at: Mapped[dt.datetime]
    granted_by: Mapped[Name]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class BureauTarget(Base, kw_only=True):
    """A ratio that a bureau set out to reach in a year by one method, and the document it is in.

    The action plan states none: without an entry here there is no target.
    """

    __tablename__ = "bureau_target"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    year: Mapped[int]
    method: Mapped[Code]
    percent: Mapped[Exact]
    document: Mapped[Name]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[Name]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    withdrawn_reason: Mapped[Paragraph | None] = mapped_column(default=None)


class Demonstration(Base, kw_only=True):
    """A demonstration project or base that the Corps named in a document.

    ``named_on`` and ``withdrawn_on`` are the days that count; a project of ours or a company of
    ours is linked where it is one.
    """

    __tablename__ = "demonstration"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[DemonstrationKind]
    name: Mapped[Name]
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    document: Mapped[Name]
    named_on: Mapped[dt.date]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[Name]
    withdrawn_on: Mapped[dt.date | None] = mapped_column(default=None)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    withdrawn_reason: Mapped[Paragraph | None] = mapped_column(default=None)
