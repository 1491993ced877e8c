"""The reading half of /api/v1/annual-reports: what bureaus reported, checks and figures."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter, SkipValidation

from api.auth import reader_of
from api.form_files import spoken
from api.moment import now
from api.parameters import KEY
from api.problems import language_of, problem_responses
from api.turns import Turns
from catalog.db import Database
from catalog.forms.form import Language
from catalog.permissions import Actor
from catalog.services import report_reading
from catalog.services.report_forms import ReportChange, changes_since
from catalog.views.reporting import (
    ReportContent,
    ReportHead,
    ReportRebuilt,
    ReportView,
)

YearInPath = Annotated[int, PathParameter(ge=1900, le=2199)]
ScopeInPath = Annotated[
    str, PathParameter(pattern=KEY, max_length=80, description="A division's key, or xpcc.")
]
OfYear = Annotated[int | None, QueryParameter(ge=1900, le=2199)]
OfDivision = Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)]


class ReportList(msgspec.Struct, frozen=True):
    """Every report that one may read, the latest year first."""

    items: list[ReportHead]


class ReportChanges(msgspec.Struct, frozen=True):
    """The cells of a frozen report that would say something else now."""

    head: ReportHead
    items: list[ReportChange]


class AnnualReportsController(Controller):
    """Annual reports."""

    path = "/annual-reports"
    tags = ("reports",)
    dependencies = reader_of

    @get(operation_id="list_annual_reports", sync_to_thread=True,
         responses=problem_responses(400, 401, 403))  # fmt: skip
    def index(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        year: OfYear = None,
    ) -> ReportList:
        """Return the reports that are public, and with a bureau's token its own."""
        with database.reading() as connection:
            return ReportList(report_reading.browse_reports(connection, actor, year=year))

    @get("/{year:int}/{whose:str}", operation_id="get_annual_report",
         responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    async def show(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> ReportView:
        """Return a report: what was frozen, or what a draft would say now."""
        return await turns.take(partial(_report, database, actor, year, whose))

    @get(
        "/{year:int}/{whose:str}/content",
        operation_id="get_annual_report_content",
        sync_to_thread=True,
        responses={
            200: ResponseSpec(data_container=ReportContent, generate_examples=False),
            **problem_responses(400, 401, 403, 404, 409),
        },
    )
    def content(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Response[bytes]:
        """Return the very bytes whose SHA-256 a frozen report states."""
        with database.reading() as connection:
            frozen = report_reading.report_bytes(connection, actor, year=year, scope=whose)
        return Response(frozen, media_type="application/json")

    @get("/{year:int}/{whose:str}/rebuilt", operation_id="get_rebuilt_annual_report",
         responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    async def rebuilt(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> ReportRebuilt:
        """Make a frozen report again from what was known then, and compare the bytes."""
        return await turns.take(partial(_rebuilt, database, actor, year, whose))

    @get("/{year:int}/{whose:str}/changes", operation_id="list_annual_report_changes",
         responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    async def changes(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> ReportChanges:
        """Return what a frozen report would say otherwise now, in the language asked for."""
        language = spoken(language_of(request))
        return await turns.take(partial(_changes, database, actor, year, whose, language))


def _report(database: Database, actor: Actor, year: int, whose: str) -> ReportView:
    with database.reading() as connection:
        return report_reading.get_report(connection, actor, year=year, scope=whose, now=now())


def _rebuilt(database: Database, actor: Actor, year: int, whose: str) -> ReportRebuilt:
    with database.reading() as connection:
        return report_reading.rebuild(connection, actor, year=year, scope=whose)


def _changes(
    database: Database, actor: Actor, year: int, whose: str, language: Language
) -> ReportChanges:
    with database.reading() as connection:
        return ReportChanges(
            *changes_since(connection, actor, year=year, scope=whose, language=language, now=now())
        )
