"""The figures of a dashboard: a division's, or the Corps' with its divisions compared."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import msgspec
from sqlalchemy import Connection

from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import reference, report_facts, usage_facts
from catalog.rules.annual_report.shares import SharedProject
from catalog.rules.periods import CHINA, Basis, report_span, report_year
from catalog.rules.terms import Stage
from catalog.services import demonstrations, divisions, findings, targets
from catalog.services.remembering import Remembered
from catalog.services.report_content import goal_row, plan_shares, reporting_pack
from catalog.views.figures import (
    CATEGORY,
    DIVISION,
    KIND,
    YEAR,
    Question,
    ResultFigure,
    UsageFigure,
)
from catalog.views.reporting import DivisionRow, GoalRow, PlanShares, TargetView


class BureauFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a dashboard shows of a year of reports.

    ``trend`` has a figure for each year, ``kinds`` one for each kind of project (they overlap),
    ``usage`` one for each category. ``divisions`` is empty for a division's own.
    """

    division: str | None
    year: int
    years: list[int]
    method: str
    first: dt.date
    last: dt.date
    figure: ResultFigure | None
    before: ResultFigure | None
    target: TargetView | None
    targets: list[TargetView]
    trend: list[ResultFigure]
    kinds: list[ResultFigure]
    kinds_before: list[ResultFigure]
    usage: list[UsageFigure]
    shares: PlanShares
    goals: list[GoalRow]
    divisions: list[DivisionRow]
    demonstrations: int
    open_findings: int


_FOUND: Remembered[BureauFigures] = Remembered()


def figures(
    connection: Connection,
    actor: Actor,
    *,
    division: str | None,
    year: int | None,
    method: str,
    now: dt.datetime,
) -> BureauFigures:
    """Return the figures of a division's year of reports, or of the Corps'.

    Without a year it is the latest that has any: a year that has just begun shows nothing yet.

    Raises:
        PermissionDeniedError: They are not the actor's to see.
    """
    ensure(actor, Action.SEE_REPORTS, Thing(division=division))
    on = now.astimezone(CHINA).date()
    asked = (division, year, method, on, findings.sight_of(actor))
    return _FOUND.get(
        connection,
        asked,
        lambda: _figures(connection, actor, division=division, year=year, method=method, on=on),
    )


def _figures(
    connection: Connection,
    actor: Actor,
    *,
    division: str | None,
    year: int | None,
    method: str,
    on: dt.date,
) -> BureauFigures:
    closes = usage_facts.closes(connection)
    this_year = report_year(on, closes)
    whole = Question(stage=Stage.COMPLETION, by=(YEAR,), basis=Basis.REPORT, division=division)
    trend = [
        each
        for each in divisions.result_figures(connection, whole, methods=[method])
        if each.year is not None
    ]
    by_year = {each.year: each for each in trend}
    if year is None:
        year = max((each for each in by_year if each and each <= this_year), default=this_year)
    first, last = report_span(year, closes)
    of_year = msgspec.structs.replace(whole, year=year)
    by_kind = msgspec.structs.replace(of_year, by=(KIND,))
    before = msgspec.structs.replace(by_kind, year=year - 1)
    by_category = msgspec.structs.replace(of_year, by=(CATEGORY,))
    done = report_facts.completed(connection, division=division, first=first, last=last)
    shares = plan_shares([project for _, project in done])
    pack, _ = reporting_pack(connection, on)
    every = targets.every_target(connection)
    return BureauFigures(
        division=division,
        year=year,
        years=sorted({*(y for y in by_year if y), year, this_year}, reverse=True),
        method=method,
        first=first,
        last=last,
        figure=by_year.get(year),
        before=by_year.get(year - 1),
        target=targets.find_target(connection, division, year, method),
        targets=[each for each in every if each.division == division],
        trend=trend,
        kinds=divisions.result_figures(connection, by_kind, methods=[method]),
        kinds_before=divisions.result_figures(connection, before, methods=[method]),
        usage=divisions.usage_figures(connection, by_category),
        shares=shares,
        goals=[goal_row(goal, shares) for goal in pack.goals if year >= goal.first_year],
        divisions=[] if division else _compared(connection, of_year, done, method, on),
        demonstrations=sum(
            each.withdrawn_on is None
            for each in demonstrations.every_demonstration(connection, division=division)
        ),
        open_findings=sum(findings.open_counts(connection, actor).values()),
    )


def _compared(
    connection: Connection,
    of_year: Question,
    done: list[tuple[str, SharedProject]],
    method: str,
    on: dt.date,
) -> list[DivisionRow]:
    """Return every division with its ratio, that of the year before, and its shares."""
    question = msgspec.structs.replace(of_year, by=(DIVISION, YEAR), year=None)
    found = {
        (each.division, each.year): each
        for each in divisions.result_figures(connection, question, methods=[method])
    }
    completed: dict[str, list[SharedProject]] = defaultdict(list)
    for place, project in done:
        completed[place].append(project)
    year = of_year.year or 0
    return [
        DivisionRow(
            division=each.key,
            figure=found.get((each.key, year)),
            before=found.get((each.key, year - 1)),
            shares=plan_shares(completed[each.key]),
        )
        for each in reference.divisions(connection, on=on)
    ]
