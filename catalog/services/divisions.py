"""Add results up: the figures of divisions and years, and the results behind each."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection

from catalog.errors import RulePackNotFoundError
from catalog.models.base import decimal_of_millionths
from catalog.repositories import results
from catalog.rules.ratio.rollup import division_ratios
from catalog.rules.terms import Stage
from catalog.services.results import METHODS
from catalog.views.projects import DivisionFigureView, ResultView

IN_PROGRESS = results.IN_PROGRESS


def results_of_division(  # What a page of a division's buildings is chosen by.
    connection: Connection,
    division: str,
    *,
    method: str,
    stage: Stage,
    year: int | None,
    limit: int,
    offset: int,
) -> list[ResultView]:
    """Return one page of a division's results, best first."""
    return results.of_division(
        connection,
        division,
        method=method,
        stage=stage,
        year=year,
        limit=limit,
        offset=offset,
    )


def division_figures(
    connection: Connection, *, method: str, stage: Stage, division: str | None = None
) -> list[DivisionFigureView]:
    """Return the figures of each division and year, by one method at one stage.

    Raises:
        RulePackNotFoundError: No pack has the method.
    """
    if method not in METHODS:
        raise RulePackNotFoundError(key=method, known=", ".join(METHODS))
    rows = results.figures(connection, method=method, stage=stage, division=division)
    tiers = {
        place: part.rows(named=True)
        for place, part in rows.tiers.partition_by("division", "year", as_dict=True).items()
    }
    sums = {row[:2]: row[2:] for row in rows.sums.iter_rows()}
    found = []
    for figure in division_ratios(rows.results.lazy()).collect().iter_rows(named=True):
        place = (figure["division"], figure["year"])
        count, green, total = sums[place]
        found.append(
            DivisionFigureView(
                division=figure["division"],
                year=figure["year"],
                buildings=figure["buildings"],
                projects=count,
                without_area=figure["buildings_without_area"],
                area_m2=decimal_of_millionths(figure["floor_area_micro_m2"]),
                ratio_by_area=_optional(figure["p_micro_percent"]),
                green_amount=_optional(green),
                total_amount=_optional(total),
                ratio_by_amount=_percent(green, total),
                passing={int(_points(row)): row["buildings"] for row in tiers[place]},
                passing_area_m2={
                    int(_points(row)): decimal_of_millionths(row["area"]) for row in tiers[place]
                },
            )
        )
    return found


def _points(tier: dict[str, Any]) -> Decimal:
    return decimal_of_millionths(tier["points"])


def _percent(green: int | None, total: int | None) -> Decimal | None:
    """Return the share in per cent to six places; of nothing there is no share."""
    if green is None or total is None or total <= 0:
        return None
    return (Decimal(green * 100) / total).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _optional(millionths: int | None) -> Decimal | None:
    return None if millionths is None else decimal_of_millionths(millionths)
