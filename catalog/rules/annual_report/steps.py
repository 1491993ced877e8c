"""How an annual report goes from a draft to what the Corps accepted or published."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    FROZEN = "frozen"
    SIGNED = "signed"
    FILED = "filed"
    SENT_BACK = "sent-back"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class ReportStep(StrEnum):
    """What moves a report on."""

    FREEZE = "freeze"
    REOPEN = "reopen"
    SIGN = "sign"
    FILE = "file"
    SEND_BACK = "send-back"
    ACCEPT = "accept"
    PUBLISH = "publish"


class Office(StrEnum):
    """Who takes a step: the bureau whose report it is, its head, or the Corps."""

    OWN = "own"
    SIGNER = "signer"
    CORPS = "corps"


class StepRule(NamedTuple):
    """From which states a step leads to which one, and who takes it."""

    start: frozenset[ReportState]
    end: ReportState
    office: Office
    of_corps: bool | None = None
    """Only the Corps' report, only a division's, or either (None)."""
    needs_reason: bool = False


_UNSENT = frozenset({ReportState.FROZEN, ReportState.SIGNED})
RULES: Mapping[ReportStep, StepRule] = {
    ReportStep.FREEZE: StepRule(frozenset({ReportState.DRAFT}), ReportState.FROZEN, Office.OWN),
    ReportStep.REOPEN: StepRule(_UNSENT, ReportState.DRAFT, Office.OWN, needs_reason=True),
    ReportStep.SIGN: StepRule(frozenset({ReportState.FROZEN}), ReportState.SIGNED, Office.SIGNER),
    ReportStep.FILE: StepRule(
        frozenset({ReportState.SIGNED}), ReportState.FILED, Office.OWN, of_corps=False
    ),
    ReportStep.SEND_BACK: StepRule(
        frozenset({ReportState.FILED}),
        ReportState.SENT_BACK,
        Office.CORPS,
        of_corps=False,
        needs_reason=True,
    ),
    ReportStep.ACCEPT: StepRule(
        frozenset({ReportState.FILED}), ReportState.ACCEPTED, Office.CORPS, of_corps=False
    ),
    ReportStep.PUBLISH: StepRule(
        frozenset({ReportState.SIGNED}), ReportState.PUBLISHED, Office.OWN, of_corps=True
    ),
}
PUBLIC = frozenset({ReportState.ACCEPTED, ReportState.PUBLISHED})
"""A report in these states is everybody's to read."""


def possible_steps(state: ReportState, *, is_corps: bool) -> list[ReportStep]:
    """Return the steps that lead on from a state of the Corps' report, or of a division's."""
    return [
        step
        for step, rule in RULES.items()
        if state in rule.start and rule.of_corps in (None, is_corps)
    ]
