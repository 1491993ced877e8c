"""Queries for the import ledger."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.errors import ImportRunNotFoundError
from catalog.models.importing import ImportIssue, ImportRun
from catalog.records import Issue
from catalog.views.projects import ImportRunView

_VIEW: Select[*tuple[Any, ...]] = select(
    ImportRun.id,
    ImportRun.kind,
    ImportRun.source,
    ImportRun.file_name,
    ImportRun.file_hash,
    ImportRun.state,
    ImportRun.actor,
    ImportRun.started_at,
    ImportRun.finished_at,
    ImportRun.undone_at,
    ImportRun.read,
    ImportRun.created,
    ImportRun.changed,
    ImportRun.unchanged,
    ImportRun.refused,
    ImportRun.warnings,
    ImportRun.conflicts,
)
_BY_ID: Select[*tuple[Any, ...]] = _VIEW.where(ImportRun.id == bindparam("id"))
_PAGE: Select[*tuple[Any, ...]] = (
    _VIEW.order_by(ImportRun.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
)
_ISSUES: Select[*tuple[Any, ...]] = (
    select(
        ImportIssue.code,
        ImportIssue.severity,
        ImportIssue.sheet,
        ImportIssue.row,
        ImportIssue.column,
        ImportIssue.value,
        ImportIssue.facts,
    )
    .where(ImportIssue.run_id == bindparam("id"))
    .order_by(ImportIssue.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_ISSUE_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(ImportIssue).where(ImportIssue.run_id == bindparam("id"))
)


def get_run(connection: Connection, run_id: int) -> ImportRunView:
    """Return the run, or raise ImportRunNotFoundError."""
    row = connection.execute(_BY_ID, {"id": run_id}).one_or_none()
    if row is None:
        raise ImportRunNotFoundError(key=run_id)
    return ImportRunView(*row)


def page_by_newest(connection: Connection, *, limit: int, offset: int) -> list[ImportRunView]:
    """Return one page of the ledger, newest first."""
    rows = connection.execute(_PAGE, {"limit": limit, "offset": offset})
    return [ImportRunView(*row) for row in rows]


def issues_of(
    connection: Connection, run_id: int, *, limit: int, offset: int
) -> tuple[list[Issue], int]:
    """Return one page of a run's issues in the order of the file, and how many there are."""
    rows = connection.execute(_ISSUES, {"id": run_id, "limit": limit, "offset": offset})
    issues = [
        Issue(
            code=row.code,
            severity=row.severity,
            sheet=row.sheet,
            row=row.row,
            column=row.column,
            value=row.value,
            facts=msgspec.json.decode(row.facts, type=dict[str, str]),
        )
        for row in rows
    ]
    return issues, connection.scalar(_ISSUE_COUNT, {"id": run_id}) or 0
