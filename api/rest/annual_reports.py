"""/api/v1/annual-reports, /filings, /demonstrations: what bureaus report, and when."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter, SkipValidation

from api.auth import reader_of
from api.parameters import KEY, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.moment import now
from api.turns import Turns
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import demonstrations, filings, report_reading
from catalog.services.report_content import reporting_pack
from catalog.views.reporting import (
    DemonstrationView,
    DutyRow,
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


class FilingRegister(msgspec.Struct, frozen=True):
    """Every duty of every year with how it stands in each division; ``pack`` says by which rule.

    Who put what on record, and the papers, are for the bureaus: ``filings`` is empty here.
    """

    pack: str
    items: list[DutyRow]


class DemonstrationList(msgspec.Struct, frozen=True):
    """Demonstration projects and bases, the latest named first."""

    items: list[DemonstrationView]


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


class FilingsController(Controller):
    """Plans and reports that were handed in."""

    path = "/filings"
    tags = ("reports",)

    @read(operation_id="list_filings")
    def index(self, database: NamedDependency[Database]) -> FilingRegister:
        """Return how every duty of every year stands in each division."""
        with database.reading() as connection:
            pack, _ = reporting_pack(connection, day_or_today(None))
            rows = filings.register(connection, pack, now=now())
        return FilingRegister(
            pack=f"{pack.key}@{pack.version}",
            items=[msgspec.structs.replace(row, filings=[], exemptions=[]) for row in rows],
        )


class DemonstrationsController(Controller):
    """Demonstration projects and bases."""

    path = "/demonstrations"
    tags = ("reports",)

    @read(operation_id="list_demonstrations", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        division: OfDivision = None,
        year: OfYear = None,
    ) -> DemonstrationList:
        """Return what the Corps named an example, withdrawn or not."""
        with database.reading() as connection:
            return DemonstrationList(
                demonstrations.every_demonstration(connection, division=division, year=year)
            )


def _report(database: Database, actor: Actor, year: int, whose: str) -> ReportView:
    with database.reading() as connection:
        return report_reading.get_report(connection, actor, year=year, scope=whose, now=now())


def _rebuilt(database: Database, actor: Actor, year: int, whose: str) -> ReportRebuilt:
    with database.reading() as connection:
        return report_reading.rebuild(connection, actor, year=year, scope=whose)
