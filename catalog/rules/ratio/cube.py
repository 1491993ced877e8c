"""What lines and results add to the cubes that roll-ups are read from; whole numbers throughout.

One line or result adds to several cells: by the calendar's year and by the report's, once in every
kind of its project and once in all of them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from catalog.rules.periods import Basis

UNKNOWN = 0
"""In a cell's key: a year or a category that is not known. No real one has this number."""
EVERY_YEAR = -1
"""In the key of a cell that counts projects: all years together, each project counted once."""
EVERY_KIND = "every"
"""In a cell's key: projects of every kind, each counted once."""
NO_KIND = "none"
"""In a cell's key: projects of which no kind is known."""

_MOST_KNOWN = 20_000

Key = tuple[str | int, ...]
Cells = dict[Key, list[int]]


class Fact(NamedTuple):
    """A current line as the cube needs it, in whole millionths; ``kinds`` as they are stored.

    ``green_quantity`` and ``green_amount`` are null where they are not known.
    """

    stage: str
    line_id: int
    building_id: int
    project_id: int
    division_id: int
    kinds: str
    year: int | None
    report_year: int | None
    category_id: int | None
    product_id: int | None
    certificate_id: int | None
    unit: str
    quantity: int
    amount: int | None
    is_green: bool | None
    green_quantity: int | None
    green_amount: int | None
    is_adopted: bool | None


class Counted(NamedTuple):
    """A current result as the cube needs it, in whole millionths; ``kinds`` as they are stored."""

    stage: str
    method: str
    kinds: str
    division_id: int
    year: int | None
    report_year: int | None
    pack: str
    points: int
    project_id: int
    ratio: int | None
    area: int | None
    green_amount: int | None
    total_amount: int | None


class Whereabouts(NamedTuple):
    """All of a current result that decides in which cells its project counts."""

    stage: str
    method: str
    kinds: str
    division_id: int
    year: int | None
    report_year: int | None


Presence = tuple[int, Whereabouts]
"""A project, and where it has a current result."""


@lru_cache(maxsize=_MOST_KNOWN)
def places(
    kinds: str, division_id: int, year: int | None, report_year: int | None
) -> tuple[tuple[str, str, int, int], ...]:
    """Return each (basis, kind, division, year) to which something counts."""
    each = (EVERY_KIND, *([kind for kind in kinds.split(",") if kind] or [NO_KIND]))
    return tuple(
        (basis.value, kind, division_id, at or UNKNOWN)
        for basis, at in ((Basis.CALENDAR, year), (Basis.REPORT, report_year))
        for kind in each
    )


def add_cells(cells: Cells, key: Key, measures: Iterable[int]) -> None:
    """Add measures to one cell."""
    held = cells.get(key)
    cells[key] = (
        list(measures) if held is None else [a + b for a, b in zip(held, measures, strict=True)]
    )


def usage_cells(facts: Iterable[Fact], sign: int, cells: Cells) -> None:
    """Add facts to the cells of the lines' cube, or take them away (a sign of -1)."""
    alike: Cells = {}
    for fact in facts:
        key: Key = (
            fact.stage, fact.kinds, fact.division_id, fact.year or UNKNOWN,
            fact.report_year or UNKNOWN, fact.category_id or UNKNOWN, fact.unit,
        )  # fmt: skip
        held = alike.get(key)
        if held is None:
            held = alike[key] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        held[0] += 1
        held[1] += fact.is_green is None
        held[2] += fact.amount is None
        held[3] += fact.quantity
        held[4] += fact.green_quantity or 0
        held[5] += fact.amount or 0
        held[6] += fact.green_amount or 0
        held[7] += fact.is_adopted is None
        if fact.is_adopted:
            held[8] += fact.quantity
            held[9] += fact.amount or 0
    for (stage, kinds, division, year, report, category, unit), measures in alike.items():
        signed = [sign * measure for measure in measures]
        for basis, kind, _, at in places(str(kinds), int(division), int(year), int(report)):
            add_cells(cells, (basis, stage, kind, division, at, category, unit), signed)


def result_cells(results: Iterable[Counted], sign: int, cells: Cells) -> None:
    """Add results to the cells of the results' cube, or take them away (a sign of -1)."""
    for each in results:
        is_weighed = each.area is not None and each.ratio is not None
        weight = each.area or 0 if is_weighed else 0
        measures = (
            1,
            each.area is None,
            each.total_amount is not None,
            each.area or 0,
            weight,
            weight * (each.ratio or 0),
            each.green_amount or 0,
            each.total_amount or 0,
        )
        signed = [sign * measure for measure in measures]
        for basis, kind, division, year in places(
            each.kinds, each.division_id, each.year, each.report_year
        ):
            key = (basis, each.stage, each.method, kind, division, year, each.pack, each.points)
            add_cells(cells, key, signed)


def projects_in(results: Iterable[Counted]) -> Counter[Presence]:
    """Return how often each project is present: its buildings mostly are where it is."""
    return Counter(
        (
            each.project_id,
            Whereabouts(
                each.stage, each.method, each.kinds, each.division_id, each.year, each.report_year
            ),
        )
        for each in results
    )


def project_cells(
    before: Mapping[Presence, int], after: Mapping[Presence, int], cells: Cells
) -> None:
    """Add what the count of projects gains and loses: each counts once, however often present."""
    was, now = _cells_with(before), _cells_with(after)
    for _, key in now - was:
        add_cells(cells, key, [1])
    for _, key in was - now:
        add_cells(cells, key, [-1])


def _cells_with(presences: Mapping[Presence, int]) -> set[tuple[int, Key]]:
    """Return each cell that counts projects, with each project that is in it."""
    return {
        (project, key)
        for (project, where), times in presences.items()
        if times > 0
        for key in _project_keys(where)
    }


@lru_cache(maxsize=_MOST_KNOWN)
def _project_keys(where: Whereabouts) -> tuple[Key, ...]:
    stage, method, *place = where
    return tuple(
        (basis, stage, method, kind, division, at)
        for basis, kind, division, year in places(*place)
        for at in (year, EVERY_YEAR)
    )
