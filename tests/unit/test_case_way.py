"""The page of a case draws its way, and offers first what leads on."""

from __future__ import annotations

from api.web.case_way import onwards_first, stations
from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import Step
from catalog.views.cases import PossibleStep


def standings(state: CaseState) -> list[str]:
    return [standing for _, standing in stations(state)]


def test_a_case_that_waits_beside_the_way_stands_where_it_comes_back_to() -> None:
    assert standings(CaseState.RETURNED) == ["current", "todo", "todo", "todo", "todo"]
    assert standings(CaseState.OBJECTED) == ["done", "done", "done", "current", "todo"]
    assert set(standings(CaseState.ADOPTED)) == {"done"}


def test_a_case_off_the_way_in_draws_none() -> None:
    for state in (CaseState.REFUSED, CaseState.SUSPENDED, CaseState.REMOVED, CaseState.LAPSED):
        assert stations(state) == []


def test_what_leads_on_comes_before_what_leads_back() -> None:
    steps = [Step.RETURN, Step.REFUSE, Step.ACCEPT, Step.OBJECT]
    found = onwards_first(PossibleStep(step=step, hindrances=[]) for step in steps)
    assert [each.step for each in found] == [Step.ACCEPT, Step.RETURN, Step.REFUSE, Step.OBJECT]
