"""The steps of a case against a table written by hand, and the days that its clocks count."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.permissions import Action
from catalog.rules.admission import AdmissionPack, Span
from catalog.rules.packs import parse_pack
from catalog.rules.terms import CaseState
from catalog.rules.workflow.clocks import clock_of, end_of
from catalog.rules.workflow.guards import Guard
from catalog.rules.workflow.steps import ENDED, RULES, Right, Step, rules_from
from catalog.rules.workflow.working_days import (
    after_working_days,
    is_known,
    is_working_day,
)
from seed_data import read_toml

# Who may take which step in which state, as docs/explain/adoption.md tells it: A the applicant,
# D the division's bureau, C the Corps bureau, B either bureau.
TABLE = {
    "draft": {"submit": "A", "withdraw": "A"},
    "division-review": {"withdraw": "A", "return": "D", "accept": "D", "refuse": "D"},
    "returned": {"submit": "A", "withdraw": "A", "lapse": "D"},
    "corps-review": {"withdraw": "A", "send-back": "C", "announce": "C", "refuse": "C"},
    "notice": {"withdraw": "A", "object": "B", "adopt": "C", "refuse": "C"},
    "objected": {"withdraw": "A", "object": "B", "dismiss": "C", "uphold": "C"},
    "adopted": {"suspend": "C", "ask-correction": "C", "start-removal": "C", "lapse": "AC"},
    "suspended": {"resume": "C", "ask-correction": "C", "start-removal": "C", "lapse": "AC"},
    "correction": {"correct": "A", "accept-correction": "C", "start-removal": "C"},
    "removal-notice": {"stop-removal": "C", "remove": "C"},
    "removed": {"appeal": "A"},
    "refused": {"appeal": "A"},
    "appealed": {"grant-appeal": "C", "reject-appeal": "C"},
    "withdrawn": {},
    "lapsed": {},
}
WHO = {
    Right.APPLY: "A",
    Right.REVIEW: "D",
    Right.REREVIEW: "C",
    Right.SUSPEND: "C",
    Right.REMOVE: "C",
    Right.RECORD_OBJECTIONS: "B",
}


def test_knows_the_steps_of_the_table_and_no_other() -> None:
    found = {
        state.value: {
            step.value: "".join(
                sorted(WHO[rule.right] for rule in rules_from(state) if rule.step is step)
            )
            for step in Step
            if any(rule.step is step for rule in rules_from(state))
        }
        for state in CaseState
    }
    assert found == TABLE


def test_asks_permissions_that_there_are() -> None:
    assert {right.value for right in Right} <= {action.value for action in Action}


def test_reaches_every_state_from_the_draft() -> None:
    reached: set[CaseState | None] = {None}
    while (
        more := {state for rule in RULES if reached & set(rule.start) for state in rule.to}
        - reached
    ):
        reached |= more
    assert reached - {None} == set(CaseState)


def test_adopts_only_out_of_a_notice_that_is_over() -> None:
    (rule,) = [rule for rule in RULES if rule.step is Step.ADOPT]
    assert rule.start == (CaseState.NOTICE,) and Guard.NOTICE_OVER in rule.guards


def the_pack() -> AdmissionPack:
    pack = parse_pack(read_toml("rules/admission-xpcc-2025.toml"))
    assert isinstance(pack, AdmissionPack)
    return pack


def test_runs_a_clock_wherever_somebody_has_to_act() -> None:
    without = {state for state in CaseState if clock_of(the_pack().clocks, state) is None}
    assert without == {CaseState.DRAFT, CaseState.ADOPTED, CaseState.SUSPENDED, *ENDED}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-09-28", 5, "2026-10-10"),  # National Day, and the Saturday that makes up for it.
        ("2026-02-13", 1, "2026-02-14"),  # A Saturday that is worked before Spring Festival.
        ("2030-05-03", 1, "2030-05-06"),  # Nobody knows those holidays: the next Monday.
    ],
    ids=str,
)
def test_counts_working_days_as_they_are_arranged(start: str, count: int, end: str) -> None:
    assert after_working_days(dt.date.fromisoformat(start), count).isoformat() == end


def test_says_which_years_it_knows() -> None:
    assert is_known(2026) and not is_known(2031) and not is_known(1999)


@given(st.dates(dt.date(2005, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 60))
def test_ends_on_a_working_day_after_so_many(start: dt.date, count: int) -> None:
    end = after_working_days(start, count)
    between = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end) and sum(map(is_working_day, between)) == count


@pytest.mark.parametrize(
    ("number", "unit", "start", "end"),
    [
        (60, "days", "2026-01-01", "2026-03-02"),
        (12, "months", "2024-02-29", "2025-02-28"),
        (1, "months", "2026-12-31", "2027-01-31"),
        (3, "years", "2026-03-23", "2029-03-22"),
    ],
    ids=str,
)
def test_ends_spans_of_days_months_and_years(number: int, unit: str, start: str, end: str) -> None:
    span = Span.model_validate({"number": number, "unit": unit, "clause": "x"})
    assert end_of(span, dt.date.fromisoformat(start)).isoformat() == end
