"""Packs that say how early people are told what runs out, or what somebody has to do."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, PackHead

Days = Annotated[int, Field(ge=1, le=3660)]
_STATED = {
    "surveillance_months",
    "surveillance_days",
    "renewal_days",
    "expiring_days",
    "report_days",
    "case_days",
    "lost_days",
}
_OF_SUBMISSIONS = {"submission_days", "judged_days"}


class WatchPack(PackHead):
    """How long before the day something is on a watch-list.

    ``surveillance_months`` is the longest time between two visits of the certification body, and
    ``surveillance_days`` how long before its end a visit is due. A renewal can be asked for
    ``renewal_days`` before the certificate ends. What expires is told anew at each of
    ``expiring_days``, the earliest first. ``report_days`` and ``case_days`` are how long before a
    test report stops to count and before a case's clock runs out; ``lost_days`` is for how long
    what is adopted no more stays on the list. A bureau proves what a company submits within
    ``submission_days`` working days, and for ``judged_days`` what it judged stays on the company's
    list; a pack without them sets no clock. ``clauses`` gives the source of each.
    """

    kind: Literal["watch"]
    surveillance_months: Annotated[int, Field(ge=1, le=120)]
    surveillance_days: Days
    renewal_days: Days
    expiring_days: Annotated[tuple[Days, ...], Field(min_length=1)]
    report_days: Days
    case_days: Days
    lost_days: Days
    submission_days: Days | None = None
    judged_days: Days | None = None
    clauses: dict[str, Clause]

    @model_validator(mode="after")
    def _holds_together(self) -> WatchPack:
        stated = _STATED | {name for name in _OF_SUBMISSIONS if getattr(self, name) is not None}
        if set(self.clauses) != stated:
            raise ValueError(f"give a clause for each of: {', '.join(sorted(stated))}")
        if (self.submission_days is None) != (self.judged_days is None):
            raise ValueError("give submission_days and judged_days together")
        if any(early <= late for early, late in pairwise(self.expiring_days)):
            raise ValueError("expiring_days must fall, the earliest first")
        return self
