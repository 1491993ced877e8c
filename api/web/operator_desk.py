"""The operator's desk: is everything up, what waits, what failed, and what to do about it."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect, Template

from api.desk import OpenDesk
from api.machine import Machine
from api.parameters import day_or_today
from api.rest.moment import now
from api.upkeep import Upkeep
from api.web.page import PageRequest, page, wants_fragment
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.permissions import Action, Actor
from catalog.services import ledger, upkeep
from search.engine import SearchEngine
from search.worker import IndexWorker

PATH = "/desk/operator"
_RUNS = 5


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
        with database.reading() as connection:
            state = upkeep.system_state(connection, actor=actor, on=today, now=moment)
            runs = ledger.browse_runs(connection, limit=_RUNS, offset=0)
        documents, trouble = None, None
        try:
            documents = search_engine.count()
        except SearchUnavailableError as error:
            trouble = error.trouble
        backups = machine.backups()
        return page(
            request,
            "desks/operator.html",
            state=state,
            runs=runs,
            jobs=[job for job in desk.jobs.all() if job.is_open] if desk else [],
            documents=documents,
            search_trouble=trouble or index_worker.trouble,
            engine=machine.search,
            work=upkeep_work.last,
            is_busy=upkeep_work.is_busy,
            backups=backups,
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

    @post("/verify", name="desk:verify-record", sync_to_thread=True)
    def verify(
        self,
        upkeep_work: NamedDependency[SkipValidation[Upkeep]],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        """Recompute the record of changes."""
        upkeep_work.verify(actor=actor, clock=now)
        return _back()


def _back() -> Redirect:
    return Redirect(f"{PATH}#work", status_code=303)
