"""Queries for annual reports, their texts and their steps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from catalog.models.division import Division
from catalog.models.reporting import AnnualReport, AnnualReportStep, AnnualReportText
from catalog.rules.annual_report.steps import PUBLIC
from catalog.views.reporting import ReportHead, ReportTexts, StepTaken

_HEAD: Select[*tuple[Any, ...]] = select(
    AnnualReport.key,
    AnnualReport.year,
    Division.key.label("division"),
    AnnualReport.revision,
    AnnualReport.state,
    AnnualReport.version,
    AnnualReport.content_hash,
    AnnualReport.opened_at,
    AnnualReport.frozen_at,
).outerjoin(Division, Division.id == AnnualReport.division_id)
_ORDERED = _HEAD.order_by(
    AnnualReport.year.desc(), AnnualReport.scope, AnnualReport.revision.desc()
)
_OF = _ORDERED.where(
    AnnualReport.scope == bindparam("scope"), AnnualReport.year == bindparam("year")
)
_ROW: Select[*tuple[Any, ...]] = select(AnnualReport.id, AnnualReport.content).where(
    AnnualReport.key == bindparam("key")
)
_TEXTS: Select[*tuple[Any, ...]] = (
    select(
        AnnualReportText.version,
        AnnualReportText.progress,
        AnnualReportText.problems,
        AnnualReportText.plan,
        AnnualReportText.written_at,
        AnnualReportText.written_by,
    )
    .where(AnnualReportText.report_id == bindparam("report_id"))
    .order_by(AnnualReportText.version.desc())
)
_STEPS: Select[*tuple[Any, ...]] = (
    select(
        AnnualReportStep.step,
        AnnualReportStep.to_state,
        AnnualReportStep.actor,
        AnnualReportStep.acts_for,
        AnnualReportStep.reason,
        AnnualReportStep.taken_at,
        AnnualReportStep.account,
    )
    .where(AnnualReportStep.report_id == bindparam("report_id"))
    .order_by(AnnualReportStep.sequence)
)


def every(connection: Connection, *, year: int | None = None) -> list[ReportHead]:
    """Return every revision of every report, the latest year first."""
    query = _ORDERED if year is None else _ORDERED.where(AnnualReport.year == year)
    return [_head(row) for row in connection.execute(query)]


def public_keys(connection: Connection) -> list[tuple[int, str]]:
    """Return year and scope of the reports that are everybody's to read, the latest first."""
    query = (
        select(AnnualReport.year, AnnualReport.scope)
        .where(AnnualReport.state.in_(sorted(PUBLIC)))
        .order_by(AnnualReport.year.desc(), AnnualReport.scope)
        .distinct()
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def revisions(connection: Connection, scope: str, year: int) -> list[ReportHead]:
    """Return the revisions of a report, the latest first."""
    return [_head(row) for row in connection.execute(_OF, {"scope": scope, "year": year})]


def row_of(connection: Connection, key: str) -> tuple[int, str | None]:
    """Return id and frozen content of a revision that is there."""
    row = connection.execute(_ROW, {"key": key}).one()
    return int(row[0]), row[1]


def texts(connection: Connection, report_id: int) -> list[tuple[Any, ReportTexts]]:
    """Return every version of what was written, the latest first, with its row."""
    return [
        (row, ReportTexts(progress=row.progress, problems=row.problems, plan=row.plan))
        for row in connection.execute(_TEXTS, {"report_id": report_id})
    ]


def steps(connection: Connection, report_id: int) -> list[tuple[StepTaken, str | None]]:
    """Return the steps that were taken, the first one first, each with who took it by account."""
    return [
        (
            StepTaken(
                step=row.step,
                to_state=row.to_state,
                actor=row.actor,
                acts_for=row.acts_for,
                reason=row.reason,
                taken_at=row.taken_at,
            ),
            row.account,
        )
        for row in connection.execute(_STEPS, {"report_id": report_id})
    ]


def _head(row: Any) -> ReportHead:  # noqa: ANN401  A row of _HEAD.
    return ReportHead(**row._mapping)
