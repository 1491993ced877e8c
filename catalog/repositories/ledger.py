"""Queries for the import ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select

from catalog.errors import ImportRunNotFoundError
from catalog.models.importing import ImportIssue, ImportRun, RunState
from catalog.permissions import office_of
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
    ImportRun.rows_total,
    ImportRun.format,
    ImportRun.options,
)
_BY_ID: Select[*tuple[Any, ...]] = _VIEW.where(ImportRun.id == bindparam("id"))
_NEWEST: Select[*tuple[Any, ...]] = _VIEW.order_by(ImportRun.id.desc())
_OF_RUN: Select[*tuple[Any, ...]] = (
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
)
_ISSUES = _OF_RUN.limit(bindparam("limit")).offset(bindparam("offset"))
_ISSUE_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(ImportIssue).where(ImportIssue.run_id == bindparam("id"))
)


def get_run(connection: Connection, run_id: int) -> ImportRunView:
    """Return the run, or raise ImportRunNotFoundError."""
    row = connection.execute(_BY_ID, {"id": run_id}).one_or_none()
    if row is None:
        raise ImportRunNotFoundError(key=run_id)
    return _run(row)


def hashes_in_use(connection: Connection) -> set[str]:
    """Return the hashes of the files whose runs are not undone."""
    stands = ImportRun.state != RunState.UNDONE
    return set(connection.scalars(select(ImportRun.file_hash).where(stands).distinct()))


def page_by_newest(
    connection: Connection,
    *,
    limit: int,
    offset: int,
    kind: str | None = None,
    state: str | None = None,
    words: str | None = None,
) -> list[ImportRunView]:
    """Return one page of the ledger, newest first; words are looked for in file and source."""
    wanted = _NEWEST.limit(limit).offset(offset)
    if kind:
        wanted = wanted.where(ImportRun.kind == kind)
    if state:
        wanted = wanted.where(ImportRun.state == state)
    if words:
        wanted = wanted.where(
            or_(
                ImportRun.file_name.icontains(words, autoescape=True),
                ImportRun.source.icontains(words, autoescape=True),
            )
        )
    return [_run(row) for row in connection.execute(wanted)]


def issues_of(
    connection: Connection, run_id: int, *, limit: int, offset: int
) -> tuple[list[Issue], int]:
    """Return one page of a run's issues in the order of the file, and how many there are."""
    rows = connection.execute(_ISSUES, {"id": run_id, "limit": limit, "offset": offset})
    return [_issue(row) for row in rows], connection.scalar(_ISSUE_COUNT, {"id": run_id}) or 0


def all_issues_of(connection: Connection, run_id: int) -> Iterator[Issue]:
    """Yield every issue of a run in the order of the file."""
    for row in connection.execute(_OF_RUN, {"id": run_id}):
        yield _issue(row)


def _run(row: Row[*tuple[Any, ...]]) -> ImportRunView:
    return ImportRunView(**{**row._mapping, "actor": office_of(row.actor)})


def _issue(row: Row[*tuple[Any, ...]]) -> Issue:
    return Issue(
        code=row.code,
        severity=row.severity,
        sheet=row.sheet,
        row=row.row,
        column=row.column,
        value=row.value,
        facts=msgspec.json.decode(row.facts, type=dict[str, str]),
    )
