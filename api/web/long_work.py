"""The page of long work: how far it is, how to end it, and the way to what came of it."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter
from litestar.response import Redirect, Template

from api.long_work import LongJob, OpenWork
from api.moment import now
from api.web.i18n import language_of
from api.web.page import PageRequest, page, wants_fragment
from api.web.signed_in import actor_of
from catalog.permissions import Actor
from catalog.services.jobs import JobState

JobInPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{16}$")]
POLL_S = 2


class LongWorkPages(Controller):
    """Watch long work that one asked for."""

    path = "/jobs/{job_id:str}"
    dependencies = actor_of

    @get(name="work:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        long_work: OpenWork,
        job_id: JobInPath,
    ) -> Template | Redirect:
        """Show how far the work is; what is finished is shown where it belongs."""
        job = long_work.find(job_id, actor)
        if wants_fragment(request):
            # A script that asks for a part is told to go where the result is.
            headers = {} if job.is_open else {"HX-Refresh": "true"}
            if job.state is JobState.FINISHED and job.result is not None:
                headers = {"HX-Redirect": job.result}
            return page(request, "work/_progress.html", headers=headers, **_facts(request, job))
        if job.state is JobState.FINISHED and job.result is not None:
            return Redirect(job.result, status_code=303)
        return page(request, "work/show.html", **_facts(request, job))

    @post("/cancel", name="work:cancel", sync_to_thread=True)
    def cancel(
        self, actor: NamedDependency[Actor], long_work: OpenWork, job_id: JobInPath
    ) -> Redirect:
        """End the work at its next step; nothing of it stays."""
        long_work.cancel(long_work.find(job_id, actor))
        return Redirect(f"/jobs/{job_id}", status_code=303)


def to_work(job: LongJob) -> Redirect:
    """Send the reader to the result of a job, or to watch it."""
    path = job.result if job.state is JobState.FINISHED else None
    return Redirect(path or f"/jobs/{job.id}", status_code=303)


def _facts(request: PageRequest, job: LongJob) -> dict[str, Any]:
    refusal = None
    if job.refusal is not None:
        refusal = job.refusal.zh if language_of(request) == "zh" else job.refusal.en
    since = job.started_at or job.submitted_at
    return {
        "job": job,
        "refusal": refusal,
        "seconds": max(0, int(((job.ended_at or now()) - since).total_seconds())),
        "poll_s": POLL_S,
    }
