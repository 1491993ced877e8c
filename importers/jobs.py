"""Imports that a page has asked for, each a folder of files that outlives the server.

Whatever process of the server answers a page, it reads how far a job is from the folder.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from catalog.permissions import Actor
from catalog.records import Issue, Kind
from importers.source import Placement
from importers.table.mapping import Mapping

JOBS = "imports"
"""The folder of the jobs, in the data folder."""

T = TypeVar("T")
_ID = re.compile(r"[0-9a-f]{16}")
_ID_BYTES = 8
_JOB = "job.json"
_CANCEL = "cancel"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


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
    """One thing that a dry run would add or change; fields are (before, after)."""

    entity: str
    key: str
    label: str
    is_new: bool
    fields: dict[str, tuple[str, str]] = {}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One import as it was asked for, and how far it has come."""

    id: str
    file_hash: str
    file_name: str
    actor: Actor
    submitted_at: dt.datetime
    is_dry_run: bool
    kind: Kind | None = None
    source: str | None = None
    placement: Placement | None = None
    mapping: Mapping | None = None
    state: JobState = JobState.WAITING
    tries: int = 0
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    step: str | None = None
    done: int = 0
    total: int | None = None
    run_id: int | None = None
    counts: Counts = Counts()
    changes: int = 0
    issues: int = 0
    refusal: Issue | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


class JobFolder:
    """All jobs, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def submit(
        self,
        *,
        file_hash: str,
        file_name: str,
        actor: Actor,
        now: dt.datetime,
        is_dry_run: bool,
        kind: Kind | None = None,
        source: str | None = None,
        placement: Placement | None = None,
        mapping: Mapping | None = None,
    ) -> Job:
        """Ask for an import."""
        job = Job(
            id=secrets.token_hex(_ID_BYTES),
            file_hash=file_hash,
            file_name=file_name,
            actor=actor,
            submitted_at=now,
            is_dry_run=is_dry_run,
            kind=kind,
            source=source,
            placement=placement,
            mapping=mapping,
        )
        (self.folder / job.id).mkdir(parents=True)
        self.save(job)
        return job

    def find(self, job_id: str) -> Job | None:
        """Return a job, if there is one with this id."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            content = (self.folder / job_id / _JOB).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(content, type=Job)

    def all(self) -> list[Job]:
        """Return every job in the order in which they were asked for."""
        names = [path.parent.name for path in self.folder.glob(f"*/{_JOB}")]
        jobs = [job for name in names if (job := self.find(name))]
        return sorted(jobs, key=lambda job: (job.submitted_at, job.id))

    def save(self, job: Job) -> None:
        """Write down how far a job has come; a reader sees the old state or the new."""
        path = self.folder / job.id / _JOB
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(job))
        os.replace(new, path)

    def remove(self, job: Job) -> None:
        """Forget a job, its lists included."""
        shutil.rmtree(self.folder / job.id)

    def cancel(self, job: Job) -> None:
        """Ask that a job end; it does after the batch in hand."""
        (self.folder / job.id / _CANCEL).touch()

    def is_cancelled(self, job: Job) -> bool:
        """Tell whether somebody asked that a job end."""
        return (self.folder / job.id / _CANCEL).exists()

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
