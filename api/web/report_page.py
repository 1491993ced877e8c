"""The page of one annual report, which several rooms answer with."""

from __future__ import annotations

from typing import Annotated

from litestar.params import PathParameter
from litestar.response import Template

from api.form_files import spoken
from api.moment import now
from api.parameters import KEY, day_or_today
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.forms.form import Form
from catalog.permissions import Actor
from catalog.rules.annual_report.steps import RULES, Office, ReportState
from catalog.rules.annual_report.terms import CORPS
from catalog.services import report_reading
from catalog.services.report_forms import form_of_report
from catalog.services.report_offices import holds_office
from catalog.services.report_reading import steps_open_to
from catalog.services.reporting import LONGEST_REASON
from catalog.views.reporting import ReportRebuilt, ReportView

YearInPath = Annotated[int, PathParameter(ge=1900, le=2199)]
ScopeInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]
# What a division's report, and the Corps', goes through.
_WAYS = {
    False: (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED, ReportState.FILED,
            ReportState.ACCEPTED),
    True: (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED, ReportState.PUBLISHED),
}  # fmt: skip


def read_report(
    request: PageRequest, database: Database, actor: Actor, year: int, scope: str
) -> tuple[ReportView, Form]:
    """Return a report with its form for the reader."""
    with database.reading() as connection:
        view = report_reading.get_report(connection, actor, year=year, scope=scope, now=now())
        return view, form_of_report(
            connection, view.head, view.content, spoken(language_of(request))
        )


def key_of(database: Database, actor: Actor, year: int, scope: str) -> str:
    """Return the key of the latest revision that the actor may see."""
    with database.reading() as connection:
        return report_reading.latest(connection, actor, year=year, scope=scope).key


def shown(
    request: PageRequest,
    database: Database,
    actor: Actor,
    year: int,
    scope: str,
    *,
    rebuilt: ReportRebuilt | None = None,
) -> Template:
    """Show a report as it was frozen, or as a draft would be now."""
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
