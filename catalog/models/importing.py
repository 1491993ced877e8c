"""The import ledger: one row per run, its issues, and where sources contradict each other."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, Line, LongText, Name, PrimaryKey
from catalog.records import Kind, Severity
from catalog.rules.terms import ConflictSubject, Decision


class RunState(StrEnum):
    """Where an import run stands."""

    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    UNDONE = "undone"


class ImportRun(Base, kw_only=True):
    """One file taken in once. ``next_batch`` is where a run that was cut off goes on.

    ``format`` is the key of the file's form (``importers.formats``), ``options`` are the answers
    that a person gave beside the file, as JSON: null where there were none.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "file_hash", "kind"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    kind: Mapped[Kind]
    source: Mapped[Name]
    file_name: Mapped[Name]
    file_hash: Mapped[Key]
    state: Mapped[RunState]
    actor: Mapped[Name]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    undone_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    next_batch: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int | None] = mapped_column(default=None)
    format: Mapped[Code | None] = mapped_column(default=None)
    options: Mapped[LongText | None] = mapped_column(default=None)


class ImportFootprint(Base, kw_only=True):
    """What one batch of a run spoke of, changed or not, as marks (``receiving.footprints``)."""

    __tablename__ = "import_footprint"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    batch: Mapped[int]
    marks: Mapped[bytes]


class ImportIssue(Base, kw_only=True):
    """Something in the file that was not understood or not believed."""

    __tablename__ = "import_issue"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    code: Mapped[Key]
    severity: Mapped[Severity]
    sheet: Mapped[Name | None]
    row: Mapped[int | None]
    column: Mapped[Name | None]
    value: Mapped[Line | None]
    facts: Mapped[LongText]


class SourceConflict(Base, kw_only=True):
    """Two sources say different things of one subject; both are kept until a person decides.

    A certificate's conflict names the certificate, and by ``effective_on`` which of its versions or
    states; a declaration's names the declaration; a product's names the product with the
    certificate (held) and the declaration (offered) that contradict each other. It closes by a
    decision, by the import whose run is in ``closed_run_id``, since whose facts nothing
    contradicts any more, or, with neither, because what stood in it was undone.
    """

    __tablename__ = "source_conflict"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    subject: Mapped[ConflictSubject]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    effective_on: Mapped[dt.date | None]
    epd_id: Mapped[int | None] = mapped_column(ForeignKey("epd.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    field: Mapped[Code]
    held_value: Mapped[Line | None]
    held_source: Mapped[Name]
    offered_value: Mapped[Line | None]
    offered_source: Mapped[Name]
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    recorded_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    closed_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id"), default=None, index=True
    )
    decision: Mapped[Decision | None] = mapped_column(default=None)
    decided_by: Mapped[Name | None] = mapped_column(default=None)
    reason: Mapped[Line | None] = mapped_column(default=None)
