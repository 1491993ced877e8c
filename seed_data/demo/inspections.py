"""Demo inspections: visits a year apart, some late, failed or missing, and a few spot checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from catalog.records import ProductRecord
from catalog.rules.keys import (
    body_key,
    certificate_key,
    company_key,
    product_key,
)
from catalog.rules.numbers import normal_number
from seed_data.demo.draws import between, draws_of
from seed_data.demo.products import generate_products

SOURCE = "演示数据 / demo data"
AUTHORITY = "示例市场监督管理局"
_INSPECTED = 300
_YEAR = dt.timedelta(days=365)
_TENTH = 6554  # A tenth of what a draw can be.


class Inspection(NamedTuple):
    """A visit for a certificate or a check of a product, by its key, and how it ended."""

    of: str
    on: dt.date
    is_passed: bool


def generate_visits(seed: int, products: int, today: dt.date) -> Iterator[Inspection]:
    """Yield visits for the certificates of the first products; some certificates have none."""
    draws_at = draws_of(seed, "visits")
    for index, record in enumerate(_first(seed, products)):
        paper, draws = record.certificate, draws_at(index)
        if paper is None or draws[0] < 3 * _TENTH:
            continue
        key = certificate_key(body_key(paper.body), normal_number(paper.number))
        day, year = paper.valid_from, 0
        last = min(paper.valid_to, today, paper.state_on or today)
        while (day := day + _YEAR - dt.timedelta(days=between(-30, 60, draws[year + 1]))) <= last:
            year += 1
            yield Inspection(key, day, draws[year + 8] > _TENTH // 3)


def generate_checks(seed: int, products: int, today: dt.date) -> Iterator[Inspection]:
    """Yield spot checks of one product in five of the first ones."""
    draws_at = draws_of(seed, "checks")
    for index, record in enumerate(_first(seed, products)):
        draws = draws_at(index)
        if draws[0] >= 2 * _TENTH:
            continue
        maker = company_key(record.company.name, record.company.credit_code)
        number = None if record.certificate is None else normal_number(record.certificate.number)
        key = product_key(maker, record.name, record.model, number)
        on = today - dt.timedelta(days=between(1, 900, draws[1]))
        yield Inspection(key, on, draws[2] > _TENTH)


def _first(seed: int, products: int) -> Iterator[ProductRecord]:
    return islice(generate_products(seed, products), _INSPECTED)
