"""How the page of a case shows its way: the stations, where it stands, what is done first."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import Step
from catalog.views.cases import PossibleStep

_STATIONS = (
    CaseState.DRAFT,
    CaseState.DIVISION_REVIEW,
    CaseState.CORPS_REVIEW,
    CaseState.NOTICE,
    CaseState.ADOPTED,
)
# Where a case is that waits beside the way.
_BESIDE = {CaseState.RETURNED: CaseState.DRAFT, CaseState.OBJECTED: CaseState.NOTICE}
_ONWARDS = {
    Step.SUBMIT,
    Step.ACCEPT,
    Step.ANNOUNCE,
    Step.ADOPT,
    Step.CORRECT,
    Step.ACCEPT_CORRECTION,
    Step.RESUME,
}


def stations(state: CaseState) -> list[tuple[CaseState, str]]:
    """Return the stations on the way in, done, current or yet to come; none off that way."""
    at = _BESIDE.get(state, state)
    if at not in _STATIONS:
        return []
    here = _STATIONS.index(at)
    is_in = at is CaseState.ADOPTED
    return [
        (station, "done" if place < here or is_in else "current" if place == here else "todo")
        for place, station in enumerate(_STATIONS)
    ]


def onwards_first(possible: Iterable[PossibleStep]) -> list[PossibleStep]:
    """Return the steps that lead on before those that lead back or out."""
    return sorted(possible, key=lambda each: each.step not in _ONWARDS)
