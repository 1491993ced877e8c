"""Packs that say what a bureau hands in and by when, and what a plan aims at in numbers."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, PackHead, Part

Measure = Literal["green-area", "starred-area", "prefabricated-area"]
"""What a plan can aim at: shares of the floor area that was completed in a year."""
DutyName = Literal["plan", "annual-report"]
Percent = Annotated[int, Field(ge=1, le=100)]
Year = Annotated[int, Field(ge=1900, le=2199)]


class Duty(Part):
    """Something that every division hands in to the Corps, by the same day of each year.

    It is owed for ``first_year`` and every year up to ``last_year`` (None: without end). Who has
    not handed it in is reminded at each of ``reminder_days`` before the day, the earliest first.
    """

    key: DutyName
    name_zh: str
    name_en: str
    first_year: Year
    last_year: Year | None = None
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    reminder_days: tuple[Annotated[int, Field(ge=1, le=365)], ...]
    clause: Clause

    @model_validator(mode="after")
    def _holds_together(self) -> Duty:
        # A day that some year lacks would be nobody's last day in it.
        dt.date(2021, self.month, self.day)
        if self.last_year is not None and self.last_year < self.first_year:
            raise ValueError("last_year is before first_year")
        if any(early <= late for early, late in pairwise(self.reminder_days)):
            raise ValueError("reminder_days must fall, the earliest first")
        return self


class Goal(Part):
    """A number that the plan itself states: at least so many per cent, from a year on."""

    measure: Measure
    at_least_percent: Percent
    first_year: Year
    clause: Clause


class ReportingPack(PackHead):
    """What divisions hand in, by when, and the goals that their reports are held against.

    ``not_asked`` are the keys of the divisions that hand in nothing, such as the Corps' own level.
    """

    kind: Literal["reporting"]
    not_asked: tuple[str, ...] = ()
    duties: Annotated[tuple[Duty, ...], Field(min_length=1)]
    goals: tuple[Goal, ...] = ()
    text_clause: Clause

    @model_validator(mode="after")
    def _says_each_once(self) -> ReportingPack:
        for name, keys in (
            ("duty", [str(duty.key) for duty in self.duties]),
            ("goal", [str(goal.measure) for goal in self.goals]),
        ):
            if len(set(keys)) < len(keys):
                raise ValueError(f"a {name} is stated twice")
        return self
