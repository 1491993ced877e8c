"""How far a project had come by the day on which a report closes."""

from __future__ import annotations

import datetime as dt

from catalog.rules.terms import ProjectStage

_LATER = (ProjectStage.COMPLETED, ProjectStage.BUILDING, ProjectStage.DESIGNED)


def stage_on(
    stated: ProjectStage | None,
    *,
    designed_on: dt.date | None,
    started_on: dt.date | None,
    completed_on: dt.date | None,
    day: dt.date,
) -> ProjectStage | None:
    """Return the stage that a project had reached on a day, or None where nothing says.

    What its days say comes first, because nothing after the day may count; a stage that is stated
    without its day is believed.
    """
    days = (completed_on, started_on, designed_on)
    for stage, reached in zip(_LATER, days, strict=True):
        if reached is not None and reached <= day:
            return stage
        if stage is stated and reached is None:
            return stage
    return ProjectStage.PLANNED if stated is not None or any(days) else None


def is_known_on(
    *,
    designed_on: dt.date | None,
    started_on: dt.date | None,
    completed_on: dt.date | None,
    day: dt.date,
) -> bool:
    """Tell whether a project belongs into a report: not if its first day comes after the close."""
    days = [each for each in (designed_on, started_on, completed_on) if each is not None]
    return not days or min(days) <= day
