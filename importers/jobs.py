"""Imports that a page has asked for: jobs with the lists of what they change and refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from catalog.permissions import Actor
from catalog.records import Issue, Kind
from catalog.services.jobs import JobBase, Jobs, JobState, new_id
from importers.source import Placement
from importers.table.mapping import Mapping

JOBS = "imports"
"""The folder of the jobs, in the data folder."""

__all__ = ["JOBS", "Counts", "Job", "JobChange", "JobFolder", "JobState"]

T = TypeVar("T")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do, in numbers."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    conflicts: int = 0


class JobChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a dry run would add or change; fields are (before, after).

    ``read`` is what was read of a new one.
    """

    entity: str
    key: str
    label: str
    is_new: bool
    fields: dict[str, tuple[str, str]] = {}
    read: dict[str, str] = {}


class Job(JobBase, frozen=True, kw_only=True):
    """One import as it was asked for, and how far it has come.

    A dry run that ``imports_if_clean`` and finds nothing to remark becomes the import itself.
    """

    file_hash: str
    file_name: str
    is_dry_run: bool
    imports_if_clean: bool = False
    kind: Kind | None = None
    source: str | None = None
    placement: Placement | None = None
    mapping: Mapping | None = None
    run_id: int | None = None
    counts: Counts = Counts()
    changes: int = 0
    issues: int = 0
    refusal: Issue | None = None


class JobFolder(Jobs[Job]):
    """All imports that were asked for, with their lists, oldest first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Job)

    def submit(
        self,
        *,
        file_hash: str,
        file_name: str,
        actor: Actor,
        now: dt.datetime,
        is_dry_run: bool,
        imports_if_clean: bool = False,
        kind: Kind | None = None,
        source: str | None = None,
        placement: Placement | None = None,
        mapping: Mapping | None = None,
    ) -> Job:
        """Ask for an import."""
        return self.add(
            Job(
                id=new_id(),
                file_hash=file_hash,
                file_name=file_name,
                actor=actor,
                submitted_at=now,
                is_dry_run=is_dry_run,
                imports_if_clean=imports_if_clean,
                kind=kind,
                source=source,
                placement=placement,
                mapping=mapping,
            )
        )

    def start_lists(self, job: Job) -> None:
        """Empty a job's lists: it begins, perhaps for the second time."""
        for path in (self._changes(job), self._issues(job)):
            path.write_bytes(b"")

    def add_changes(self, job: Job, changes: list[JobChange]) -> None:
        """Add to the list of changes."""
        _append(self._changes(job), changes)

    def add_issues(self, job: Job, issues: list[Issue]) -> None:
        """Add to the list of issues."""
        _append(self._issues(job), issues)

    def changes(
        self, job: Job, *, offset: int = 0, limit: int | None = None
    ) -> Iterator[JobChange]:
        """Yield a window on the changes."""
        return _lines(self._changes(job), JobChange, offset, limit)

    def issues(self, job: Job, *, offset: int = 0, limit: int | None = None) -> Iterator[Issue]:
        """Yield a window on the issues."""
        return _lines(self._issues(job), Issue, offset, limit)

    def _changes(self, job: Job) -> Path:
        return self.folder / job.id / "changes.jsonl"

    def _issues(self, job: Job) -> Path:
        return self.folder / job.id / "issues.jsonl"


def _append(path: Path, rows: list[JobChange] | list[Issue]) -> None:
    if rows:
        with path.open("ab") as file:
            file.write(msgspec.json.Encoder().encode_lines(rows))


def _lines(path: Path, kind: type[T], offset: int, limit: int | None) -> Iterator[T]:
    if not path.exists():
        return
    decoder = msgspec.json.Decoder(kind)
    with path.open("rb") as file:
        for line in islice(file, offset, None if limit is None else offset + limit):
            yield decoder.decode(line)
