"""The cells of an annual report's tables."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import msgspec

from catalog.forms.form import Cell, Kind, Said, figure, plain
from catalog.rules.annual_report.shares import AreaShare
from catalog.views.figures import ResultFigure

_HUNDRED = 100
_PLACES = Decimal("0.01")


def address(path: str, **parameters: str | int | None) -> str:
    """Return an address on the site, with the parameters that say something."""
    said = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(said)}" if said else path


def percentage(value: Decimal | None) -> Cell:
    """Return a percentage cut to two places, with its exact value; None is unknown."""
    if value is None:
        return plain(None)
    shown = f"{value.quantize(_PLACES, 'ROUND_DOWN'):f}%"
    return Cell(said=Said(shown), number=value / _HUNDRED, kind=Kind.SHARE)


def bounds(share: AreaShare) -> Cell:
    """Return a share: one figure where all is known, else between which it lies."""
    if share.low == share.high:
        return percentage(share.low)
    low, high = percentage(share.low), percentage(share.high)
    return Cell(said=Said(f"{low.said.text} – {high.said.text}"))


def change(now: Decimal | None, before: Decimal | None) -> Cell:
    """Return by how many points a percentage changed; unknown where one of them is."""
    if now is None or before is None:
        return plain(None)
    return Cell(said=Said(f"{(now - before).quantize(_PLACES):+f}"))


def linked(cell: Cell, link: str) -> Cell:
    """Return the cell with where it opens up."""
    return msgspec.structs.replace(cell, link=link)


def known(found: ResultFigure | None, name: str) -> Decimal | None:
    """Return a measure of a figure, None where there is none."""
    value = None if found is None else getattr(found, name)
    return None if value is None else Decimal(value)


def measured(found: ResultFigure | None, name: str) -> Cell:
    """Return such a measure as a cell; ratios are percentages."""
    value = known(found, name)
    return percentage(value) if name.startswith("ratio") else figure(value)


def counted(found: ResultFigure | None, points: int) -> Cell:
    """Return how many buildings earned so many points."""
    return figure(None if found is None else Decimal(found.passing.get(points, 0)))
