"""The pages of annual reports: the list, one report, its writing, its steps, and what changed."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.form_files import spoken
from api.parameters import KEY, day_or_today
from api.rest.moment import now
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import plain
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.signed_in import actor_of, reader_of
from catalog.db import Database
from catalog.errors import ChangedMeanwhileError
from catalog.forms.form import Form
from catalog.permissions import Actor
from catalog.rules.annual_report.steps import RULES, Office, ReportState, ReportStep
from catalog.rules.annual_report.terms import CORPS
from catalog.services import filings, report_reading, reporting
from catalog.services.report_content import reporting_pack
from catalog.services.report_forms import changes_since, form_of_report
from catalog.services.report_reading import steps_open_to
from catalog.services.reporting import LONGEST_REASON, LONGEST_TEXT, holds_office
from catalog.views.reporting import ReportRebuilt, ReportTexts, ReportView

YearInPath = Annotated[int, PathParameter(ge=1900, le=2199)]
ScopeInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]
_LARGEST_FORM = 2**20
_TEXTS = ("progress", "problems", "plan")
# What a division's report, and the Corps', goes through.
_WAYS = {
    False: (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED, ReportState.FILED,
            ReportState.ACCEPTED),
    True: (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED, ReportState.PUBLISHED),
}  # fmt: skip


class OpeningForm(msgspec.Struct, forbid_unknown_fields=True):
    """The report to begin."""

    year: str = ""
    scope: str = ""


class TextsForm(msgspec.Struct, forbid_unknown_fields=True):
    """What the bureau wrote, and the version of the report that it was shown."""

    version: int
    progress: str = ""
    problems: str = ""
    plan: str = ""


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
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Show a report as it was frozen, or as a draft would be now."""
        return await turns.take(partial(_shown, request, database, actor, year, whose))

    @get("/{year:int}/{whose:str}/writing", name="reports:writing", sync_to_thread=True,
         dependencies=actor_of)  # fmt: skip
    def writing(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Show the form in which the bureau writes."""
        return _writing(request, database, actor, year, whose)

    @post("/{year:int}/{whose:str}/writing", name="reports:write", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def write(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
        data: URLEncodedBody[TextsForm],
    ) -> Redirect | Template:
        """Keep what was written; what somebody else saved meanwhile is shown beside it."""
        texts = ReportTexts(progress=data.progress, problems=data.problems, plan=data.plan)
        key = _key(database, actor, year, whose)
        try:
            with database.transaction() as session:
                reporting.save_texts(
                    session, key, texts, version=data.version, actor=actor, now=now()
                )
        except ChangedMeanwhileError as error:
            refusal = error.text(language_of(request))
            return _writing(request, database, actor, year, whose, mine=texts, refusal=refusal)
        return Redirect(f"/reports/{year}/{whose}", status_code=303)

    @post("/{year:int}/{whose:str}/steps", name="reports:step", dependencies=actor_of)
    async def step(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
        data: URLEncodedBody[StepForm],
    ) -> Redirect:
        """Move a report on."""
        filed_on = asking.day(data.filed_on, name="filed_on")

        def take() -> None:
            key = _key(database, actor, year, whose)
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
        return Redirect(f"/reports/{year}/{whose}", status_code=303)

    @get("/{year:int}/{whose:str}/rebuilt", name="reports:rebuilt")
    async def rebuilt(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Make a frozen report again from what was known then, and say whether it is equal."""

        def make() -> Template:
            with database.reading() as connection:
                found = report_reading.rebuild(connection, actor, year=year, scope=whose)
            return _shown(request, database, actor, year, whose, rebuilt=found)

        return await turns.take(make)

    @get("/{year:int}/{whose:str}/restated", name="reports:restated")
    async def restated(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Show what a frozen report would say otherwise now."""

        def compare() -> Template:
            with database.reading() as connection:
                head, changes = changes_since(
                    connection,
                    actor,
                    year=year,
                    scope=whose,
                    language=spoken(language_of(request)),
                    now=now(),
                )
                names = names_of(connection, on=day_or_today(None))
            return page(
                request,
                "reports/restated.html",
                head=head,
                scope=whose,
                changes=changes,
                names=names,
                corps=CORPS,
            )

        return await turns.take(compare)


def read_report(
    request: PageRequest, database: Database, actor: Actor, year: int, scope: str
) -> tuple[ReportView, Form]:
    """Return a report with its form for the reader."""
    with database.reading() as connection:
        view = report_reading.get_report(connection, actor, year=year, scope=scope, now=now())
        return view, form_of_report(
            connection, view.head, view.content, spoken(language_of(request))
        )


def _key(database: Database, actor: Actor, year: int, scope: str) -> str:
    with database.reading() as connection:
        return report_reading.latest(connection, actor, year=year, scope=scope).key


def _shown(
    request: PageRequest,
    database: Database,
    actor: Actor,
    year: int,
    scope: str,
    *,
    rebuilt: ReportRebuilt | None = None,
) -> Template:
    view, form = read_report(request, database, actor, year, scope)
    with database.reading() as connection:
        names = names_of(connection, on=day_or_today(None))
    way = _WAYS[view.head.division is None]
    reached = way.index(view.head.state) if view.head.state in way else len(way) - 1
    return page(
        request,
        "reports/show.html",
        view=view,
        head=view.head,
        form=form,
        scope=scope,
        corps=CORPS,
        way=[
            (state, "done" if at < reached else "current" if at == reached else "todo")
            for at, state in enumerate(way)
        ],
        steps=[(step, RULES[step]) for step in steps_open_to(actor, view.head)],
        writes=view.head.state is ReportState.DRAFT
        and holds_office(actor, Office.OWN, view.head.division),
        rebuilt=rebuilt,
        longest=LONGEST_REASON,
        today=day_or_today(None),
        names=names,
        shows_synthetic=view.content.is_synthetic,
    )


def _writing(
    request: PageRequest,
    database: Database,
    actor: Actor,
    year: int,
    scope: str,
    *,
    mine: ReportTexts | None = None,
    refusal: str = "",
) -> Template:
    with database.reading() as connection:
        head, texts, earlier = report_reading.texts_of(connection, actor, year=year, scope=scope)
        names = names_of(connection, on=day_or_today(None))
        pack, _ = reporting_pack(connection, day_or_today(None))
    return page(
        request,
        "reports/writing.html",
        head=head,
        scope=scope,
        corps=CORPS,
        texts=mine or texts,
        theirs=texts if mine else None,
        earlier=earlier,
        refusal=refusal,
        longest=LONGEST_TEXT,
        pack=pack,
        names=names,
    )
