"""Sums of results that are at hand, or were known at a moment: as the cubes hold them now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from catalog.models.cube import ProjectCount, ResultCube
from catalog.models.division import Division
from catalog.repositories import bulk, cube, cube_cells
from catalog.repositories.figures import Sums
from catalog.rules.ratio.cube import (
    EVERY_KIND,
    EVERY_YEAR,
    Cells,
    Counted,
    project_cells,
    projects_in,
    result_cells,
)
from catalog.views.figures import DIVISION, KIND, YEAR, Question

_RESULTS, _PROJECTS = map(bulk.table_of, (ResultCube, ProjectCount))
_DIVISIONS: Select[*tuple[Any, ...]] = select(Division.id, Division.key)


def counted(
    connection: Connection, question: Question, method: str, known_at: dt.datetime
) -> list[Counted]:
    """Return the results of a method that were known at the moment."""
    return cube.counted_at(connection, question.stage, method, known_at)


def sums(
    connection: Connection, results: Iterable[Counted], question: Question
) -> tuple[list[Sums], list[Sums]]:
    """Return the sums of the results that the question asks for, by points too, and of projects."""
    known = list(results)
    divisions = {row[0]: row[1] for row in connection.execute(_DIVISIONS)}
    cells: Cells = {}
    result_cells(known, 1, cells)
    counts: Cells = {}
    project_cells({}, projects_in(known), counts)
    return (
        list(_asked(_RESULTS, cells, question, divisions)),
        list(_asked(_PROJECTS, counts, question, divisions)),
    )


def _asked(
    table: Table, cells: Cells, question: Question, divisions: dict[int, str]
) -> Iterator[Sums]:
    names = [column.name for column in table.primary_key.columns]
    measures = cube_cells.measures_of(table)
    for key, values in cells.items():
        place: dict[str, Any] = dict(zip(names, key, strict=True))
        place[DIVISION] = divisions[place["division_id"]]
        if _is_asked(table, place, question):
            told = {name: place[name] for name in (*question.by, "points") if name in place}
            yield Sums(told, dict(zip(measures, values, strict=True)))


def _is_asked(table: Table, place: dict[str, Any], question: Question) -> bool:
    if place["basis"] != question.basis:
        return False
    if question.division not in (None, place[DIVISION]):
        return False
    if question.kind is None:
        is_of_kind = (place[KIND] == EVERY_KIND) is (KIND not in question.by)
    else:
        is_of_kind = place[KIND] == question.kind
    if question.year is not None:
        is_of_year = place[YEAR] == question.year
    else:
        is_sum = table is _PROJECTS and place[YEAR] == EVERY_YEAR
        is_of_year = table is _RESULTS or is_sum is (YEAR not in question.by)
    return is_of_kind and is_of_year
