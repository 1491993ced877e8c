"""What a chart says, apart from how it is drawn: its table is the same figures in words."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

Row = tuple[str | Decimal | None, ...]


class Shape(StrEnum):
    """How the figures stand to each other."""

    BARS = "bars"
    """One bar for each label, or one for each series beside the others."""
    STACK = "stack"
    """One bar for each label, made up of the series."""
    TREND = "trend"
    """One line for each series over the labels, which are years or other steps in order."""


class Mark(msgspec.Struct, frozen=True):
    """One figure; ``value`` is null where nothing is known, which is never drawn as zero."""

    label: str
    value: Decimal | None
    series: str = ""


class Target(msgspec.Struct, frozen=True):
    """A line to compare with, at a value of the same unit as the marks."""

    name: str
    value: Decimal


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Figures to be looked at; labels and series appear in the order of the marks.

    ``title`` says what is to be seen, ``label_name`` and ``value_name`` head the table's columns,
    the latter with its unit. ``unknown`` is the word for a figure that is not known.
    """

    shape: Shape
    title: str
    label_name: str
    value_name: str
    marks: tuple[Mark, ...]
    unknown: str
    target: Target | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in order."""
        return tuple(dict.fromkeys(mark.label for mark in self.marks))

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series, in order; one empty name if they are not told apart."""
        return tuple(dict.fromkeys(mark.series for mark in self.marks))

    @property
    def heading(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        if self.series == ("",):
            return self.label_name, self.value_name
        return self.label_name, *(name or self.value_name for name in self.series)

    def table(self) -> list[Row]:
        """Return the figures as rows under ``heading``; an absent figure is null."""
        values = {(mark.label, mark.series): mark.value for mark in self.marks}
        return [
            (label, *(values.get((label, name)) for name in self.series)) for label in self.labels
        ]
