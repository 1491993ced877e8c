"""The jobs of the import desk: how far each is, what it would change, what stayed out."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter, QueryParameter
from litestar.response import Redirect, Stream, Template

from api.desk import Desk, OpenDesk, opened, rate_of
from api.moment import now
from api.parameters import day_or_today
from api.web.asked import LAST_PAGE, PageNumber
from api.web.desk_files import changes_answer, issues_answer, refused_answer
from api.web.i18n import language_of
from api.web.names import Names, names_of
from api.web.page import PageRequest, page, wants_fragment
from api.web.paging import Paging, offset
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.permissions import Action, Actor, Reach, reach_of
from importers.issues import explain
from importers.jobs import Job, JobState
from importers.refused import form_of_refused
from importers.report import Answers

_ROWS = 50
_POLL_S = 2
JobInPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{16}$")]
IssuesPage = Annotated[int, QueryParameter(name="issues", ge=1, le=LAST_PAGE)]


class JobPages(Controller):
    """Watch imports."""

    path = "/imports/jobs/{job_id:str}"
    dependencies = who_may(Action.IMPORT)

    @get(name="desk:job", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        job_id: JobInPath,
        page_number: PageNumber = 1,
        issues_page: IssuesPage = 1,
    ) -> Template | Redirect:
        """Show how far a job is, and what came of it; what is in the ledger is shown there."""
        here = opened(desk)
        job = _job(here, job_id, actor)
        is_done = not job.is_open and job.run_id is not None
        if is_done and not wants_fragment(request):
            path = request.app.route_reverse("imports:show", run_id=job.run_id)
            return Redirect(path, status_code=303)
        language = language_of(request)
        issues = here.jobs.issues(job, offset=offset(issues_page, _ROWS), limit=_ROWS)
        return page(
            request,
            "imports/_progress.html" if wants_fragment(request) else "imports/job.html",
            # A script that asks for a part is told to go where the result is.
            headers={"HX-Refresh": "true"} if not job.is_open else {},
            job=job,
            rate=rate_of(job, now()),
            poll_s=_POLL_S,
            refusal=explain(job.refusal, language) if job.refusal else None,
            changes=list(here.jobs.changes(job, offset=offset(page_number, _ROWS), limit=_ROWS)),
            issues=[(issue, *explain(issue, language)) for issue in issues],
            paging=Paging(page_number, _ROWS, job.changes),
            issues_paging=Paging(issues_page, _ROWS, job.issues),
            refused_form=_refused_form(here, job),
            names=_names(database),
        )

    @post("/cancel", name="desk:cancel", sync_to_thread=True)
    def cancel(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Redirect:
        """End a job after the batch in hand; what was in is taken back."""
        here = opened(desk)
        here.jobs.cancel(_job(here, job_id, actor))
        return _to(request, job_id)

    @post("/import", name="desk:import", sync_to_thread=True)
    def import_tried(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Redirect:
        """Import what was tried, with the same answers."""
        here = opened(desk)
        tried = _job(here, job_id, actor)
        job = here.ask(
            tried.file_hash,
            actor=actor,
            is_dry_run=False,
            source=tried.source,
            answers=Answers(placement=tried.placement, mapping=tried.mapping),
        )
        return _to(request, job.id)

    @post("/retry", name="desk:retry", sync_to_thread=True)
    def retry(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Redirect:
        """Ask again for what ended without coming in, with the same answers."""
        here = opened(desk)
        ended = _job(here, job_id, actor)
        if ended.is_open or ended.state is JobState.FINISHED:
            return _to(request, job_id)
        job = here.ask(
            ended.file_hash,
            actor=actor,
            is_dry_run=ended.is_dry_run,
            source=ended.source,
            answers=Answers(placement=ended.placement, mapping=ended.mapping),
        )
        return _to(request, job.id)

    @get("/changes.csv", name="desk:changes", sync_to_thread=True)
    def changes(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Stream:
        """Send the whole change list."""
        here = opened(desk)
        changes = here.jobs.changes(_job(here, job_id, actor))
        return changes_answer(changes, language_of(request), names=_names(database))

    @get("/issues.csv", name="desk:issues", sync_to_thread=True)
    def issues(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Stream:
        """Send the whole list of issues."""
        here = opened(desk)
        return issues_answer(here.jobs.issues(_job(here, job_id, actor)), language_of(request))

    @get("/refused", name="desk:refused", sync_to_thread=True)
    def refused(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        job_id: JobInPath,
    ) -> Stream:
        """Send the rows that would stay out, in the file's own form."""
        here = opened(desk)
        job = _job(here, job_id, actor)
        file = here.files.find(job.file_hash, name=job.file_name)
        if file is None or job.kind is None:
            raise NotFoundException
        return refused_answer(
            file,
            here.jobs.issues(job),
            kind=job.kind,
            answers=Answers(placement=job.placement, mapping=job.mapping),
            language=language_of(request),
        )


def _job(desk: Desk, job_id: str, actor: Actor) -> Job:
    """Return a job of the actor's organisation; who answers for everybody sees every job.

    Raises:
        NotFoundException: There is none with this id for the actor to see.
    """
    job = desk.job(job_id)
    is_own = job.actor.organisation == actor.organisation
    if not is_own and reach_of(actor, Action.IMPORT) is not Reach.ALL:
        raise NotFoundException
    return job


def _names(database: Database) -> Names:
    with database.reading() as connection:
        return names_of(connection, on=day_or_today(None))


def _refused_form(desk: Desk, job: Job) -> str | None:
    """Return the form in which refused rows can be had, where there are any."""
    if job.state is not JobState.FINISHED or not job.counts.refused:
        return None
    file = desk.files.find(job.file_hash, name=job.file_name)
    return form_of_refused(file) if file else None


def _to(request: PageRequest, job_id: str) -> Redirect:
    path = request.app.route_reverse("desk:job", job_id=job_id)
    return Redirect(path, status_code=303)
