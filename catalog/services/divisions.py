"""Add results and lines up: by division, year, kind of project and category, and what is behind."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import get_args

import msgspec
from sqlalchemy import Connection

from catalog.errors import MixedMethodsError, RulePackNotFoundError
from catalog.models.base import decimal_of_millionths
from catalog.repositories import figures, figures_known, reference, results, usage_facts
from catalog.repositories.figures import Sums
from catalog.rules.exact import as_decimal
from catalog.rules.periods import Basis, report_span
from catalog.rules.ratio.cube import Counted
from catalog.rules.units import UnitTable
from catalog.services.results import METHODS
from catalog.views.figures import (
    CATEGORY,
    DIVISION,
    KIND,
    YEAR,
    KindName,
    Quantity,
    Question,
    ResultFigure,
    UsageFigure,
    UsageLine,
)
from catalog.views.projects import ResultView

IN_PROGRESS = results.IN_PROGRESS
KINDS: tuple[KindName, ...] = get_args(KindName)
_MICRO = 10**6
_PER_CENT = 100


def results_behind(
    connection: Connection,
    question: Question,
    *,
    method: str,
    limit: int,
    offset: int,
    known_at: dt.datetime | None = None,
) -> list[ResultView]:
    """Return one page of the results behind a figure, best first, as known now or at a moment."""
    span = None
    if question.basis is Basis.REPORT and question.year:
        span = report_span(question.year, usage_facts.closes(connection))
    return results.behind(
        connection,
        question,
        method=method,
        span=span,
        limit=limit,
        offset=offset,
        known_at=known_at,
    )


def result_figures(
    connection: Connection,
    question: Question,
    *,
    methods: Sequence[str],
    known_at: dt.datetime | None = None,
) -> list[ResultFigure]:
    """Return the figures of the results of one method at one stage, as known now or at a moment.

    Raises:
        MixedMethodsError: More than one method is asked for: their results are never added.
        RulePackNotFoundError: No pack has the method.
    """
    if len(methods) != 1:
        raise MixedMethodsError(methods=", ".join(sorted(methods)))
    method = methods[0]
    if method not in METHODS:
        raise RulePackNotFoundError(key=method, known=", ".join(METHODS))
    if known_at is not None:
        counted = figures_known.counted(connection, question, method, known_at)
        return figures_of(connection, counted, question)
    rows = figures.results(connection, question, method)
    return _result_figures(rows, figures.projects(connection, question, method), question)


def figures_of(
    connection: Connection, counted: Iterable[Counted], question: Question
) -> list[ResultFigure]:
    """Return the figures of results that are at hand."""
    return _result_figures(*figures_known.sums(connection, counted, question), question)


def _result_figures(
    rows: Iterable[Sums], projects: Iterable[Sums], question: Question
) -> list[ResultFigure]:
    places: dict[tuple[object, ...], list[Sums]] = defaultdict(list)
    for row in rows:
        places[tuple(row.place[name] for name in question.by)].append(row)
    # A project stands in one division: over several, its counts add up.
    counts: Counter[tuple[object, ...]] = Counter()
    for row in projects:
        counts[tuple(row.place[name] for name in question.by)] += row.measures["projects"]
    found = [_result_figure(rows, counts[place]) for place, rows in places.items()]
    return sorted(found, key=lambda f: _order(f.division, f.year, f.kind))


def usage_figures(connection: Connection, question: Question) -> list[UsageFigure]:
    """Return the figures of the lines of one stage; quantities within a category only."""
    is_within = CATEGORY in question.by or question.category is not None
    units = reference.unit_table(connection) if is_within else None
    places: dict[tuple[object, ...], list[Sums]] = defaultdict(list)
    for row in figures.usage(connection, question, by_unit=is_within):
        places[tuple(row.place[name] for name in question.by)].append(row)
    found = [_usage_figure(rows, units) for rows in places.values()]
    return sorted(found, key=lambda f: (_order(f.division, f.year, f.kind), f.category or "~"))


def lines_behind(
    connection: Connection, question: Question, *, limit: int, offset: int
) -> tuple[list[UsageLine], int]:
    """Return one page of the lines behind a figure, and how many there are."""
    whole = msgspec.structs.replace(question, by=())
    total = sum(row.measures["lines"] for row in figures.usage(connection, whole, by_unit=False))
    return figures.lines(connection, question, limit=limit, offset=offset), total


def _order(division: str | None, year: int | None, kind: str | None) -> tuple[str, int, int]:
    """Order figures by division and year, what has none last, and kinds as they are listed."""
    return division or "", year or 10**6, KINDS.index(kind) if kind in KINDS else 0


def _place(row: Sums) -> tuple[str | None, int | None, str | None]:
    place = row.place
    return place.get(DIVISION), place.get(YEAR) or None, place.get(KIND)


def _result_figure(rows: Sequence[Sums], projects: int) -> ResultFigure:
    """Return one figure of rows that differ in points."""
    division, year, kind = _place(rows[0])
    total = {name: sum(row.measures[name] for row in rows) for name in rows[0].measures}
    passing: dict[int, int] = defaultdict(int)
    areas: dict[int, int] = defaultdict(int)
    for row in rows:
        points = row.place["points"] // _MICRO
        passing[points] += row.measures["buildings"]
        areas[points] += row.measures["area"]
    has_amount = total["with_amount"] > 0
    green, whole = total["green_amount"], total["total_amount"]
    return ResultFigure(
        division=division,
        year=year,
        kind=kind,
        projects=projects,
        buildings=total["buildings"],
        buildings_passing=sum(count for points, count in passing.items() if points > 0),
        without_area=total["without_area"],
        area_m2=decimal_of_millionths(total["area"]),
        green_area_m2=as_decimal(Fraction(total["weighted"], _MICRO * _MICRO * _PER_CENT)),
        weighed_area_m2=decimal_of_millionths(total["weight"]),
        # The ratios in the sum are in per cent already.
        ratio_by_area=_share(total["weighted"], total["weight"] * _MICRO * _PER_CENT),
        green_amount=decimal_of_millionths(green) if has_amount else None,
        total_amount=decimal_of_millionths(whole) if has_amount else None,
        ratio_by_amount=_share(green, whole) if has_amount else None,
        passing=dict(sorted(passing.items())),
        passing_area_m2={
            points: decimal_of_millionths(area) for points, area in sorted(areas.items())
        },
    )


def _usage_figure(rows: Sequence[Sums], units: UnitTable | None) -> UsageFigure:
    """Return one figure of rows that differ in their unit."""
    division, year, kind = _place(rows[0])
    total = {name: sum(row.measures[name] for row in rows) for name in rows[0].measures}
    return UsageFigure(
        division=division,
        year=year,
        kind=kind,
        category=rows[0].place.get(CATEGORY),
        lines=total["lines"],
        lines_unstated=total["lines_unstated"],
        lines_without_amount=total["lines_without_amount"],
        amount=decimal_of_millionths(total["amount"]),
        green_amount=decimal_of_millionths(total["green_amount"]),
        ratio_by_amount=_share(total["green_amount"], total["amount"]),
        lines_adoption_unknown=total["lines_adoption_unknown"],
        adopted_amount=decimal_of_millionths(total["adopted_amount"]),
        adopted_ratio_by_amount=_share(total["adopted_amount"], total["amount"]),
        quantities=_quantities(rows, units) if units else [],
    )


def _quantities(rows: Sequence[Sums], units: UnitTable) -> list[Quantity]:
    """Add quantities up in the base unit of each dimension; an unknown unit stands for itself."""
    bases: dict[str, list[tuple[Fraction, Sums]]] = defaultdict(list)
    for row in rows:
        known = units.find(row.place["unit"])
        base = units.base_of(known.dimension).key if known else row.place["unit"]
        bases[base].append((known.factor if known else Fraction(1), row))
    found = []
    for unit, parts in sorted(bases.items()):
        # Whole numbers over one denominator: a fraction for each sum would take far longer.
        over = lcm(*(factor.denominator for factor, _ in parts))
        whole, green, adopted = (
            sum(int(factor * over) * row.measures[name] for factor, row in parts)
            for name in ("quantity", "green_quantity", "adopted_quantity")
        )
        found.append(
            Quantity(
                unit=unit,
                total=as_decimal(Fraction(whole, over * _MICRO)),
                green=as_decimal(Fraction(green, over * _MICRO)),
                ratio=_share(green, whole),
                adopted=as_decimal(Fraction(adopted, over * _MICRO)),
                adopted_ratio=_share(adopted, whole),
            )
        )
    return found


def _share(part: int, whole: int) -> Decimal | None:
    """Return the share in per cent to six places, a half upwards; of nothing there is no share."""
    if whole <= 0:
        return None
    return decimal_of_millionths((2 * part * _PER_CENT * _MICRO + whole) // (2 * whole))
