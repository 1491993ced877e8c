"""What each demo building needs: its bill, planned and settled, as whole numbers.

Quantities are in hundredths of their unit, prices and amounts in fen: whole numbers are exact and
quick, and become decimals only in the records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from seed_data import read_toml
from seed_data.demo.draws import SPAN, Draws, between, many_draws, one_of
from seed_data.demo.pool import Offer, ProductPool
from seed_data.demo.sites import BuildingSite, Site

_DRAWS_PER_LINE = 16
_ENTHUSIASM_DRAWS = 4
_CATEGORIES_JUDGED = 128
_PER_10000_M2 = 10_000 * 100
# How the sites of the demo fare, in thousandths: the share of categories in which a building means
# to use certified goods. It grows with the star target and the years, as the plan hopes.
_LEAST, _SPREAD, _PER_STAR, _PER_YEAR = 200, 640, 45, 22
_FIRST_YEAR = 2022
_MOST = 970
_DESIGNERS_HOPE = 90
_CONCRETE_IS_EASY = {"ready-mixed-concrete": 160, "ready-mixed-mortar": 60}


class Template(NamedTuple):
    """A line that bills have, with what is usual for it."""

    position: int
    item_code: str
    name: str
    category: str | None
    category_number: int
    place: str | None
    unit: str
    least: int
    most: int
    cheapest: int
    dearest: int
    chance: int
    first_percent: int
    last_percent: int
    only: str | None
    whole: bool
    specs: tuple[str, ...]


class Line(NamedTuple):
    """A line of one building's bill.

    ``meant`` and ``hoped`` say whether the site means, and the designer hoped, to use certified
    goods; ``main`` and ``other`` are the products that come.
    """

    template: Template
    number: int
    specification: str
    planned: int
    settled: int
    price: int
    planned_green: int | None
    meant: bool
    main: Offer | None
    other: Offer | None
    draws: Draws


@cache
def templates() -> tuple[Template, ...]:
    """Return the lines that bills have."""
    found: list[Template] = []
    codes: dict[str, int] = {}
    categories: dict[str | None, int] = {}
    for position, row in enumerate(read_toml("demo/bill.toml")["lines"]):
        code = row["code"]
        codes[code] = codes.get(code, 0) + 1
        category = row.get("category")
        found.append(
            Template(
                position=position,
                item_code=f"{code}{codes[code]:03d}",
                name=row["name"],
                category=category,
                category_number=categories.setdefault(category, len(categories)),
                place=row.get("place"),
                unit=row["unit"],
                least=row["per_10000_m2"][0],
                most=row["per_10000_m2"][1],
                cheapest=row["price"][0] * 100,
                dearest=row["price"][1] * 100,
                chance=row["chance"] * SPAN // 100,
                first_percent=row["when"][0],
                last_percent=row["when"][1],
                only=row.get("only"),
                whole=row.get("whole", False),
                specs=tuple(row["specs"]),
            )
        )
    return tuple(found)


def amount(quantity: int, price: int) -> int:
    """Return the fen that a quantity in hundredths costs, a half going away from zero."""
    fen = (abs(quantity) * price + 50) // 100
    return -fen if quantity < 0 else fen


def bill(seed: int, site: Site, building: BuildingSite, products: ProductPool) -> Iterator[Line]:
    """Yield the lines of a building's bill, in order, with what the site makes of them."""
    known = templates()
    judged_from = len(known) * _DRAWS_PER_LINE + _ENTHUSIASM_DRAWS
    draws = many_draws(seed, f"bill:{building.code}", site.number, judged_from + _CATEGORIES_JUDGED)
    share = _certified_share(site, draws[judged_from - _ENTHUSIASM_DRAWS : judged_from])
    kinds = {"prefabricated": site.prefabricated_percent > 0, "public": site.public, None: True}
    days = (site.ends_on - site.started_on).days
    number = 0
    for template in known:
        own = draws[template.position * _DRAWS_PER_LINE :][:_DRAWS_PER_LINE]
        if own[0] >= template.chance or not kinds[template.only]:
            continue
        number += 1
        planned = _quantity(template, building.area, own[1])
        settled = _rounded(template, planned * between(920, 1080, own[4]) // 1000)
        verdict = draws[judged_from + template.category_number] * 1000 >> 16
        verdict -= _CONCRETE_IS_EASY.get(template.category or "", 0)
        middle = template.first_percent + template.last_percent
        on = site.started_on + dt.timedelta(days=days * middle // 200)
        meant = verdict < share
        yield Line(
            template,
            number,
            one_of(template.specs, own[3]),
            planned,
            settled,
            between(template.cheapest, template.dearest, own[2]),
            _planned_green(template, planned, own, hoped=verdict < share + _DESIGNERS_HOPE),
            meant,
            *_products(template.category, own, on, products, meant=meant),
            own,
        )


def _certified_share(site: Site, draws: Draws) -> int:
    share = _LEAST + (draws[0] + draws[1]) * _SPREAD // (2 * SPAN)
    share += _PER_STAR * (site.star_target or 0)
    share += _PER_YEAR * (site.started_on.year - _FIRST_YEAR)
    return min(share, _MOST)


def _quantity(template: Template, area: int, draw: int) -> int:
    usual = between(template.least * 100, template.most * 100, draw)
    return _rounded(template, usual * area // _PER_10000_M2)


def _rounded(template: Template, quantity: int) -> int:
    """Return at least one thing, or one hundredth, and no part of a thing that is counted."""
    if template.whole:
        return max(100, quantity // 100 * 100)
    return max(1, quantity)


def _planned_green(template: Template, planned: int, own: Draws, *, hoped: bool) -> int | None:
    """Return the planned green quantity; some designers state none, and costs have none."""
    if template.category is None or own[6] % 100 < 6:  # noqa: PLR2004  Six of a hundred.
        return None
    if hoped:
        return _rounded(template, planned * between(850, 1000, own[5]) // 1000)
    return 0 if own[5] & 1 else _rounded(template, planned * between(100, 700, own[5]) // 1000)


def _products(
    category: str | None, own: Draws, on: dt.date, products: ProductPool, *, meant: bool
) -> tuple[Offer | None, Offer | None]:
    """Return the product of a line and the one that comes with part of it.

    A site that does not care has goods without a name, goods whose certificate does not count on
    the day, or a half of each.
    """
    kind = own[7] * 100 >> 16
    if meant:
        return products.valid_on(category, own[8], on), None
    if kind < 50:  # noqa: PLR2004  Half of them.
        return None, None
    if kind < 80:  # noqa: PLR2004  Three tenths of them.
        lapsed = products.not_valid_on(category, own[8], on)
        return lapsed, lapsed
    return None, products.valid_on(category, own[9], on)
