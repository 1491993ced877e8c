"""The rules of annual reports: bounds that hold, punctuality, steps that skip nobody."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.annual_report import checks
from catalog.rules.annual_report.checks import MustCheck
from catalog.rules.annual_report.projects import is_known_on, stage_on
from catalog.rules.annual_report.punctuality import due_on, owed_years, reminder_step, standing
from catalog.rules.annual_report.shares import (
    SharedProject,
    area_share,
    is_green,
    is_prefabricated,
    is_reached,
    is_starred,
    mean_prefabrication,
)
from catalog.rules.annual_report.steps import RULES, Office, ReportState, ReportStep, possible_steps
from catalog.rules.annual_report.terms import Punctuality
from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.rules.pack_reporting import ReportingPack
from catalog.rules.ratio.demands import Answer
from catalog.rules.terms import ProjectKind, ProjectStage
from catalog.rules.workflow.working_days import after_working_days, working_days_left
from seed_data import read_toml

PACK = ReportingPack.model_validate(read_toml("rules/reporting-xpcc-2021.toml"))
PLAN, REPORT = PACK.duties
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
AREAS = st.none() | st.decimals(0, 10**6, places=2)
ANSWERS = st.lists(st.tuples(st.sampled_from([True, False, None]), AREAS), max_size=12)


def test_the_plan_is_due_once_and_the_report_every_year() -> None:
    assert due_on(PLAN, 2021) == dt.date(2021, 3, 15) and due_on(PLAN, 2022) is None
    assert due_on(REPORT, 2020) is None and due_on(REPORT, 2030) == dt.date(2030, 11, 15)
    owed = [(duty.key, year) for duty, year in owed_years(PACK.duties, dt.date(2023, 1, 1))]
    assert owed == [("plan", 2021), *(("annual-report", year) for year in (2021, 2022, 2023))]
    (goal,) = PACK.goals
    assert (goal.measure, goal.at_least_percent, goal.first_year) == ("green-area", 85, 2022)


@pytest.mark.parametrize(
    ("filed", "on", "is_exempt", "punctuality", "late_days"),
    [
        ("2026-11-15", "2026-12-01", False, Punctuality.ON_TIME, 0),
        ("2026-11-16", "2026-12-01", False, Punctuality.LATE, 1),
        ("2026-11-16", "2026-11-15", False, Punctuality.NOT_YET_DUE, None),
        (None, "2026-11-18", False, Punctuality.MISSING, 3),
        (None, "2026-11-18", True, Punctuality.EXEMPT, None),
        ("2026-11-20", "2026-12-01", True, Punctuality.LATE, 5),
    ],
)
def test_the_day_it_was_handed_in_says_whether_it_was_in_time(
    filed: str | None, on: str, is_exempt: bool, punctuality: Punctuality, late_days: int | None
) -> None:
    days = [dt.date.fromisoformat(filed)] if filed else []
    found = standing(dt.date(2026, 11, 15), days, is_exempt=is_exempt, on=dt.date.fromisoformat(on))
    assert (found.punctuality, found.late_days) == (punctuality, late_days)


@given(st.lists(DAYS, min_size=1, max_size=4), DAYS)
def test_what_is_handed_in_again_was_never_later_than_the_first_time(
    filed: list[dt.date], on: dt.date
) -> None:
    due = dt.date(2025, 11, 15)
    once = standing(due, filed[:1], is_exempt=False, on=on)
    again = standing(due, filed, is_exempt=False, on=on)
    if once.filed_on is not None:
        assert again.late_days is not None and once.late_days is not None
        assert again.late_days <= once.late_days


@given(st.integers(-400, 400))
def test_reminds_at_the_smallest_step_and_never_behind_the_day(left: int) -> None:
    step = reminder_step(REPORT, left)
    assert (step is None) == (left < 0 or left > max(REPORT.reminder_days))
    assert step is None or left <= step


@given(ANSWERS)
def test_the_truth_lies_within_the_bounds_however_the_unknown_turns_out(
    judged: list[tuple[bool | None, Decimal | None]],
) -> None:
    found = area_share(judged)
    for guess in (True, False):
        settled = area_share((guess if a is None else a, area) for a, area in judged)
        if found.low is None or found.high is None or settled.low is None:
            assert settled.low is None
            continue
        assert found.low <= settled.low <= found.high
        if (reached := is_reached(found, 85)) is not None:
            assert is_reached(settled, 85) is reached


@given(ANSWERS, ANSWERS)
def test_parts_add_up_to_the_whole(
    one: list[tuple[bool | None, Decimal | None]], other: list[tuple[bool | None, Decimal | None]]
) -> None:
    parts, whole = [area_share(one), area_share(other)], area_share([*one, *other])
    for name in ("yes_m2", "no_m2", "unknown_m2", "projects", "without_area"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_unknown_is_never_no() -> None:
    def a_project(**stated: Any) -> SharedProject:
        known: dict[str, Any] = {
            "kinds": frozenset(), "area_m2": Decimal(1), "star_award": None,
            "prefabricated_share": None,
        }  # fmt: skip
        return SharedProject(**(known | stated))

    nothing = a_project()
    assert (is_green(nothing), is_starred(nothing), is_prefabricated(nothing)) == (None,) * 3
    key = a_project(kinds=frozenset({ProjectKind.KEY}), star_award=0)
    assert (is_green(key), is_starred(key), is_prefabricated(key)) == (False, False, False)
    assert is_green(a_project(star_award=1)) and is_starred(a_project(star_award=3))
    halves = [a_project(prefabricated_share=Decimal("0.5")), nothing]
    assert mean_prefabrication(halves) == (Decimal(50), Decimal(1))


@given(st.none() | st.sampled_from(ProjectStage), *(st.none() | DAYS for _ in range(3)), DAYS)
def test_no_stage_was_reached_by_a_later_day(
    stated: ProjectStage | None,
    designed_on: dt.date | None,
    started_on: dt.date | None,
    completed_on: dt.date | None,
    day: dt.date,
) -> None:
    days = {"designed_on": designed_on, "started_on": started_on, "completed_on": completed_on}
    stage = stage_on(stated, **days, day=day)
    reached = {
        ProjectStage.DESIGNED: designed_on,
        ProjectStage.BUILDING: started_on,
        ProjectStage.COMPLETED: completed_on,
    }
    on = reached.get(stage) if stage else None
    assert on is None or on <= day
    if not is_known_on(**days, day=day):
        assert stage in (ProjectStage.PLANNED, stated)


@pytest.mark.parametrize("is_corps", [False, True], ids=["division", "corps"])
def test_no_report_becomes_public_without_being_frozen_and_signed(is_corps: bool) -> None:
    ways: list[tuple[list[ReportStep], ReportState]] = [([], ReportState.DRAFT)]
    ended = []
    while ways:
        taken, state = ways.pop()
        onward = [s for s in possible_steps(state, is_corps=is_corps) if s not in taken]
        if state in (ReportState.ACCEPTED, ReportState.PUBLISHED):
            ended.append(taken)
        ways += [([*taken, step], RULES[step].end) for step in onward]
    assert ended
    for taken in ended:
        signs = taken.index(ReportStep.SIGN)
        assert ReportStep.FREEZE in taken[:signs]
        assert (ReportStep.FILE in taken) is not is_corps
    assert RULES[ReportStep.SIGN].office is Office.SIGNER


@given(DAYS.filter(lambda day: day.year in (2024, 2025)), st.integers(0, 30))
def test_working_days_left_undo_working_days_given(start: dt.date, count: int) -> None:
    due = after_working_days(start, count)
    assert working_days_left(start, due) == count
    assert working_days_left(due, start) == -count


def test_what_nobody_could_check_is_unknown_and_never_none() -> None:
    untold = checks.of_answers(MustCheck.MUST_CHOOSE, [Answer.OPEN, Answer.OPEN])
    assert (untold.of, untold.failed, untold.open) == (2, None, 2)
    nothing = checks.of_answers(MustCheck.STAR_GATE, [])
    assert (nothing.of, nothing.failed) == (0, None)
    some = checks.of_answers(MustCheck.LOCAL_MATERIALS, [Answer.YES, Answer.OPEN, Answer.NO])
    assert (some.of, some.failed, some.open) == (3, 1, 1)
    assert checks.reaches_lowest_tier(None) is Answer.OPEN
    assert checks.reaches_lowest_tier(Decimal(0)) is Answer.NO
    assert [checks.passes_star_gate(2, gate) for gate in (None, 1, 2)] == [
        Answer.OPEN, Answer.NO, Answer.YES,
    ]  # fmt: skip


def test_findings_count_once_a_person_confirmed_them() -> None:
    found = [
        (FindingKind.NOTE_TWICE, FindingStanding.CONFIRMED, 2),
        (FindingKind.NOTE_TWICE, FindingStanding.OPEN, 3),
        (FindingKind.OVER_BILLED, FindingStanding.OPEN, 1),
    ]
    twice, over = checks.of_findings(found, was_checked=True)
    assert (twice.finding, twice.of, twice.failed, twice.open) == (FindingKind.NOTE_TWICE, 5, 2, 3)
    assert (over.failed, over.open) == (None, 1)
    (never,) = checks.of_findings([], was_checked=False)
    (clean,) = checks.of_findings([], was_checked=True)
    assert (never.failed, clean.failed) == (None, 0)


def test_who_is_exempt_is_not_asked_and_what_is_late_fails() -> None:
    row = checks.of_filings(
        [Punctuality.ON_TIME, Punctuality.LATE, Punctuality.MISSING, Punctuality.EXEMPT,
         Punctuality.NOT_YET_DUE]
    )  # fmt: skip
    assert (row.of, row.failed, row.open) == (3, 2, 0)
