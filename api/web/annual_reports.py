"""The pages of annual reports: the list, one report, and its steps."""

from __future__ import annotations

from functools import partial

import msgspec
from anyio import to_thread
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.answers import Answers, OpenAnswers, Waiting
from api.long_ways import freeze_report_at_length
from api.long_work import LongWork, OpenWork
from api.moment import now
from api.parameters import day_or_today
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import plain
from api.web.i18n import language_of, translate, zh
from api.web.long_work import to_work
from api.web.names import names_of
from api.web.page import PageRequest, page, wants_fragment
from api.web.report_page import ScopeInPath, YearInPath, key_of, shown
from api.web.signed_in import actor_of, reader_of
from api.web.waiting import told_to_look, waiting_page
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.annual_report.steps import Office, ReportStep
from catalog.rules.annual_report.terms import CORPS
from catalog.services import filings, report_reading, reporting
from catalog.services.jobs import Tell
from catalog.services.report_content import reporting_pack
from catalog.services.report_offices import holds_office

_LARGEST_FORM = 2**20


class OpeningForm(msgspec.Struct, forbid_unknown_fields=True):
    """The report to begin."""

    year: str = ""
    scope: str = ""


class StepForm(msgspec.Struct, forbid_unknown_fields=True):
    """A step of the report, and the version that was shown."""

    version: int
    step: ReportStep
    reason: str = ""
    filed_on: str = ""


class ReportPages(Controller):
    """Write, freeze, sign, file and read annual reports."""

    path = "/reports"
    request_max_body_size = _LARGEST_FORM
    dependencies = reader_of

    @get(name="reports:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show every report that the reader may see, year by year."""
        moment = now()
        with database.reading() as connection:
            heads = report_reading.browse_reports(connection, actor)
            pack, _ = reporting_pack(connection, day_or_today(None))
            names = names_of(connection, on=day_or_today(None))
            rows = {
                row.year: row
                for row in filings.register(connection, pack, now=moment)
                if row.duty == filings.ANNUAL_REPORT
            }
        scopes = [CORPS, *(key for key in names.divisions if key not in pack.not_asked)]
        return page(
            request,
            "reports/index.html",
            rows=rows,
            years=sorted(rows, reverse=True),
            scopes=scopes,
            heads={(head.year, head.division or CORPS): head for head in heads},
            writes=[
                scope
                for scope in scopes
                if holds_office(actor, Office.OWN, None if scope == CORPS else scope)
            ],
            corps=CORPS,
            names=names,
            pack=pack,
        )

    @post(name="reports:open", sync_to_thread=True, dependencies=actor_of)
    def open(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[OpeningForm],
    ) -> Redirect:
        """Begin a report, or go on with it."""
        year = asking.year(data.year)
        if not year:
            raise ValidationException(extra=[{"key": "year", "message": "not understood"}])
        whose = plain(data.scope)
        with database.transaction() as session:
            reporting.open_report(
                session,
                year=year,
                division=None if whose == CORPS else whose,
                actor=actor,
                now=now(),
            )
        return Redirect(f"/reports/{year}/{whose}/writing", status_code=303)

    @get("/{year:int}/{whose:str}", name="reports:show")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        answers: OpenAnswers,
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Show a report as it was frozen, or as a draft would be now."""
        waiting = await to_thread.run_sync(
            partial(_draft, request, database, answers, actor, year, whose)
        )
        if waiting is not None:
            return waiting
        return await turns.take(partial(shown, request, database, actor, year, whose))

    @post("/{year:int}/{whose:str}/steps", name="reports:step", dependencies=actor_of)
    async def step(
        self,
        database: NamedDependency[Database],
        long_work: OpenWork,
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
        data: URLEncodedBody[StepForm],
    ) -> Redirect:
        """Move a report on; to freeze one of many projects takes a while, and has its page."""
        filed_on = asking.day(data.filed_on, name="filed_on")
        back = f"/reports/{year}/{whose}"
        if data.step is ReportStep.FREEZE:
            # It waits for the thread that does such work, and takes nobody's turn meanwhile.
            return await to_thread.run_sync(
                partial(_freeze, database, long_work, actor, year, whose, data)
            )

        def take() -> None:
            key = key_of(database, actor, year, whose)
            with database.transaction() as session:
                reporting.take_step(
                    session,
                    key,
                    data.step,
                    version=data.version,
                    actor=actor,
                    now=now(),
                    reason=plain(data.reason),
                    filed_on=filed_on,
                )

        await turns.take(take)
        return Redirect(back, status_code=303)


def _draft(
    request: PageRequest,
    database: Database,
    answers: Answers,
    actor: Actor,
    year: int,
    scope: str,
) -> Template | None:
    """Return the page of a draft that is being made; None where nobody has to wait."""
    with database.reading() as connection:
        draft = report_reading.draft_to_make(connection, actor, year=year, scope=scope, now=now())
    if draft is None:
        return told_to_look(request) if wants_fragment(request) else None

    def make(tell: Tell) -> None:
        with database.reading() as connection:
            report_reading.get_report(
                connection, actor, year=year, scope=scope, now=now(), tell=tell
            )

    found = answers.ask(("draft", *draft), make)
    if not isinstance(found, Waiting):
        return told_to_look(request) if wants_fragment(request) else None
    title = translate(zh("正在汇编报告草稿"), language_of(request))
    return waiting_page(request, found, title=title, back="/reports")


def _freeze(
    database: Database, long_work: LongWork, actor: Actor, year: int, scope: str, data: StepForm
) -> Redirect:
    job = freeze_report_at_length(
        long_work,
        database,
        key_of(database, actor, year, scope),
        version=data.version,
        actor=actor,
        back=f"/reports/{year}/{scope}",
        reason=plain(data.reason),
    )
    return to_work(job)
