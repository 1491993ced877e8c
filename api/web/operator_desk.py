"""The operator's desk: is everything up, what waits, what failed, and what to do about it."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.desk import OpenDesk, rate_of
from api.machine import Machine
from api.moment import now
from api.parameters import day_or_today
from api.upkeep import Upkeep
from api.web.page import PageRequest, page, wants_fragment
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import EntryRefusedError, SearchUnavailableError
from catalog.permissions import Action, Actor
from catalog.services import ledger, upkeep
from importers.jobs import JobState
from search.engine import SearchEngine
from search.worker import IndexWorker

PATH = "/desk/operator"
_RUNS = 5
_TROUBLED = frozenset({JobState.FAILED, JobState.REFUSED, JobState.CANCELLED})


class BackupForm(msgspec.Struct):
    """The name of a backup."""

    name: str = ""


class OperatorDeskPages(Controller):
    """See how the system stands, and keep it whole."""

    path = PATH
    dependencies = who_may(Action.RUN_SYSTEM)

    @get(name="desk:operator", sync_to_thread=True)
    def show(  # What the page tells comes from so many places.
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        index_worker: NamedDependency[SkipValidation[IndexWorker]],
        desk: OpenDesk,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        machine: NamedDependency[SkipValidation[Machine]],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show the state of everything, each number with its list."""
        moment, today = now(), day_or_today(None)
        if wants_fragment(request):
            # Once the work is done, all numbers of the page are new.
            headers = {} if upkeep_work.is_busy else {"HX-Refresh": "true"}
            return page(request, "desks/_work.html", work=upkeep_work.last, headers=headers)
        backups = machine.backups()
        jobs = desk.jobs.all() if desk else []
        with database.reading() as connection:
            state = upkeep.system_state(connection, actor=actor, on=today, now=moment)
            runs = ledger.browse_runs(connection, limit=_RUNS, offset=0)
            verified = upkeep.backups_verified(connection, (each.name for each in backups))
        documents, trouble = None, None
        try:
            documents = search_engine.count()
        except SearchUnavailableError as error:
            trouble = error.trouble
        return page(
            request,
            "desks/operator.html",
            state=state,
            runs=runs,
            jobs=[job for job in jobs if job.is_open],
            ended=[job for job in reversed(jobs) if job.state in _TROUBLED][:_RUNS],
            rates={job.id: rate_of(job, moment) for job in jobs if job.is_open},
            documents=documents,
            search_trouble=trouble or index_worker.trouble,
            engine=machine.search,
            work=upkeep_work.last,
            is_busy=upkeep_work.is_busy,
            backups=backups,
            backups_verified=verified,
            now=moment,
            is_backup_old=machine.is_backup_old(backups, moment),
            backup_hours=int(machine.backup_age.total_seconds() // 3600),
            disk=machine.disk(),
            versions=machine.versions(),
            today=today,
        )

    @post("/rebuild", name="desk:rebuild", sync_to_thread=True)
    def rebuild(
        self,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        """Build the search index anew beside the one in use."""
        upkeep_work.rebuild(actor=actor, clock=now)
        return _back()

    @post("/stop", name="desk:stop-upkeep", sync_to_thread=True)
    def stop(
        self,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        """Let the work in hand end at its next step."""
        upkeep_work.cancel(actor=actor)
        return _back()

    @post("/verify", name="desk:verify-record", sync_to_thread=True)
    def verify(
        self,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        """Recompute the record of changes."""
        upkeep_work.verify(actor=actor, clock=now)
        return _back()

    @post("/backup", name="desk:verify-backup", sync_to_thread=True)
    def verify_backup(
        self,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        machine: NamedDependency[SkipValidation[Machine]],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[BackupForm],
    ) -> Redirect:
        """Read a backup to its end, and put on record whether it is whole."""
        path = machine.backup(data.name)
        if path is None:
            raise EntryRefusedError(reason_zh="没有这份备份", reason_en="there is no such backup")
        upkeep_work.verify_backup(path, actor=actor, clock=now)
        return _back()


def _back() -> Redirect:
    return Redirect(f"{PATH}#work", status_code=303)
