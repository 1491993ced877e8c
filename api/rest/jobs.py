"""/api/v1/jobs: long work that somebody asked for, and how far it is."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import PathParameter

from api.long_work import LongJobView, OpenWork, view_of
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes

JobInPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{16}$")]


class JobsController(Controller):
    """Long work of the caller's own."""

    path = "/jobs/{job_id:str}"
    tags = ("jobs",)

    @own(operation_id="get_job", responses=problem_responses(400, 401, 403, 404))
    def show(
        self, asking: NamedDependency[Asking], long_work: OpenWork, job_id: JobInPath
    ) -> LongJobView:
        """Return how far the work is; what a bureau froze is read where ``result`` says."""
        return view_of(long_work.find(job_id, asking.actor))

    @writes(post)("/cancel", operation_id="end_job",
                  responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    def cancel(
        self, asking: NamedDependency[Asking], long_work: OpenWork, job_id: JobInPath
    ) -> LongJobView:
        """End the work at its next step; nothing of it stays."""
        long_work.cancel(long_work.find(job_id, asking.actor))
        return view_of(long_work.find(job_id, asking.actor))
