"""Clear away what imports leave behind: jobs that ended long ago, files that nothing needs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from catalog.db import Database
from catalog.services import ledger
from importers.jobs import JobFolder
from importers.keeping import FileStore


class Cleared(msgspec.Struct, frozen=True):
    """How many jobs and files were cleared away."""

    jobs: int
    files: int


def clear_away(
    database: Database, jobs: JobFolder, files: FileStore, *, before: dt.datetime
) -> Cleared:
    """Remove the jobs that ended before a moment, and the older files that nothing needs.

    A file stays while a job names it, and while the ledger has a run of it that is not undone: its
    refused rows may be asked for.
    """
    ended = jobs.remove_ended(before=before)
    needed = {job.file_hash for job in jobs.all()}
    with database.reading() as connection:
        needed |= ledger.hashes_in_use(connection)
    cleared = 0
    for path in files.kept():
        if path.name not in needed and _changed_at(path) < before:
            files.remove(path.name)
            cleared += 1
    return Cleared(jobs=ended, files=cleared)


def _changed_at(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
