"""The thread that does the jobs of a folder, one after the other."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from abc import abstractmethod
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from catalog.errors import CatalogError
from catalog.services.jobs import CancelledError, J, Jobs, JobState

log = logging.getLogger(__name__)
_POLL_S = 1.0  # What other processes ask for is seen by looking.
_TROUBLE_S = 2.0
_DAY = dt.timedelta(days=1)
_MOST_TRIES = 5
_LOCK = "worker.lock"


class StoppedError(Exception):
    """The server ends; whoever serves next goes on with the job."""


class JobWorker(Generic[J]):
    """Does the jobs of a folder. Of several processes only the one that holds the lock works.

    A job that a process left unfinished, however it ended, is taken up by the next.
    """

    def __init__(
        self,
        jobs: Jobs[J],
        *,
        name: str,
        keep_for: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.jobs = jobs
        self.keep_for = keep_for
        self.clock = clock
        self.stopping = Event()
        self._wake = Event()
        self._clears_at = clock()
        self._starting = Lock()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, if it has not begun yet."""
        with self._starting:
            if self._thread.ident is None:
                self.jobs.folder.mkdir(parents=True, exist_ok=True)
                self._thread.start()

    def wake(self) -> None:
        """Look for a job now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the step in hand and end; the job goes on next time."""
        self.stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    @abstractmethod
    def work_on(self, doing: Doing[J]) -> None:
        """Do a job, or go on where an earlier try stopped."""

    @abstractmethod
    def clear_away(self, *, before: dt.datetime) -> None:
        """Remove what ended before a moment."""

    @abstractmethod
    def refusal_of(self, job: J, error: CatalogError) -> object | None:
        """Return what a job keeps of a refusal; None where it is a fault of ours."""

    def do(self, job: J) -> None:
        """Do one job, or as much of it as goes before the server ends."""
        doing = Doing(job, self)
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
            self.work_on(doing)
        except StoppedError:
            doing.note(tries=job.tries)  # To end in good order is no failed try.
        except CancelledError:
            doing.end(JobState.CANCELLED)
        except SQLAlchemyError as error:
            log.warning("job waits", extra={"job": job.id, "reason": str(error)})
            self.stopping.wait(_TROUBLE_S)
        except Exception as error:
            refusal = self.refusal_of(job, error) if isinstance(error, CatalogError) else None
            if refusal is None:
                log.exception("job failed", extra={"job": job.id})
                doing.end(JobState.FAILED)
            else:
                doing.end(JobState.REFUSED, refusal=refusal)

    def _run(self) -> None:
        lock = sqlite3.connect(self.jobs.folder / _LOCK, isolation_level=None, timeout=0)
        while not self.stopping.is_set():
            if lock.in_transaction or _is_taken(lock):
                self._work()
                self._clear_daily()
            self._wake.wait(_POLL_S)
            self._wake.clear()
        lock.close()

    def _work(self) -> None:
        for job in self.jobs.all():
            if self.stopping.is_set():
                return
            if job.is_open:
                self.do(job)

    def _clear_daily(self) -> None:
        """Once a day clear away what is older than it has to be kept."""
        now = self.clock()
        if now < self._clears_at:
            return
        self._clears_at = now + _DAY
        try:
            self.clear_away(before=now - self.keep_for)
        except (OSError, SQLAlchemyError) as error:
            log.warning("old jobs stay", extra={"reason": str(error)})


class Doing(Generic[J]):
    """One job being done; whatever is noted is in the folder at once."""

    def __init__(self, job: J, worker: JobWorker[J]) -> None:
        self.job = job
        self._worker = worker
        self._jobs = worker.jobs

    def note(self, **changes: object) -> None:
        """Write down how far the job has come."""
        self.job = msgspec.structs.replace(self.job, **changes)
        self._jobs.save(self.job)

    def end(self, state: JobState, **changes: object) -> None:
        """Write down how the job ended."""
        self.note(state=state, ended_at=self._worker.clock(), **changes)

    def go_on(self, *, is_wanted: bool = False) -> None:
        """Go on with the next step; what is wanted in any case cannot be cancelled any more.

        Raises:
            CancelledError: Somebody asked that the job end.
            StoppedError: The server ends.
        """
        if not is_wanted and self._jobs.is_cancelled(self.job):
            raise CancelledError
        if self._worker.stopping.is_set():
            raise StoppedError


def _is_taken(lock: sqlite3.Connection) -> bool:
    """Take the lock, if nobody has it; it goes with the process, however that ends."""
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
