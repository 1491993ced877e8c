"""The writing half of /api/v1/annual-reports: how a bureau's report comes about."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, SkipValidation
from pydantic import Field

from api.long_ways import freeze_report_at_length
from api.long_work import LongJobView, OpenWork, view_of
from api.parameters import LINES, TEXT, DayInBody
from api.problems import problem_responses
from api.rest.annual_reports import ScopeInPath, YearInPath
from api.rest.owner_bodies import Body, KeyText, State
from api.rest.writing import Asking, own, writes
from api.turns import Turns
from catalog.rules.annual_report.checks import MustCheck
from catalog.rules.annual_report.steps import ReportStep
from catalog.rules.annual_report.terms import CORPS
from catalog.services import report_reading, reporting
from catalog.services.jobs import JobState
from catalog.services.reporting import LONGEST_REASON, LONGEST_TEXT
from catalog.views.reporting import CheckedBuilding, ReportHead, ReportTexts, TextVersion

Written = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=LINES)]
CheckInPath = Annotated[MustCheck, PathParameter()]
_WRONG = problem_responses(400, 401, 403, 404, 409)


class OpeningBody(Body):
    """The report to begin: its year, and a division's key or xpcc."""

    year: Annotated[int, Field(ge=1900, le=2199)]
    scope: KeyText


class TextsBody(Body):
    """What the bureau writes, over the version that was shown."""

    version: State
    progress: Written = ""
    problems: Written = ""
    plan: Written = ""

    def texts(self) -> ReportTexts:
        """Return what it says."""
        return ReportTexts(progress=self.progress, problems=self.problems, plan=self.plan)


class StepBody(Body):
    """A step from the version that was shown; ``filed_on`` is of a report filed on paper."""

    version: State
    step: ReportStep
    reason: Annotated[str, Field(max_length=LONGEST_REASON, pattern=TEXT)] = ""
    filed_on: DayInBody | None = None


class ReportWriting(msgspec.Struct, frozen=True):
    """What a bureau has written of a report, and who saved which version before."""

    head: ReportHead
    texts: ReportTexts
    earlier: list[TextVersion]


class ReportSteps(msgspec.Struct, frozen=True):
    """Where a report stands, and the steps that the caller may take from there."""

    head: ReportHead
    steps: list[ReportStep]


class ReportCheck(msgspec.Struct, frozen=True):
    """The buildings that fail a check of a report, then those of which nobody can tell."""

    head: ReportHead
    items: list[CheckedBuilding]


class KeepingReportsController(Controller):
    """Annual reports, kept by their bureaus."""

    path = "/annual-reports"
    tags = ("reports",)

    @writes(post)(operation_id="open_annual_report", responses=_WRONG)
    def begin(self, asking: NamedDependency[Asking], data: JSONBody[OpeningBody]) -> ReportHead:
        """Begin a report, or go on with the one that is under way."""
        place = None if data.scope == CORPS else data.scope
        with asking.transaction() as session:
            return reporting.open_report(
                session, year=data.year, division=place, actor=asking.actor, now=asking.now()
            )

    @own("/{year:int}/{whose:str}/texts", operation_id="get_annual_report_texts",
         responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    def texts(
        self, asking: NamedDependency[Asking], year: YearInPath, whose: ScopeInPath
    ) -> ReportWriting:
        """Return what the bureau has written; the version of the head goes with a change."""
        with asking.reading() as connection:
            found = report_reading.texts_of(connection, asking.actor, year=year, scope=whose)
        return ReportWriting(*found)

    @writes(put)("/{year:int}/{whose:str}/texts", operation_id="set_annual_report_texts",
                 responses=_WRONG)  # fmt: skip
    def write(
        self,
        asking: NamedDependency[Asking],
        year: YearInPath,
        whose: ScopeInPath,
        data: JSONBody[TextsBody],
    ) -> ReportHead:
        """Keep what the bureau writes as a further version."""
        key, version, texts = _key(asking, year, whose), data.version, data.texts()
        with asking.transaction() as session:
            return reporting.save_texts(
                session, key, texts, version=version, actor=asking.actor, now=asking.now()
            )

    @own("/{year:int}/{whose:str}/steps", operation_id="list_annual_report_steps",
         responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    def steps(
        self, asking: NamedDependency[Asking], year: YearInPath, whose: ScopeInPath
    ) -> ReportSteps:
        """Return the steps that the caller may take; the version of the head goes with one."""
        with asking.reading() as connection:
            head = report_reading.latest(connection, asking.actor, year=year, scope=whose)
        return ReportSteps(head, report_reading.steps_open_to(asking.actor, head))

    @writes(post)(
        "/{year:int}/{whose:str}/steps",
        operation_id="take_annual_report_step",
        responses={
            200: ResponseSpec(data_container=ReportHead, generate_examples=False),
            202: ResponseSpec(
                data_container=LongJobView,
                description="It takes a while: get_job tells how far it is.",
                generate_examples=False,
            ),
            **_WRONG,
        },
    )
    def step(
        self,
        asking: NamedDependency[Asking],
        long_work: OpenWork,
        year: YearInPath,
        whose: ScopeInPath,
        data: JSONBody[StepBody],
    ) -> Response[Any]:
        """Freeze, open again, file, send back, accept or publish a report; people alone sign."""
        if data.step is not ReportStep.FREEZE:
            return Response(_step(asking, year, whose, data))
        job = freeze_report_at_length(
            long_work,
            asking.database,
            _key(asking, year, whose),
            version=data.version,
            actor=asking.actor,
            reason=data.reason,
            back=f"/reports/{year}/{whose}",
        )
        if job.state is not JobState.FINISHED:
            return Response(view_of(job), status_code=202)
        with asking.reading() as connection:
            head = report_reading.latest(connection, asking.actor, year=year, scope=whose)
        return Response(head)

    @own("/{year:int}/{whose:str}/checks/{check:str}", operation_id="list_annual_report_checks",
         sync_to_thread=None, responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    async def check(
        self,
        asking: NamedDependency[Asking],
        turns: NamedDependency[SkipValidation[Turns]],
        year: YearInPath,
        whose: ScopeInPath,
        check: CheckInPath,
    ) -> ReportCheck:
        """Return the buildings behind a check of a report."""
        return await turns.take(partial(_check, asking, year, whose, check))


def _step(asking: Asking, year: int, whose: str, data: StepBody) -> ReportHead:
    key = _key(asking, year, whose)
    with asking.transaction() as session:
        return reporting.take_step(
            session,
            key,
            data.step,
            version=data.version,
            actor=asking.actor,
            now=asking.now(),
            reason=data.reason,
            filed_on=data.filed_on,
        )


def _check(asking: Asking, year: int, whose: str, check: MustCheck) -> ReportCheck:
    with asking.reading() as connection:
        found = report_reading.unmet_of(
            connection, asking.actor, year=year, scope=whose, check=check, now=asking.now()
        )
    return ReportCheck(*found)


def _key(asking: Asking, year: int, whose: str) -> str:
    with asking.reading() as connection:
        return report_reading.latest(connection, asking.actor, year=year, scope=whose).key
