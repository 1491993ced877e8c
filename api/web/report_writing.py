"""The form in which a bureau writes its annual report."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import day_or_today
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.report_page import ScopeInPath, YearInPath, key_of
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.errors import ChangedMeanwhileError
from catalog.permissions import Actor
from catalog.rules.annual_report.terms import CORPS
from catalog.services import report_reading, reporting
from catalog.services.report_content import reporting_pack
from catalog.services.reporting import LONGEST_TEXT
from catalog.views.reporting import ReportTexts

_LARGEST_FORM = 2**20


class TextsForm(msgspec.Struct, forbid_unknown_fields=True):
    """What the bureau wrote, and the version of the report that it was shown."""

    version: int
    progress: str = ""
    problems: str = ""
    plan: str = ""


class ReportWritingPages(Controller):
    """Write an annual report."""

    path = "/reports"
    request_max_body_size = _LARGEST_FORM
    dependencies = actor_of

    @get("/{year:int}/{whose:str}/writing", name="reports:writing", sync_to_thread=True)
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

    @post("/{year:int}/{whose:str}/writing", name="reports:write", sync_to_thread=True)
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
        key = key_of(database, actor, year, whose)
        try:
            with database.transaction() as session:
                reporting.save_texts(
                    session, key, texts, version=data.version, actor=actor, now=now()
                )
        except ChangedMeanwhileError as error:
            refusal = error.text(language_of(request))
            return _writing(request, database, actor, year, whose, mine=texts, refusal=refusal)
        return Redirect(f"/reports/{year}/{whose}", status_code=303)


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
