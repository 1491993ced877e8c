"""Make what an annual report says from the facts, as they were known at a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.repositories import published, reference, report_facts
from catalog.repositories.report_facts import KnownProject
from catalog.rules.annual_report import shares
from catalog.rules.annual_report.checks import CheckRow
from catalog.rules.annual_report.projects import is_known_on, stage_on
from catalog.rules.annual_report.shares import SharedProject
from catalog.rules.annual_report.terms import CORPS
from catalog.rules.pack_reporting import Goal, ReportingPack
from catalog.rules.packs import named, pack_in_force
from catalog.rules.periods import CHINA, Basis
from catalog.rules.terms import ProjectKind, ProjectStage, Stage
from catalog.services import demonstrations, divisions, filings, targets
from catalog.services.garbage import collecting_rarely
from catalog.services.jobs import Tell, tell_nobody
from catalog.services.report_checks import check_rows
from catalog.services.report_usage import usage_rows
from catalog.views.figures import DIVISION, Question, ResultFigure
from catalog.views.published import PackUsed, Scope
from catalog.views.reporting import (
    DecidedRow,
    DivisionRow,
    GoalRow,
    PlanShares,
    ProjectsRow,
    ReportContent,
    ReportTexts,
    TargetRow,
)

FORMAT = "lucai-annual-report-2"
# The first format was written before reports told what must be checked.
_WITHOUT_CHECKS = "lucai-annual-report-1"
ALL = "all"
NO_KIND = "none"
NO_STAGE = "unknown"
_PLACE = "CN-XJ-XPCC"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is made of: the days of its year, and the figures of them.

    ``figure`` and ``divisions`` are those that were published under ``figure_hash``, or that
    would be now where it is None. ``form`` is the format of the content: an earlier one is written
    as it was then. ``findings`` are those of a frozen report. A draft is known now: the sums that
    are kept say the same, and at once.
    """

    scope: Scope
    figure_hash: str | None
    figure: ResultFigure | None
    divisions: list[ResultFigure]
    texts: ReportTexts
    known_at: dt.datetime
    form: str = FORMAT
    findings: list[CheckRow] | None = None
    is_draft: bool = False


@collecting_rarely()
def compose(connection: Connection, asked: Asked, *, tell: Tell = tell_nobody) -> ReportContent:
    """Return the content of a report: the same facts make the same content, at any later time."""
    scope, known_at = asked.scope, asked.known_at
    pack, pack_hash = reporting_pack(connection, scope.last, known_at=known_at)
    everything = [
        each
        for each in report_facts.projects(connection, known_at)
        if scope.division in (None, each.division)
        and is_known_on(
            designed_on=each.designed_on,
            started_on=each.started_on,
            completed_on=each.completed_on,
            day=scope.last,
        )
    ]
    done = [each for each in everything if _is_done(each, scope)]
    whole = shares_of(done)
    handed_in = filings.rows_for(connection, pack, scope, known_at=known_at)
    return ReportContent(
        format=asked.form,
        year=scope.year,
        division=scope.division,
        first=scope.first,
        last=scope.last,
        known_at=known_at,
        method=scope.method,
        pack=PackUsed(named(pack), pack_hash),
        is_synthetic=any(each.is_synthetic for each in everything),
        figure_hash=asked.figure_hash,
        figure=asked.figure,
        before=next(iter(_year_before(connection, asked, ())), None),
        target=_target(connection, asked),
        goals=[goal_row(goal, whole) for goal in pack.goals if scope.year >= goal.first_year],
        shares=whole,
        projects=_project_rows(everything, scope.last),
        usage=usage_rows(connection, (each.id for each in everything), scope, known_at=known_at),
        decided=_decided(connection, asked),
        demonstrations=demonstrations.rows_for(connection, scope, known_at=known_at),
        filings=handed_in,
        divisions=[] if scope.division else _divisions(connection, asked, done),
        texts=asked.texts,
        checks=msgspec.UNSET
        if asked.form == _WITHOUT_CHECKS
        else check_rows(
            connection,
            everything,
            handed_in,
            scope,
            known_at=known_at,
            findings=asked.findings,
            tell=tell,
        ),
    )


def reporting_pack(
    connection: Connection, on: dt.date, *, known_at: dt.datetime | None = None
) -> tuple[ReportingPack, str]:
    """Return the pack that says what divisions hand in, and the hash of its content.

    Raises:
        LookupError: None is in force: the reference lists were never published.
    """
    place = next(iter(reference.jurisdictions(connection)), _PLACE)
    packs = reference.packs(connection, known_at=known_at)
    found = pack_in_force(packs, kind="reporting", place=place, on=on)
    if not isinstance(found, ReportingPack):
        raise LookupError(f"no reporting pack is in force in {place} on {on}")
    return found, published.pack_hashes(connection)[named(found)]


def shares_of(done: Iterable[KnownProject]) -> PlanShares:
    """Return the shares of floor area among projects that were completed."""
    return plan_shares(
        [
            SharedProject(
                kinds=each.kinds,
                area_m2=each.area_m2,
                star_award=each.star_award,
                prefabricated_share=each.prefabricated_share,
            )
            for each in done
        ]
    )


def plan_shares(judged: Sequence[SharedProject]) -> PlanShares:
    """Return the shares of floor area that the plan asks for."""
    mean, of = shares.mean_prefabrication(judged)
    return PlanShares(
        green=shares.area_share((shares.is_green(each), each.area_m2) for each in judged),
        starred=shares.area_share((shares.is_starred(each), each.area_m2) for each in judged),
        prefabricated=shares.area_share(
            (shares.is_prefabricated(each), each.area_m2) for each in judged
        ),
        mean_prefabrication=mean,
        mean_of_m2=of,
    )


def _is_done(project: KnownProject, scope: Scope) -> bool:
    on = project.completed_on
    return on is not None and scope.first <= on <= scope.last


def _year_before(connection: Connection, asked: Asked, by: tuple[str, ...]) -> list[ResultFigure]:
    scope = asked.scope
    question = Question(
        stage=Stage.COMPLETION,
        by=by,
        basis=Basis.REPORT,
        division=scope.division,
        year=scope.year - 1,
    )
    return divisions.result_figures(
        connection,
        question,
        methods=[scope.method],
        known_at=None if asked.is_draft else asked.known_at,
    )


def goal_row(goal: Goal, whole: PlanShares) -> GoalRow:
    """Return a goal with whether the shares reach it."""
    share = {
        "green-area": whole.green,
        "starred-area": whole.starred,
        "prefabricated-area": whole.prefabricated,
    }[goal.measure]
    return GoalRow(
        measure=goal.measure,
        at_least_percent=goal.at_least_percent,
        clause=goal.clause,
        is_reached=shares.is_reached(share, goal.at_least_percent),
    )


def _target(connection: Connection, asked: Asked) -> TargetRow | None:
    scope = asked.scope
    found = targets.find_target(
        connection, scope.division, scope.year, scope.method, known_at=asked.known_at
    )
    if found is None:
        return None
    ratio = asked.figure.ratio_by_area if asked.figure else None
    return TargetRow(
        division=found.division,
        percent=found.percent,
        document=found.document,
        is_reached=None if ratio is None else ratio >= found.percent,
    )


def _project_rows(everything: Sequence[KnownProject], last: dt.date) -> list[ProjectsRow]:
    """Count projects by kind and stage: one of two kinds is in both, and once in all."""
    counted: dict[tuple[str, str], list[KnownProject]] = defaultdict(list)
    for each in everything:
        stage = stage_on(
            each.stage,
            designed_on=each.designed_on,
            started_on=each.started_on,
            completed_on=each.completed_on,
            day=last,
        )
        for kind in (ALL, *(map(str, sorted(each.kinds)) if each.kinds else (NO_KIND,))):
            counted[(kind, str(stage or NO_STAGE))].append(each)
    kinds = [ALL, *map(str, ProjectKind), NO_KIND]
    stages = [*map(str, ProjectStage), NO_STAGE]
    return [
        ProjectsRow(
            kind=kind,
            stage=stage,
            projects=len(found),
            area_m2=sum((each.area_m2 for each in found if each.area_m2 is not None), Decimal(0)),
            without_area=sum(each.area_m2 is None for each in found),
        )
        for kind in kinds
        for stage in stages
        if (found := counted.get((kind, stage)))
    ]


def _decided(connection: Connection, asked: Asked) -> list[DecidedRow]:
    scope = asked.scope
    found = report_facts.decided(
        connection,
        division=scope.division,
        first=scope.first,
        last=scope.last,
        known_at=asked.known_at,
    )
    order = ("admitted", "suspended", "resumed", "removed")
    return [
        DecidedRow(decided=name, ground=ground, adoptions=count)
        for (name, ground), count in sorted(
            found.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1] or "")
        )
    ]


def _divisions(
    connection: Connection, asked: Asked, done: Sequence[KnownProject]
) -> list[DivisionRow]:
    """Return every division's part, so that the parts add up to the whole."""
    of = {f.division: f for f in asked.divisions}
    before = {f.division: f for f in _year_before(connection, asked, (DIVISION,))}
    on = asked.known_at.astimezone(CHINA).date()
    return [
        DivisionRow(
            division=each.key,
            figure=of.get(each.key),
            before=before.get(each.key),
            shares=shares_of(project for project in done if project.division == each.key),
        )
        for each in reference.divisions(connection, on=on)
    ]


def scope_key(division: str | None) -> str:
    """Return what stands for the scope in addresses: a division's key, or the Corps'."""
    return division or CORPS
