"""Queries of the cubes: sums by what is told apart, and the lines behind a sum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
)

from catalog.models.cube import ProjectCount, ResultCube, UsageCube, UsageFact
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import bulk, cube_cells
from catalog.rules.periods import Basis
from catalog.rules.ratio.cube import EVERY_KIND, EVERY_YEAR, NO_KIND, UNKNOWN
from catalog.rules.terms import Stage
from catalog.views.figures import (
    CATEGORY,
    DIVISION,
    KIND,
    NO_CATEGORY,
    YEAR,
    Question,
    UsageLine,
)

_USAGE, _RESULTS, _PROJECTS = map(bulk.table_of, (UsageCube, ResultCube, ProjectCount))
_COLUMN = {DIVISION: "division_id", CATEGORY: "category_id"}
_KEYS: dict[str, Select[*tuple[Any, ...]]] = {
    DIVISION: select(Division.id, Division.key),
    CATEGORY: select(Category.id, Category.key),
}
_DIVISION_ID = select(Division.id).where(Division.key == bindparam(DIVISION)).scalar_subquery()
_CATEGORY_ID = select(Category.id).where(Category.key == bindparam(CATEGORY)).scalar_subquery()


class Sums(msgspec.Struct, frozen=True):
    """One row of an answer: what it is of, by the name of what is told apart, and its measures."""

    place: dict[str, Any]
    measures: dict[str, int]


def results(connection: Connection, question: Question, method: str) -> list[Sums]:
    """Return the sums of one method's results, by points too."""
    return _sums(connection, _RESULTS, (*question.by, "points"), question, method=method)


def projects(connection: Connection, question: Question, method: str) -> list[Sums]:
    """Return how many projects have such results; over several years each counts once."""
    return _sums(connection, _PROJECTS, question.by, question, method=method)


def usage(connection: Connection, question: Question, *, by_unit: bool) -> list[Sums]:
    """Return the sums of lines, by unit too if asked."""
    return _sums(connection, _USAGE, (*question.by, "unit") if by_unit else question.by, question)


def _sums(
    connection: Connection,
    table: Table,
    by: Sequence[str],
    question: Question,
    **asked: str,
) -> list[Sums]:
    given = tuple(
        name for name in (DIVISION, YEAR, KIND, CATEGORY) if getattr(question, name) is not None
    )
    statement = _statement(table, tuple(by), given, question.category == NO_CATEGORY)
    values = {name: getattr(question, name) for name in given}
    values |= {"stage": question.stage, "basis": question.basis, **asked}
    keys = {
        name: {row[0]: row[1] for row in connection.execute(_KEYS[name])}
        for name in by
        if name in _KEYS
    }
    found = []
    for row in connection.execute(statement, values):
        place = {
            name: keys[name].get(value) if name in keys else value
            for name, value in zip(by, row, strict=False)
        }
        found.append(Sums(place, cube_cells.narrow(table, row[len(by) :])))
    return found


@cache
def _statement(
    table: Table, by: tuple[str, ...], given: tuple[str, ...], without_category: bool
) -> Select[*tuple[Any, ...]]:
    told_apart = [
        # Points stay in whole millionths, as all that is added up.
        type_coerce(table.c.points, BigInteger)
        if name == "points"
        else table.c[_COLUMN.get(name, name)]
        for name in by
    ]
    sums = [func.sum(each) for each in table.columns if not each.primary_key]
    statement: Select[*tuple[Any, ...]] = (
        select(*told_apart, *sums)
        .where(table.c.basis == bindparam("basis"), table.c.stage == bindparam("stage"))
        .group_by(*told_apart)
        # Without a row there is no sum either, where nothing is told apart.
        .having(func.count() > 0)
    )
    if "method" in table.c:
        statement = statement.where(table.c.method == bindparam("method"))
    if KIND in given:
        statement = statement.where(table.c.kind == bindparam(KIND))
    elif KIND in by:
        statement = statement.where(table.c.kind != EVERY_KIND)
    else:
        statement = statement.where(table.c.kind == EVERY_KIND)
    if DIVISION in given:
        statement = statement.where(table.c.division_id == _DIVISION_ID)
    if CATEGORY in given:
        wanted = literal(UNKNOWN) if without_category else _CATEGORY_ID
        statement = statement.where(table.c.category_id == wanted)
    if YEAR in given:
        statement = statement.where(table.c.year == bindparam(YEAR))
    elif table is _PROJECTS:
        every = table.c.year == EVERY_YEAR
        statement = statement.where(~every if YEAR in by else every)
    return statement


def lines(
    connection: Connection, question: Question, *, limit: int, offset: int
) -> list[UsageLine]:
    """Return some of the lines behind a sum, in order of their numbers in the store."""
    fact = bulk.table_of(UsageFact)
    is_planned = question.stage is Stage.DESIGN
    line = BillLine if is_planned else Delivery
    statement: Select[*tuple[Any, ...]] = (
        select(
            fact.c.line_id,
            Project.key,
            Project.name,
            Building.key,
            Building.name,
            Division.key,
            Category.key,
            line.line_number,
            Project.designed_on if is_planned else Delivery.delivered_on,
            line.name,
            fact.c.unit,
            fact.c.quantity,
            fact.c.amount,
            fact.c.is_green,
            fact.c.green_quantity,
            fact.c.is_adopted,
            Product.key,
        )
        .join(line, line.id == fact.c.line_id)
        .join(Building, Building.id == fact.c.building_id)
        .join(Project, Project.id == fact.c.project_id)
        .join(Division, Division.id == fact.c.division_id)
        .outerjoin(Category, Category.id == fact.c.category_id)
        .outerjoin(Product, Product.id == fact.c.product_id)
        .where(fact.c.stage == question.stage)
        .order_by(fact.c.line_id)
        .limit(limit)
        .offset(offset)
    )
    if question.division is not None:
        statement = statement.where(fact.c.division_id == _DIVISION_ID)
    if question.category == NO_CATEGORY:
        statement = statement.where(fact.c.category_id.is_(None))
    elif question.category is not None:
        statement = statement.where(fact.c.category_id == _CATEGORY_ID)
    if question.year is not None:
        year = fact.c.year if question.basis is Basis.CALENDAR else fact.c.report_year
        is_unknown = question.year == UNKNOWN
        statement = statement.where(year.is_(None) if is_unknown else year == question.year)
    if question.kind is not None:
        kinds = type_coerce(fact.c.kinds, String)
        mark = "," if question.kind == NO_KIND else f",{question.kind},"
        is_none = question.kind == NO_KIND
        statement = statement.where(kinds == mark if is_none else kinds.contains(mark))
    asked = {DIVISION: question.division, CATEGORY: question.category}
    return [UsageLine(*row) for row in connection.execute(statement, asked)]
