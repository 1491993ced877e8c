"""Read the import ledger."""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.records import Issue
from catalog.repositories import ledger
from catalog.views.projects import ImportRunView


def get_run(connection: Connection, run_id: int) -> ImportRunView:
    """Return a run."""
    return ledger.get_run(connection, run_id)


def browse_runs(connection: Connection, *, limit: int, offset: int) -> list[ImportRunView]:
    """Return one page of the ledger, newest first."""
    return ledger.page_by_newest(connection, limit=limit, offset=offset)


def issues_of_run(
    connection: Connection, run_id: int, *, limit: int, offset: int
) -> tuple[list[Issue], int]:
    """Return one page of a run's issues, and how many there are."""
    ledger.get_run(connection, run_id)
    return ledger.issues_of(connection, run_id, limit=limit, offset=offset)
