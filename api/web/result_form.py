"""The official form of a result: as a page, a workbook and a PDF."""

from __future__ import annotations

from functools import partial

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.form_files import Ending, read_form, result_file
from api.parameters import IdInPath
from api.turns import Turns
from api.web.i18n import language_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.services import projects, results


class ResultFormPages(Controller):
    """Read, print and sign what a result says."""

    path = "/results"

    @get("/{result_id:int}/form", name="results:form")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        result_id: IdInPath,
    ) -> Template:
        """Show the form as it will be printed."""
        return await turns.take(partial(_shown, request, database, result_id))

    @get("/{result_id:int}/form.xlsx", name="results:form-xlsx")
    async def as_workbook(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        result_id: IdInPath,
    ) -> Response[bytes]:
        """Send the form as a workbook."""
        language = language_of(request)
        return await turns.take(partial(result_file, database, result_id, language, Ending.XLSX))

    @get("/{result_id:int}/form.pdf", name="results:form-pdf")
    async def as_pdf(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        result_id: IdInPath,
    ) -> Response[bytes]:
        """Send the form as PDF pages."""
        language = language_of(request)
        return await turns.take(partial(result_file, database, result_id, language, Ending.PDF))


def _shown(request: PageRequest, database: Database, result_id: int) -> Template:
    form = read_form(database, result_id, language_of(request))
    with database.reading() as connection:
        result = results.get_result(connection, result_id)
        project = projects.get_project(connection, result.project)
    return page(
        request, "results/form.html", result=result, form=form, shows_synthetic=project.is_synthetic
    )
