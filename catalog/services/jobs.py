"""Long work that somebody asked for: each job a folder of files that outlives the server.

Whatever process of the server answers a page, it reads how far a job is from the folder.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from catalog.permissions import Actor

_ID = re.compile(r"[0-9a-f]{16}")
_ID_BYTES = 8
_JOB = "job.json"
_CANCEL = "cancel"
_FOUND = "found.json"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


class CancelledError(Exception):
    """Somebody wants the work to end and nothing of it to stay; raised between two steps."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How far a piece of work has come; ``total`` is None where only the end will tell."""

    name: str
    done: int = 0
    total: int | None = None


Tell = Callable[[Step], None]
"""What work tells how far it has come; it may raise ``CancelledError`` then."""


def tell_nobody(_: Step) -> None:
    """Go on without telling anybody."""


class JobBase(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work as it was asked for, and how far it has come."""

    id: str
    actor: Actor
    submitted_at: dt.datetime
    state: JobState = JobState.WAITING
    tries: int = 0
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    step: str | None = None
    done: int = 0
    total: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


J = TypeVar("J", bound=JobBase)
F = TypeVar("F")


def new_id() -> str:
    """Return an id for a job: nobody guesses it."""
    return secrets.token_hex(_ID_BYTES)


class Jobs(Generic[J]):
    """All jobs of a folder, oldest first."""

    def __init__(self, folder: Path, kind: type[J]) -> None:
        self.folder = folder
        self._kind = kind

    def add(self, job: J) -> J:
        """Keep a job that was asked for."""
        (self.folder / job.id).mkdir(parents=True)
        self.save(job)
        return job

    def find(self, job_id: str) -> J | None:
        """Return a job, if there is one with this id."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            content = (self.folder / job_id / _JOB).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(content, type=self._kind)

    def all(self) -> list[J]:
        """Return every job in the order in which they were asked for."""
        names = [path.parent.name for path in self.folder.glob(f"*/{_JOB}")]
        jobs = [job for name in names if (job := self.find(name))]
        return sorted(jobs, key=lambda job: (job.submitted_at, job.id))

    def save(self, job: J) -> None:
        """Write down how far a job has come; a reader sees the old state or the new."""
        path = self.folder / job.id / _JOB
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(job))
        os.replace(new, path)

    def keep(self, job: J, found: object) -> None:
        """Keep what a job found, for whoever asked to look at."""
        path = self.folder / job.id / _FOUND
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(found))
        os.replace(new, path)

    def found(self, job: J, kind: type[F]) -> F | None:
        """Return what a job found; None where it keeps nothing."""
        try:
            content = (self.folder / job.id / _FOUND).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(content, type=kind)

    def remove(self, job: J) -> None:
        """Forget a job, its lists included."""
        shutil.rmtree(self.folder / job.id)

    def remove_ended(self, *, before: dt.datetime) -> int:
        """Forget the jobs that ended before a moment; return how many there were."""
        ended = [job for job in self.all() if job.ended_at is not None and job.ended_at < before]
        for job in ended:
            self.remove(job)
        return len(ended)

    def cancel(self, job: J) -> None:
        """Ask that a job end; it does after the step in hand."""
        (self.folder / job.id / _CANCEL).touch()

    def is_cancelled(self, job: J) -> bool:
        """Tell whether somebody asked that a job end."""
        return (self.folder / job.id / _CANCEL).exists()
