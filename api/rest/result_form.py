"""/api/v1/results/{id}/form: the official form of a result as a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from api.form_files import Ending, result_file
from api.parameters import IdInPath
from api.problems import language_of, problem_responses
from api.sending import PDF, XLSX
from api.turns import Turns
from catalog.db import Database

SendForm = NamedDependency[SkipValidation[Callable[[Ending], Awaitable[Response[bytes]]]]]


def form_asked_for(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    turns: NamedDependency[SkipValidation[Turns]],
    id: IdInPath,
) -> Callable[[Ending], Awaitable[Response[bytes]]]:
    """Return what sends the form of the result, in the reader's language and in turn."""
    language = language_of(request)
    return lambda ending: turns.take(partial(result_file, database, id, language, ending))


class ResultFormController(Controller):
    """Forms to be printed and signed; in English they have glosses beside the Chinese."""

    path = "/results"
    tags = ("ratios",)
    dependencies = {"send_form": Provide(form_asked_for, sync_to_thread=False)}  # noqa: RUF012  Litestar's.

    @get(
        "/{id:int}/form.xlsx",
        operation_id="get_result_form_as_workbook",
        media_type=XLSX,
        responses=problem_responses(400, 404, 409),
    )
    async def as_workbook(self, send_form: SendForm) -> Response[bytes]:
        """Return the form as a workbook: figures as numbers, ready to be printed."""
        return await send_form(Ending.XLSX)

    @get(
        "/{id:int}/form.pdf",
        operation_id="get_result_form_as_pdf",
        media_type=PDF,
        responses=problem_responses(400, 404, 409),
    )
    async def as_pdf(self, send_form: SendForm) -> Response[bytes]:
        """Return the form as PDF pages; the same result gives the same bytes."""
        return await send_form(Ending.PDF)
