"""The thread that does the imports that pages have asked for, one after the other."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Callable
from threading import Event, Thread

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.models.importing import RunState
from catalog.services import ledger
from catalog.services.receiving.receipt import Receipt
from importers.cleaning import clear_away
from importers.issues import issue_of, refusal
from importers.jobs import Counts, Job, JobChange, JobFolder, JobState
from importers.keeping import FileStore
from importers.lookups import Lookups
from importers.report import ImportCancelledError, Progress, Request
from importers.run import import_file, recalculate

log = logging.getLogger(__name__)
_POLL_S = 1.0  # What other processes ask for is seen by looking.
_TROUBLE_S = 2.0
_DAY = dt.timedelta(days=1)
_MOST_TRIES = 5
_LOCK = "worker.lock"
_COUNTED = Counts.__struct_fields__


class _StoppedError(Exception):
    """The server ends; whoever serves next goes on with the job."""


class ImportWorker:
    """Does the jobs of a folder. Of several processes only the one that holds the lock works.

    A job that a process left unfinished, however it ended, is taken up by the next: an import
    goes on after its last whole batch, a dry run begins again.
    """

    def __init__(
        self,
        database: Database,
        jobs: JobFolder,
        files: FileStore,
        *,
        keep_for: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.database = database
        self.jobs = jobs
        self.files = files
        self.keep_for = keep_for
        self.clock = clock
        self.stopping = Event()
        self._wake = Event()
        self._clears_at = clock()
        self._thread = Thread(target=self._run, name="import-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.jobs.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for a job now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch in hand and end; the job goes on where it stopped next time."""
        self.stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        lock = sqlite3.connect(self.jobs.folder / _LOCK, isolation_level=None, timeout=0)
        while not self.stopping.is_set():
            if lock.in_transaction or _is_taken(lock):
                self._work()
                self._clear_away()
            self._wake.wait(_POLL_S)
            self._wake.clear()
        lock.close()

    def _work(self) -> None:
        for job in self.jobs.all():
            if self.stopping.is_set():
                return
            if job.is_open:
                self.do(job)

    def _clear_away(self) -> None:
        """Once a day clear away what is older than it has to be kept."""
        now = self.clock()
        if now < self._clears_at:
            return
        self._clears_at = now + _DAY
        try:
            clear_away(self.database, self.jobs, self.files, before=now - self.keep_for)
        except (OSError, SQLAlchemyError) as error:
            log.warning("old imports stay", extra={"reason": str(error)})

    def do(self, job: Job) -> None:
        """Do one job, or as much of it as goes before the server ends."""
        doing = _Doing(job, self)
        if job.tries >= _MOST_TRIES:
            # Whatever ended the process so often shall not end it again.
            doing.end(JobState.FAILED)
            return
        doing.note(
            state=JobState.RUNNING,
            tries=job.tries + 1,
            started_at=job.started_at or self.clock(),
        )
        try:
            doing.work()
        except _StoppedError:
            doing.note(tries=job.tries)  # To end in good order is no failed try.
        except ImportRefusedError as error:
            doing.end(JobState.REFUSED, refusal=issue_of(error))
        except ImportCancelledError:
            doing.end(JobState.CANCELLED)
        except SQLAlchemyError as error:
            log.warning("import waits", extra={"job": job.id, "reason": str(error)})
            self.stopping.wait(_TROUBLE_S)
        except Exception:
            log.exception("import failed", extra={"job": job.id})
            doing.end(JobState.FAILED)


class _Doing:
    """One job being done; whatever is noted is in the folder at once."""

    def __init__(self, job: Job, worker: ImportWorker) -> None:
        self._job = job
        self._worker = worker
        self._jobs = worker.jobs

    def note(self, **changes: object) -> None:
        """Write down how far the job has come."""
        self._job = msgspec.structs.replace(self._job, **changes)
        self._jobs.save(self._job)

    def end(self, state: JobState, **changes: object) -> None:
        """Write down how the job ended."""
        self.note(state=state, ended_at=self._worker.clock(), **changes)

    def work(self) -> None:
        """Import the file, or go on where an earlier try stopped."""
        job, worker = self._job, self._worker
        if job.run_id is not None and self._is_in(job.run_id):
            # Everything is in already; only the buildings may have to be calculated.
            recalculate(worker.database, job.actor, clock=worker.clock, progress=self._calculating)
            self.end(JobState.FINISHED)
            return
        file = worker.files.find(job.file_hash, name=job.file_name)
        if file is None:
            raise refusal("file-unreadable", name=job.file_name)
        self._jobs.start_lists(job)
        self.note(changes=0, issues=0, counts=Counts())
        request = Request(
            actor=job.actor,
            kind=job.kind,
            source=job.source,
            placement=job.placement,
            mapping=job.mapping,
            is_dry_run=job.is_dry_run,
        )
        report = import_file(
            worker.database,
            file,
            Lookups.from_seed(),
            request,
            clock=worker.clock,
            progress=self._progress,
            on_batch=self._batch,
        )
        self.end(JobState.FINISHED, kind=report.kind, source=report.source, run_id=report.run_id)

    def _is_in(self, run_id: int) -> bool:
        with self._worker.database.reading() as connection:
            return ledger.get_run(connection, run_id).state != RunState.RUNNING

    def _batch(self, receipt: Receipt) -> None:
        """Keep what a batch brought, before it is told how far the job has come."""
        job = self._job
        changes = [
            JobChange(
                entity=change.entity,
                key=change.key,
                label=change.label,
                is_new=change.is_new,
                fields=dict(change.fields),
            )
            for change in receipt.changes or ()
        ]
        self._jobs.add_changes(job, changes)
        self._jobs.add_issues(job, receipt.issues)
        added = {name: getattr(job.counts, name) + getattr(receipt, name) for name in _COUNTED}
        self._job = msgspec.structs.replace(
            job,
            counts=Counts(**added),
            changes=job.changes + len(changes),
            issues=job.issues + len(receipt.issues),
        )

    def _progress(self, step: Progress) -> None:
        if step.step == "calculating":
            self._calculating(step)
            return
        self.note(step=step.step, done=step.done, total=step.total, run_id=step.run_id)
        if self._jobs.is_cancelled(self._job):
            raise ImportCancelledError
        if self._worker.stopping.is_set():
            raise _StoppedError

    def _calculating(self, step: Progress) -> None:
        """Go on whatever is wanted: what is in has to be calculated."""
        self.note(step=step.step, done=step.done, total=step.total)
        if self._worker.stopping.is_set():
            raise _StoppedError


def _is_taken(lock: sqlite3.Connection) -> bool:
    """Take the lock, if nobody has it; it goes with the process, however that ends."""
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
