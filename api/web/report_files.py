"""An annual report as files: PDF, document, workbook, the frozen bytes, a chart's figures."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from api.form_files import PDF, XLSX
from api.turns import Turns
from api.web.annual_reports import ScopeInPath, YearInPath, read_report
from api.web.exports import CSV
from api.web.page import PageRequest
from api.web.signed_in import reader_of
from catalog.db import Database
from catalog.errors import ReportNotFoundError
from catalog.forms.docx import document_of
from catalog.forms.form import Form
from catalog.forms.lists import Listed, csv_of
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.permissions import Actor
from catalog.services import report_reading

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ChartNumber = Annotated[int, PathParameter(ge=1, le=99)]
_JSON = "application/json"


class ReportFilePages(Controller):
    """Send a report as a file; whoever may read the page may have the files."""

    path = "/reports/{year:int}/{whose:str}"
    dependencies = reader_of

    @get("/report.pdf", name="reports:pdf")
    async def pdf(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Response[bytes]:
        """Send the pages of a report, which a browser shows before they are printed."""

        def make() -> Response[bytes]:
            _, form = read_report(request, database, actor, year, whose)
            return _answer(pdf_of(form), PDF, "inline", _name(year, whose, "pdf"), form)

        return await turns.take(make)

    @get("/report.docx", name="reports:docx")
    async def docx(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Response[bytes]:
        """Send a report as a document of a word processor."""

        def make() -> Response[bytes]:
            _, form = read_report(request, database, actor, year, whose)
            return _answer(document_of(form), DOCX, "attachment", _name(year, whose, "docx"), form)

        return await turns.take(make)

    @get("/report.xlsx", name="reports:xlsx")
    async def xlsx(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Response[bytes]:
        """Send a report as a workbook, a sheet for each section."""

        def make() -> Response[bytes]:
            _, form = read_report(request, database, actor, year, whose)
            return _answer(workbook_of(form), XLSX, "attachment", _name(year, whose, "xlsx"), form)

        return await turns.take(make)

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
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
        number: ChartNumber,
    ) -> Response[bytes]:
        """Send the figures of a section's chart."""
        return await turns.take(partial(_chart, request, database, actor, year, whose, number))


def _chart(
    request: PageRequest, database: Database, actor: Actor, year: int, scope: str, number: int
) -> Response[bytes]:
    _, form = read_report(request, database, actor, year, scope)
    charts = {at: section.chart for at, section in enumerate(form.sections, start=1)}
    chart = charts.get(number)
    if chart is None:
        raise ReportNotFoundError(key=f"{year}/{scope}/charts/{number}")
    rows = [tuple(None if cell is None else str(cell) for cell in row) for row in chart.table()]
    listed = Listed(title=chart.title, notes=(), header=chart.heading, rows=rows)
    return _answer(csv_of(listed), CSV, "attachment", _name(year, scope, f"{number}.csv"), form)


def _name(year: int, scope: str, ending: str) -> str:
    return f"lucai-report-{year}-{scope}.{ending}"


def _answer(
    content: bytes, media_type: str, disposition: str, name: str, form: Form
) -> Response[bytes]:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            # The report itself is Chinese in either language; the other has glosses beside it.
            "Content-Language": "zh-Hans" if form.language == "zh" else "zh-Hans, en",
            "Vary": "Accept-Language, Cookie",
        },
    )
