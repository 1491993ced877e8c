"""An annual report made again from what was known then, and compared with what is known now."""

from __future__ import annotations

from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.answers import OpenAnswers
from api.form_files import spoken
from api.moment import now
from api.parameters import day_or_today
from api.turns import Turns
from api.web.i18n import language_of, zh
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.report_page import ScopeInPath, YearInPath, shown
from api.web.signed_in import reader_of
from api.web.waiting import answered
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.annual_report.terms import CORPS
from catalog.services import report_reading
from catalog.services.jobs import Tell
from catalog.services.report_drafts import state_of
from catalog.services.report_forms import ReportChange, changes_since
from catalog.views.reporting import ReportHead, ReportRebuilt


class ReportAnswerPages(Controller):
    """Answer whether a frozen report still follows, and what it would say now."""

    path = "/reports"
    dependencies = reader_of

    @get("/{year:int}/{whose:str}/rebuilt", name="reports:rebuilt")
    async def rebuilt(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        answers: OpenAnswers,
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Make a frozen report again from what was known then, and say whether it is equal."""

        def make(tell: Tell) -> ReportRebuilt:
            with database.reading() as connection:
                return report_reading.rebuild(connection, actor, year=year, scope=whose, tell=tell)

        title, back = zh("重新编制并比对"), f"/reports/{year}/{whose}"
        question = partial(_question, database, "rebuilt", actor, year, whose)
        found = await answered(request, answers, question, make, title=title, back=back)
        if isinstance(found, Template):
            return found
        return await turns.take(
            partial(shown, request, database, actor, year, whose, rebuilt=found)
        )

    @get("/{year:int}/{whose:str}/restated", name="reports:restated")
    async def restated(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        answers: OpenAnswers,
        actor: NamedDependency[Actor],
        year: YearInPath,
        whose: ScopeInPath,
    ) -> Template:
        """Show what a frozen report would say otherwise now."""
        language = spoken(language_of(request))

        def compare(tell: Tell) -> tuple[ReportHead, list[ReportChange]]:
            with database.reading() as connection:
                return changes_since(
                    connection,
                    actor,
                    year=year,
                    scope=whose,
                    language=language,
                    now=now(),
                    tell=tell,
                )

        title, back = zh("与现在比较"), f"/reports/{year}/{whose}"
        question = partial(_question, database, f"restated {language}", actor, year, whose)
        found = await answered(request, answers, question, compare, title=title, back=back)
        if isinstance(found, Template):
            return found
        with database.reading() as connection:
            names = names_of(connection, on=day_or_today(None))
        return page(
            request,
            "reports/restated.html",
            head=found[0],
            scope=whose,
            changes=found[1],
            names=names,
            corps=CORPS,
        )


def _question(
    database: Database, asked: str, actor: Actor, year: int, scope: str
) -> tuple[object, ...]:
    """Return what names an answer about the latest revision that the actor may see."""
    with database.reading() as connection:
        head = report_reading.latest(connection, actor, year=year, scope=scope)
        return asked, head.key, head.version, state_of(connection, now=now())
