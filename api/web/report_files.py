"""An annual report as files: PDF, document, workbook, the frozen bytes, a chart's figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, SkipValidation

from api.form_files import Ending, chart_answer, form_answer
from api.turns import Turns
from api.web.page import PageRequest
from api.web.report_page import ScopeInPath, YearInPath, read_report
from api.web.signed_in import reader_of
from catalog.db import Database
from catalog.errors import ReportNotFoundError
from catalog.forms.form import Form
from catalog.permissions import Actor
from catalog.services import report_reading

ChartNumber = Annotated[int, PathParameter(ge=1, le=99)]
_JSON = "application/json"
Send = Callable[[Callable[[Form], Response[bytes]]], Awaitable[Response[bytes]]]
SendReport = NamedDependency[SkipValidation[Send]]


def report_asked_for(
    request: PageRequest,
    database: NamedDependency[Database],
    turns: NamedDependency[SkipValidation[Turns]],
    actor: NamedDependency[Actor],
    year: YearInPath,
    whose: ScopeInPath,
) -> Send:
    """Return what reads the report for the reader in its turn, and answers with what is made."""

    def made(make: Callable[[Form], Response[bytes]]) -> Response[bytes]:
        return make(read_report(request, database, actor, year, whose)[1])

    return lambda make: turns.take(partial(made, make))


class ReportFilePages(Controller):
    """Send a report as a file; whoever may read the page may have the files."""

    path = "/reports/{year:int}/{whose:str}"
    dependencies = {  # noqa: RUF012  Litestar's.
        **reader_of,
        "send_report": Provide(report_asked_for, sync_to_thread=False),
    }

    @get("/report.pdf", name="reports:pdf")
    async def pdf(
        self, send_report: SendReport, year: YearInPath, whose: ScopeInPath
    ) -> Response[bytes]:
        """Send the pages of a report, which a browser shows before they are printed."""
        name = _name(year, whose)
        return await send_report(partial(form_answer, ending=Ending.PDF, name=name))

    @get("/report.docx", name="reports:docx")
    async def docx(
        self, send_report: SendReport, year: YearInPath, whose: ScopeInPath
    ) -> Response[bytes]:
        """Send a report as a document of a word processor."""
        name = _name(year, whose)
        return await send_report(partial(form_answer, ending=Ending.DOCX, name=name))

    @get("/report.xlsx", name="reports:xlsx")
    async def xlsx(
        self, send_report: SendReport, year: YearInPath, whose: ScopeInPath
    ) -> Response[bytes]:
        """Send a report as a workbook, a sheet for each section."""
        name = _name(year, whose)
        return await send_report(partial(form_answer, ending=Ending.XLSX, name=name))

    @get("/content.json", name="reports:content", sync_to_thread=True)
    def content(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Response[bytes]:
        """Send the very bytes whose SHA-256 the report states."""
        with database.reading() as connection:
            frozen = report_reading.report_bytes(connection, actor, year=year, scope=whose)
        return Response(frozen, media_type=_JSON)

    @get("/charts/{number:int}/list.csv", name="reports:chart")
    async def chart(
        self,
        send_report: SendReport,
        year: YearInPath,
        whose: ScopeInPath,
        number: ChartNumber,
    ) -> Response[bytes]:
        """Send the figures of a section's chart."""

        def make(form: Form) -> Response[bytes]:
            charts = {at: section.chart for at, section in enumerate(form.sections, start=1)}
            chart = charts.get(number)
            if chart is None:
                raise ReportNotFoundError(key=f"{year}/{whose}/charts/{number}")
            return chart_answer(chart, f"{_name(year, whose)}.{number}")

        return await send_report(make)


def _name(year: int, scope: str) -> str:
    return f"lucai-report-{year}-{scope}"
