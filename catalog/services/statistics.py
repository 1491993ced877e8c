"""The open statistics: what the catalogue holds, counted; each count with the list behind it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import msgspec
from sqlalchemy import Connection

from catalog.repositories import statistics
from catalog.rules.spread import not_exceeded_by, per_one, shown
from catalog.rules.standing import Standing
from catalog.services.epds import CRADLE_TO_GATE, GWP
from catalog.views.figures import ResultFigure
from catalog.views.statistics import (
    AdoptionCount,
    AdoptionPage,
    AdoptionRow,
    CertificatePage,
    CertificateRow,
    DeclaredCategory,
    DeclaredSpread,
    MonthCount,
    PublishedRatio,
)

LOW, MIDDLE, HIGH = 10, 50, 90
"""Of how many in 100 declarations a spread tells what they do not exceed."""
ISSUED, EXPIRES = "issued", "expires"


def certificates_by_month(connection: Connection) -> list[MonthCount]:
    """Return how many certificates were first issued and run out in each month, unknown last.

    A certificate is issued on the first day of issue that any of its versions states, and runs out
    on the last valid day of any.
    """
    issued = statistics.months(connection, ISSUED)
    expiring = statistics.months(connection, EXPIRES)
    known = sorted(month for month in issued.keys() | expiring.keys() if month is not None)
    return [
        MonthCount(
            f"{month[0]:04}-{month[1]:02}" if month else None,
            issued.get(month, 0),
            expiring.get(month, 0),
        )
        for month in [*known, *([None] if None in issued else [])]
    ]


def certificates_of_month(
    connection: Connection, which: str, month: dt.date | None, *, limit: int, offset: int
) -> CertificatePage:
    """Return one page of the certificates behind such a count; None for those without a day."""
    rows, total = statistics.papers_of_month(connection, which, month, limit=limit, offset=offset)
    return CertificatePage([CertificateRow(*row) for row in rows], limit, offset, total)


def adoptions_by_month(connection: Connection, *, on: dt.date) -> list[AdoptionCount]:
    """Return how many adoptions began in each month, by what they are on a day."""
    return [
        AdoptionCount(f"{year:04}-{month:02}", Standing(standing), count)
        for year, month, standing, count in statistics.adoptions_by_month(connection, on)
    ]


def adoptions_behind(
    connection: Connection,
    *,
    on: dt.date,
    standing: Standing | None,
    month: dt.date | None,
    limit: int,
    offset: int,
) -> AdoptionPage:
    """Return one page of the adoptions behind such a count, the latest first."""
    rows, total = statistics.adoptions_page(
        connection, on, standing=standing, first=month, limit=limit, offset=offset
    )
    return AdoptionPage([AdoptionRow(*row) for row in rows], limit, offset, total)


def declared_by_category(connection: Connection) -> list[DeclaredCategory]:
    """Return, for each category that has products, its declarations and how their amounts spread.

    Amounts are told per one declared unit and put together only where both units are written
    alike: nothing is converted, so nothing is guessed. A declaration counts once in a category.
    """
    amounts: dict[str, dict[tuple[str, str], list[Fraction]]] = defaultdict(
        lambda: defaultdict(list)
    )
    without: dict[str, set[int]] = defaultdict(set)
    told: dict[str, set[int]] = defaultdict(set)
    for category, version, quantity, per, amount, unit in statistics.declared_amounts(
        connection, GWP, CRADLE_TO_GATE
    ):
        known = per_one(amount, quantity) if amount and quantity and per and unit else None
        if known is None:
            without[category].add(version)
        else:
            told[category].add(version)
            amounts[category][unit, per].append(known)
    return [
        DeclaredCategory(
            category=category,
            products=products,
            declared=declared,
            without_amount=len(without[category] - told[category]),
            spreads=[
                _spread(units, sorted(found)) for units, found in sorted(amounts[category].items())
            ],
        )
        for category, products, declared in statistics.products_declared(connection)
    ]


class _Content(msgspec.Struct, frozen=True):
    """What is read of a published figure here; the rest of it may be long."""

    figure: ResultFigure
    divisions: list[ResultFigure]


def published_ratios(connection: Connection) -> list[PublishedRatio]:
    """Return what was published last of each division's year, or of the Corps', by method.

    What is published of the Corps says the figures of its divisions too; the last word counts.
    """
    found: dict[tuple[str | None, int, str], PublishedRatio] = {}
    for division, year, method, content_hash, text in statistics.published_ratios(connection):
        content = msgspec.json.decode(text, type=_Content)
        told = [(division, content.figure)]
        told += [(each.division, each) for each in content.divisions if each.division is not None]
        for whose, figure in told:
            found[whose, year, method] = PublishedRatio(
                division=whose,
                year=year,
                method=method,
                ratio_by_area=figure.ratio_by_area,
                projects=figure.projects,
                content_hash=content_hash,
            )
    return list(found.values())


def _spread(units: tuple[str, str], amounts: list[Fraction]) -> DeclaredSpread:
    return DeclaredSpread(
        unit=units[0],
        declared_unit=units[1],
        declarations=len(amounts),
        least=shown(amounts[0]),
        low=shown(not_exceeded_by(amounts, LOW)),
        middle=shown(not_exceeded_by(amounts, MIDDLE)),
        high=shown(not_exceeded_by(amounts, HIGH)),
        most=shown(amounts[-1]),
    )
