"""What demo makers declare beside their certificates: densities, and test reports."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from catalog.records import TestReportRecord
from catalog.rules.units import Declared
from seed_data import read_toml
from seed_data.demo.draws import Draws, between, one_of

_FIRST_DAY = dt.date(2021, 1, 4)
_LAST_DAY = dt.date(2026, 10, 30)
_THICKNESS = re.compile(r"(?P<layer>\d+)mm厚|δ(?P<sheet>\d+\.\d+)")


class _Words(NamedTuple):
    """The words and habits of the file."""

    report_standard: str
    laboratories: tuple[str, ...]
    reported_without_certificate: int
    reported_beside_certificate: int
    with_density: int
    densities: dict[str, tuple[int, ...]]


@cache
def _words() -> _Words:
    content = read_toml("demo/declared.toml")
    densities = {category: tuple(known) for category, known in content["densities"].items()}
    return _Words(
        **{name: content[name] for name in _Words._fields if name != "densities"},
        densities=densities,
    )


def densities(category: str, draws: Draws, *, by: str) -> tuple[Declared, ...]:
    """Return the density that a maker declares of a product, if it does; needs two draws."""
    known = _words().densities.get(category)
    if known is None or draws[0] * 1000 >> 16 >= _words().with_density:
        return ()
    return (Declared(amount=Decimal(one_of(known, draws[1])), unit="kg", per="m3", by=by),)


def report_on(index: int, draws: Draws, *, is_certified: bool) -> TestReportRecord | None:
    """Return the test report on a product, if it has one; needs three draws."""
    words = _words()
    share = words.reported_without_certificate
    if is_certified:
        share = words.reported_beside_certificate
    if draws[0] * 1000 >> 16 >= share:
        return None
    days = (_LAST_DAY - _FIRST_DAY).days
    return TestReportRecord(
        number=f"YS-JYBG-{index + 1:07d}",
        laboratory=one_of(words.laboratories, draws[1]),
        standard=words.report_standard,
        issued_on=_FIRST_DAY + dt.timedelta(days=between(0, days, draws[2])),
    )


def thickness(specification: str, *, by: str = "规格") -> tuple[Declared, ...]:
    """Return the thickness that a demo bill states in a specification, such as 100mm厚 or δ0.75."""
    found = _THICKNESS.search(specification)
    if found is None:
        return ()
    return (Declared(amount=Decimal(found["layer"] or found["sheet"]), unit="mm", per=None, by=by),)
