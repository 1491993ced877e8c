"""The thread that does the imports that pages have asked for, one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from catalog.db import Database
from catalog.errors import CatalogError, ImportRefusedError
from catalog.models.importing import RunState
from catalog.services import ledger
from catalog.services.job_worker import Doing, JobWorker
from catalog.services.receiving.receipt import Receipt
from importers.cleaning import clear_away
from importers.issues import issue_of, refusal
from importers.jobs import Counts, Job, JobChange, JobFolder, JobState
from importers.keeping import FileStore
from importers.lookups import Lookups
from importers.report import ImportCancelledError, ImportReport, Progress, Request
from importers.run import import_file, recalculate
from importers.source import SourceFile

_COUNTED = Counts.__struct_fields__


class ImportWorker(JobWorker[Job]):
    """Does imports: one goes on after its last whole batch, a dry run begins again."""

    def __init__(
        self,
        database: Database,
        jobs: JobFolder,
        files: FileStore,
        *,
        keep_for: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(jobs, name="import-worker", keep_for=keep_for, clock=clock)
        self.database = database
        self.folder = jobs
        self.files = files

    def work_on(self, doing: Doing[Job]) -> None:
        """Import the file, or go on where an earlier try stopped."""
        _Importing(doing, self).work()

    def clear_away(self, *, before: dt.datetime) -> None:
        """Remove jobs that ended before a moment, and files that nothing needs."""
        clear_away(self.database, self.folder, self.files, before=before)

    def refusal_of(self, job: Job, error: CatalogError) -> object | None:
        """Return the issue of a file that was refused."""
        return issue_of(error) if isinstance(error, ImportRefusedError) else None


class _Importing:
    """One file being taken in."""

    def __init__(self, doing: Doing[Job], worker: ImportWorker) -> None:
        self._doing = doing
        self._worker = worker
        self._jobs = worker.folder

    def work(self) -> None:
        """Import the file, or go on where an earlier try stopped."""
        job, worker = self._doing.job, self._worker
        if job.run_id is not None and self._is_in(job.run_id):
            # Everything is in already; only the buildings may have to be calculated.
            recalculate(worker.database, job.actor, clock=worker.clock, progress=self._calculating)
            self._doing.end(JobState.FINISHED)
            return
        file = worker.files.find(job.file_hash, name=job.file_name)
        if file is None:
            raise refusal("file-unreadable", name=job.file_name)
        report = self._imported(file)
        if self._is_clean():
            self._doing.note(is_dry_run=False)
            report = self._imported(file)
        self._doing.end(
            JobState.FINISHED, kind=report.kind, source=report.source, run_id=report.run_id
        )

    def _is_clean(self) -> bool:
        """Tell whether a dry run found changes and nothing else, and is to bring them in."""
        job = self._doing.job
        if not (job.is_dry_run and job.imports_if_clean and job.changes):
            return False
        return not (job.issues or job.counts.refused or job.counts.warnings or job.counts.conflicts)

    def _imported(self, file: SourceFile) -> ImportReport:
        job, worker = self._doing.job, self._worker
        self._jobs.start_lists(job)
        self._doing.note(changes=0, issues=0, counts=Counts())
        request = Request(
            actor=job.actor,
            kind=job.kind,
            source=job.source,
            placement=job.placement,
            mapping=job.mapping,
            is_dry_run=job.is_dry_run,
        )
        return import_file(
            worker.database,
            file,
            Lookups.from_seed(),
            request,
            clock=worker.clock,
            progress=self._progress,
            on_batch=self._batch,
        )

    def _is_in(self, run_id: int) -> bool:
        with self._worker.database.reading() as connection:
            return ledger.get_run(connection, run_id).state != RunState.RUNNING

    def _batch(self, receipt: Receipt) -> None:
        """Keep what a batch brought, before it is told how far the job has come."""
        job = self._doing.job
        changes = [
            JobChange(
                entity=change.entity,
                key=change.key,
                label=change.label,
                is_new=change.is_new,
                fields=dict(change.fields),
                read=dict(change.read),
            )
            for change in receipt.changes or ()
        ]
        self._jobs.add_changes(job, changes)
        self._jobs.add_issues(job, receipt.issues)
        added = {name: getattr(job.counts, name) + getattr(receipt, name) for name in _COUNTED}
        self._doing.job = msgspec.structs.replace(
            job,
            counts=Counts(**added),
            changes=job.changes + len(changes),
            issues=job.issues + len(receipt.issues),
        )

    def _progress(self, step: Progress) -> None:
        if step.step == "calculating":
            self._calculating(step)
            return
        self._doing.note(step=step.step, done=step.done, total=step.total, run_id=step.run_id)
        if self._jobs.is_cancelled(self._doing.job):
            raise ImportCancelledError
        self._doing.go_on()

    def _calculating(self, step: Progress) -> None:
        """Go on whatever is wanted: what is in has to be calculated."""
        self._doing.note(step=step.step, done=step.done, total=step.total)
        self._doing.go_on(is_wanted=True)
