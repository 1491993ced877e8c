"""What the pages of the import desk stand on: kept files, jobs, and the thread that does them."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import BinaryIO

import msgspec
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation
from sqlalchemy import Connection

from catalog.db import Database
from catalog.permissions import Action, Actor, Reach, reach_of
from catalog.records import Kind
from importers.inspecting import Inspection, inspect
from importers.jobs import JOBS, Job, JobFolder
from importers.keeping import FILES, FileStore
from importers.lookups import Lookups
from importers.mapping import Confirmed, Proposal, propose_for
from importers.report import Answers
from importers.run import Clock
from importers.source import Limits, SourceFile
from importers.worker import ImportWorker


def opened(desk: Desk | None) -> Desk:
    """Return the desk.

    Raises:
        NotFoundException: This server has no folder to keep files in.
    """
    if desk is None:
        raise NotFoundException
    return desk


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How fast a job goes, and how long it will take at that speed."""

    per_second: int
    left_s: int | None


class Desk:
    """Takes files in from pages, looks at them, and has them imported."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        *,
        limits: Limits,
        keep_for: dt.timedelta,
        clock: Clock,
    ) -> None:
        self.files = FileStore(data_dir / FILES, limits=limits)
        self.jobs = JobFolder(data_dir / JOBS)
        self.worker = ImportWorker(database, self.jobs, self.files, keep_for=keep_for, clock=clock)
        self._clock = clock

    def take(self, stream: BinaryIO, *, name: str, actor: Actor) -> str:
        """Keep a file, look at it, and return its hash.

        Raises:
            ImportRefusedError: It is empty, or larger than the limit.
        """
        sha256 = self.files.keep(stream, name=name)
        source = SourceFile(name, self.files.folder / sha256, limits=self.files.limits)
        path = self.files.sheet(sha256)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(inspect(source, Lookups.from_seed())))
        os.replace(new, path)
        if actor.organisation is not None:
            self.files.give(sha256, actor.organisation)
        return sha256

    def seen(self, sha256: str, actor: Actor) -> Inspection:
        """Return what a first look at a kept file told.

        A file's hash stands in the ledger for everybody to read, so it opens nothing by itself.

        Raises:
            NotFoundException: No such file was handed in here by the actor's organisation, and
                the actor does not answer for everybody's.
        """
        answers_for_all = reach_of(actor, Action.IMPORT) is Reach.ALL
        if not (answers_for_all or self.files.is_of(sha256, actor.organisation)):
            raise NotFoundException
        if self.files.find(sha256, name="") is None or not self.files.sheet(sha256).is_file():
            raise NotFoundException
        return msgspec.json.decode(self.files.sheet(sha256).read_bytes(), type=Inspection)

    def proposal(
        self,
        connection: Connection,
        sha256: str,
        *,
        sender: str | None,
        actor: Actor,
        kind: Kind | None = None,
    ) -> Proposal:
        """Return how the columns of a kept file might be read, or were confirmed to be.

        Raises:
            NotFoundException: No such file was handed in here.
            ImportRefusedError: It is no table.
        """
        return propose_for(
            connection,
            self.file(sha256, actor),
            Lookups.from_seed(),
            sender=sender,
            actor=actor,
            kind=kind,
        )

    def confirmed(
        self, connection: Connection, sha256: str, *, sender: str | None, actor: Actor
    ) -> Confirmed | None:
        """Return what was confirmed for the columns of a kept file and its sender, if anything."""
        if not sender:
            return None
        return self.proposal(connection, sha256, sender=sender, actor=actor).confirmed

    def file(self, sha256: str, actor: Actor) -> SourceFile:
        """Return a kept file.

        Raises:
            NotFoundException: As ``seen``.
        """
        file = self.files.find(sha256, name=self.seen(sha256, actor).name)
        if file is None:
            raise NotFoundException
        return file

    def ask(
        self,
        sha256: str,
        *,
        actor: Actor,
        is_dry_run: bool,
        source: str | None,
        answers: Answers,
        imports_if_clean: bool = False,
    ) -> Job:
        """Have a kept file tried or imported, or imported once a try found nothing to remark.

        Raises:
            NotFoundException: No such file was handed in here.
        """
        job = self.jobs.submit(
            file_hash=sha256,
            file_name=self.seen(sha256, actor).name,
            actor=actor,
            now=self._clock(),
            is_dry_run=is_dry_run,
            imports_if_clean=imports_if_clean,
            source=source,
            placement=answers.placement,
            mapping=answers.mapping,
        )
        self.worker.wake()
        return job

    def job(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFoundException: There is none with this id.
        """
        job = self.jobs.find(job_id)
        if job is None:
            raise NotFoundException
        return job


def rate_of(job: Job, at: dt.datetime) -> Rate | None:
    """Return how fast a running job goes; None while nothing can be told."""
    if job.started_at is None or not job.done:
        return None
    seconds = ((job.ended_at or at) - job.started_at).total_seconds()
    if seconds <= 0:
        return None
    left = max(job.total - job.done, 0) if job.total else None
    return Rate(
        per_second=round(job.done / seconds),
        left_s=None if left is None else round(left * seconds / job.done),
    )


OpenDesk = NamedDependency[SkipValidation[Desk | None]]
