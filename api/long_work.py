"""Long work that pages and programs ask for: begun, watched and cancelled, whoever serves."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation

from catalog.db import Database
from catalog.errors import CatalogError
from catalog.permissions import Action, Actor, Thing, may
from catalog.services.job_worker import Doing, JobWorker
from catalog.services.jobs import JobBase, Jobs, JobState, Step, Tell, new_id

WORK = "work"
"""The folder of long work, in the data folder."""
_LOOK_S = 0.02
_TOLD_EACH_S = 0.2


class WorkKind(StrEnum):
    """What is to be done."""

    FREEZE_REPORT = "freeze-report"
    PUBLISH_EDITION = "publish-edition"
    FORESEE_EDITION = "foresee-edition"
    PUBLISH_FIGURES = "publish-figures"
    RUN_CHECKS = "run-checks"
    UNDO_IMPORT = "undo-import"


class Refusal(msgspec.Struct, frozen=True):
    """Why something was refused, in both languages; ``code`` is for programs."""

    code: str
    zh: str
    en: str


class LongJob(JobBase, frozen=True, kw_only=True):
    """One piece of long work: what it asks for, where it was asked, and where its result is."""

    kind: WorkKind
    asks: dict[str, Any]
    back: str
    result: str | None = None
    refusal: Refusal | None = None


class LongJobView(msgspec.Struct, frozen=True, kw_only=True):
    """How far long work is, for programs; ``result`` is the path of what came of it."""

    id: str
    kind: WorkKind
    state: JobState
    submitted_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    step: str | None
    done: int
    total: int | None
    result: str | None
    refusal: Refusal | None


class Work(msgspec.Struct, frozen=True):
    """A job in hand: what it may use, whom it tells how far it is, and what keeps its findings.

    After ``tell`` it may have to end; ``note`` is for what has to be done in any case.
    """

    database: Database
    job: LongJob
    clock: Callable[[], dt.datetime]
    tell: Tell
    keep: Callable[[object], None]
    note: Tell


Do = Callable[[Work], str]
"""What does a kind of work, and returns the path of what came of it."""


class LongWork:
    """Takes long work in, has it done by one thread, and tells how far it is."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        ways: Mapping[WorkKind, Do],
        *,
        keep_for: dt.timedelta,
        patience_s: float,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.jobs = Jobs(folder, LongJob)
        self.worker = _Worker(database, self.jobs, ways, keep_for=keep_for, clock=clock)
        self._patience_s = patience_s
        self.clock = clock

    def begin(self, kind: WorkKind, *, actor: Actor, asks: dict[str, Any], back: str) -> LongJob:
        """Have something done; who asks for the same twice gets the one that is under way."""
        for job in self.jobs.all():
            if job.is_open and (job.kind, job.asks, job.actor) == (kind, asks, actor):
                return job
        job = self.jobs.add(
            LongJob(
                id=new_id(),
                actor=actor,
                submitted_at=self.clock(),
                kind=kind,
                asks=asks,
                back=back,
            )
        )
        self.worker.start()
        self.worker.wake()
        return job

    def wait(self, job: LongJob) -> LongJob:
        """Return a job when it has ended, or as it is when nobody would like to wait any longer.

        Raises:
            CatalogError: It was refused; the error is the one that a service raised.
        """
        end = time.monotonic() + self._patience_s
        while job.is_open and time.monotonic() < end:
            time.sleep(_LOOK_S)
            job = self.jobs.find(job.id) or job
        if job.state is JobState.REFUSED and (error := self.worker.refused.pop(job.id, None)):
            raise error
        return job

    def find(self, job_id: str, actor: Actor) -> LongJob:
        """Return a job of the actor's own; who runs the system sees every one.

        Raises:
            NotFoundException: There is none with this id for the actor to see.
        """
        job = self.jobs.find(job_id)
        if job is None or not (_is_of(job, actor) or may(actor, Action.RUN_SYSTEM, Thing())):
            raise NotFoundException
        return job

    def cancel(self, job: LongJob) -> None:
        """Ask that a job end at its next step; nothing of it stays."""
        self.jobs.cancel(job)


OpenWork = NamedDependency[SkipValidation[LongWork]]


def view_of(job: LongJob) -> LongJobView:
    """Return what programs read of a job."""
    return LongJobView(
        **{name: getattr(job, name) for name in LongJobView.__struct_fields__},
    )


def _is_of(job: LongJob, actor: Actor) -> bool:
    mine, theirs = job.actor, actor
    return (mine.account, mine.organisation, mine.name) == (
        theirs.account,
        theirs.organisation,
        theirs.name,
    )


class _Worker(JobWorker[LongJob]):
    """Does long work, each kind in its way; what a server left unfinished begins again."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs[LongJob],
        ways: Mapping[WorkKind, Do],
        *,
        keep_for: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        super().__init__(jobs, name="long-work", keep_for=keep_for, clock=clock)
        self._database = database
        self._ways = ways
        self.refused: dict[str, CatalogError] = {}
        """Why this process refused what it did, by the job's id."""

    def work_on(self, doing: Doing[LongJob]) -> None:
        """Do the work from its beginning: nothing of an earlier try stays but what is kept."""
        told = _Telling(doing)
        way = self._ways[doing.job.kind]
        keep = partial(self.jobs.keep, doing.job)
        result = way(Work(self._database, doing.job, self.clock, told, keep, told.note))
        doing.end(JobState.FINISHED, result=result)

    def clear_away(self, *, before: dt.datetime) -> None:
        """Remove jobs that ended before a moment."""
        self.jobs.remove_ended(before=before)

    def refusal_of(self, job: LongJob, error: CatalogError) -> object | None:
        """Return the sentences of a refusal, and keep the error for who waits."""
        self.refused[job.id] = error
        return Refusal(code=error.code, zh=error.text("zh"), en=error.text("en"))


class _Telling:
    """Notes how far a job is, now and then, and ends it where somebody asked for that."""

    def __init__(self, doing: Doing[LongJob]) -> None:
        self._doing = doing
        self._again_at = 0.0

    def __call__(self, step: Step) -> None:
        """Note a step and go on, unless nobody wants that any more."""
        if self._is_due(step):
            self._doing.go_on()
            self._doing.note(step=step.name, done=step.done, total=step.total)

    def note(self, step: Step) -> None:
        """Note a step and go on, whatever is wanted."""
        if self._is_due(step):
            self._doing.go_on(is_wanted=True)
            self._doing.note(step=step.name, done=step.done, total=step.total)

    def _is_due(self, step: Step) -> bool:
        """Tell whether to note a step: the next ones of the same name only after a while."""
        now = time.monotonic()
        if step.name == self._doing.job.step and now < self._again_at:
            return False
        self._again_at = now + _TOLD_EACH_S
        return True
