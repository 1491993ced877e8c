"""A sheet of text cells, whatever file it came from: what the readers of rows work on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from catalog.records import Issue

PREVIEW_ROWS = 20


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows that follow each other, as columns of text; a blank cell is an empty text.

    ``first_row`` counts from 1, as a person sees it. An issue that names a row and is an error
    keeps that row out.
    """

    first_row: int
    count: int
    columns: list[list[str]]
    issues: list[Issue] = []


class Sheet(Protocol):
    """One sheet of a workbook, or the whole of a CSV file."""

    @property
    def name(self) -> str | None:
        """The sheet's name; None where there is only one table in a file."""

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, header included, if that is known beforehand."""

    @property
    def day_zero(self) -> dt.date:
        """The day from which bare day numbers count."""

    def preview(self) -> list[list[str]]:
        """Return the first rows, in which the header is looked for."""

    def stretches(
        self, columns: Sequence[int], *, after_row: int, size: int, numbers: frozenset[int]
    ) -> Iterator[Stretch]:
        """Return the rows after a row, a stretch at a time, with these columns in this order.

        ``numbers`` are those columns whose values must not be repeated over merged rows.
        """
