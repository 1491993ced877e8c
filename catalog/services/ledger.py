"""Read the import ledger."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from catalog.records import Issue
from catalog.repositories import ledger
from catalog.views.projects import ImportRunView


def get_run(connection: Connection, run_id: int) -> ImportRunView:
    """Return a run."""
    return ledger.get_run(connection, run_id)


def browse_runs(
    connection: Connection,
    *,
    limit: int,
    offset: int,
    kind: str | None = None,
    state: str | None = None,
    words: str | None = None,
) -> list[ImportRunView]:
    """Return one page of the ledger, newest first; words are looked for in file and source."""
    return ledger.page_by_newest(
        connection, limit=limit, offset=offset, kind=kind, state=state, words=words
    )


def hashes_in_use(connection: Connection) -> set[str]:
    """Return the hashes of the files of which a run is in the ledger that is not undone."""
    return ledger.hashes_in_use(connection)


def issues_of_run(
    connection: Connection, run_id: int, *, limit: int, offset: int
) -> tuple[list[Issue], int]:
    """Return one page of a run's issues, and how many there are."""
    ledger.get_run(connection, run_id)
    return ledger.issues_of(connection, run_id, limit=limit, offset=offset)


def all_issues_of_run(connection: Connection, run_id: int) -> Iterator[Issue]:
    """Yield every issue of a run, in the order of the file."""
    ledger.get_run(connection, run_id)
    return ledger.all_issues_of(connection, run_id)
