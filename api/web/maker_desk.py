"""The manufacturer's desk: what is asked of the company, what runs out, what raises the score."""

from __future__ import annotations

from decimal import Decimal

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import day_or_today
from api.sending import CSV
from api.web.i18n import language_of, translate, zh
from api.web.names import Names, named, names_of
from api.web.page import PageRequest, page
from api.web.signed_in import who_may
from api.web.submissions import days_left
from api.web.words import word
from catalog.charts.chart import Chart, Mark, Shape
from catalog.db import Database
from catalog.forms.lists import Listed, csv_of
from catalog.permissions import Action, Actor
from catalog.rules.demand import Grouped
from catalog.rules.terms import InterestKind, SubmissionState
from catalog.services import company_desk, demand, notices, organisations, watching
from catalog.services.cases import reading as cases
from catalog.services.submissions import reading as submissions
from catalog.views.demand import Demand

_SHOWN = 20
_FEW = 5
_FIRST = 6
_OPEN = (SubmissionState.DRAFT, SubmissionState.RETURNED, SubmissionState.SUBMITTED)
_REST = zh("其他（合并）")
_BY_DIVISION = zh("使用项目数（按师市）")
_BY_MONTH = zh("使用项目数（按月）")


class MakerDeskPages(Controller):
    """A company's own desk, and the demand for its products."""

    path = "/desk/company"
    dependencies = who_may(Action.SEE_SUBMISSIONS)

    @get(name="desk:company", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show the company's products, certificates, cases, and what waits."""
        today = day_or_today(None)
        with database.reading() as connection:
            own = organisations.get_organisation(connection, actor.organisation or "", actor=actor)
            desk = company_desk.desk_of(connection, actor=actor, on=today)
            found = cases.browse_cases(connection, actor, on=today, limit=_SHOWN, offset=0)
            wanted = demand.demand_for(connection, own.key, on=today)
            submitted = submissions.browse(
                connection, actor=actor, on=today, states=_OPEN, limit=_SHOWN
            )
            return page(
                request,
                "desks/company.html",
                own=own,
                desk=desk,
                cases=found,
                left={
                    case.number: (case.due_on - today).days for case in found.items if case.due_on
                },
                submissions=submitted,
                left_to_prove=days_left(submitted.items, today),
                watched=watching.watch_list(connection, actor=actor, on=today, limit=_FEW),
                inbox=notices.inbox(connection, actor=actor, limit=_FEW),
                demand=wanted,
                totals=_totals(wanted),
                kinds=list(InterestKind),
                names=names_of(connection, on=today),
                most=None if "all" in request.query_params else _FIRST,
                shows_synthetic=any(each.is_synthetic for each in desk.products),
            )

    @get("/demand", name="desk:demand", sync_to_thread=True)
    def demand(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show how often the company's products were asked for, and where they are used."""
        today, language = day_or_today(None), language_of(request)
        with database.reading() as connection:
            found = demand.demand_for(connection, actor.organisation or "", on=today)
            names = names_of(connection, on=today)
        charts: list[Chart | None] = []
        if found is not None:
            by_month, by_division = found.uses_by_month, found.uses_by_division
            charts = [
                _of_interest(found, language),
                _of_uses(by_division, names, (_BY_DIVISION, zh("师市")), language),
                _of_uses(by_month, names, (_BY_MONTH, zh("月份")), language),
            ]
        return page(
            request,
            "desks/demand.html",
            found=found,
            charts=charts,
            kinds=list(InterestKind),
            names=names,
        )

    @get("/demand.csv", name="desk:demand-csv", sync_to_thread=True)
    def demand_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Response[bytes]:
        """Send the same figures as CSV."""
        today, language = day_or_today(None), language_of(request)
        with database.reading() as connection:
            found = demand.demand_for(connection, actor.organisation or "", on=today)
            names = names_of(connection, on=today)
        rows = list(_rows(found, names, language)) if found else []
        header = tuple(translate(each, language) for each in (zh("统计"), zh("分组"), zh("数量")))
        title = translate(zh("需求"), language)
        return Response(
            csv_of(Listed(title=title, notes=(), header=header, rows=rows)),
            media_type=CSV,
            headers={"Content-Disposition": f'attachment; filename="lucai-demand-{today}.csv"'},
        )


def _totals(found: Demand | None) -> dict[InterestKind, int]:
    asked = found.interest_by_product if found else []
    return {kind: sum(each.times.get(kind, 0) for each in asked) for kind in InterestKind}


def _of_interest(found: Demand, language: str) -> Chart | None:
    if not found.interest_by_month:
        return None
    return Chart(
        shape=Shape.STACK,
        title=translate(zh("每月被查看、对比和核验的次数"), language),
        label_name=translate(zh("月份"), language),
        value_name=translate(zh("次数"), language),
        marks=tuple(
            Mark(
                f"{each.month:%Y-%m}",
                Decimal(each.times.get(kind, 0)),
                translate(word("interest", kind), language),
            )
            for each in found.interest_by_month
            for kind in InterestKind
        ),
        unknown=translate(zh("未知"), language),
    )


def _of_uses(part: Grouped, names: Names, words: tuple[str, str], language: str) -> Chart | None:
    # One bar that holds everything tells no more than its row.
    if not part.groups:
        return None
    groups = [*part.groups, *([part.rest] if part.rest else [])]
    return Chart(
        shape=Shape.BARS,
        title=translate(words[0], language),
        label_name=translate(words[1], language),
        value_name=translate(zh("项目数"), language),
        marks=tuple(
            Mark(_label(group.label, names, language), Decimal(group.projects)) for group in groups
        ),
        unknown=translate(zh("未知"), language),
    )


def _label(label: str, names: Names, language: str) -> str:
    return named(names.divisions, label, language) if label else translate(_REST, language)


def _rows(found: Demand, names: Names, language: str) -> list[tuple[str, str, int]]:
    rows = [
        (translate(word("interest", kind), language), f"{each.month:%Y-%m}", times)
        for each in found.interest_by_month
        for kind, times in each.times.items()
    ]
    parts: tuple[tuple[str, Grouped, dict[str, str]], ...] = (
        (_BY_DIVISION, found.uses_by_division, {}),
        (_BY_MONTH, found.uses_by_month, {}),
        (zh("使用项目数（按产品）"), found.uses_by_product, found.names),
    )
    for title, part, known in parts:
        groups = [*part.groups, *([part.rest] if part.rest else [])]
        rows += [
            (
                translate(title, language),
                known.get(group.label) or _label(group.label, names, language),
                group.projects,
            )
            for group in groups
        ]
    return rows
