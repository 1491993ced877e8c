"""The amounts of a declaration as a table of indicators by modules, and its GWP as bars."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal

import msgspec

from catalog.records import EpdResultRecord
from catalog.services.epds import GWP
from catalog.views.epds import EpdStatement
from importers.epd.tables import indicators, module_order

WIDTH = 1000
_FEW_DIGITS = Context(prec=4, rounding=ROUND_HALF_EVEN)
_SMALL, _LARGE = Decimal("0.001"), Decimal(1_000_000)
_MINUS = "\u2212"
# A digit after a unit of length is raised; one inside a formula, such as CO2e, is lowered.
_POWER = re.compile(r"(?<=m)[23](?![\w.])")
_INDEX = re.compile(r"(?<=[A-Z])\d(?=[A-Z]|e\b)")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Cell(msgspec.Struct, frozen=True):
    """An indicator in a module: its amount, or the scenarios under which it is declared instead.

    Neither means that it is not declared, which is not zero.
    """

    amount: Decimal | None = None
    elsewhere: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator by one method in one unit; only lines equal in all three may be compared."""

    key: str
    symbol: str
    name_zh: str
    name_en: str
    group: str
    method: str | None
    unit: str | None
    cells: list[Cell]


class Bar(msgspec.Struct, frozen=True):
    """A module's amount as a bar from the line of zero; None where nothing is declared."""

    module: str
    cell: Cell
    x: int
    width: int


class Chart(msgspec.Struct, frozen=True):
    """The bars of one line, in thousandths of the width, and where zero lies."""

    line: Line
    zero: int
    bars: list[Bar]


class ResultsTable(msgspec.Struct, frozen=True):
    """Every amount under one scenario, those that hold under each included."""

    scenarios: tuple[str, ...]
    scenario: str | None
    modules: list[str]
    lines: list[Line]

    @property
    def charts(self) -> list[Chart]:
        """The total global warming potential by module, one chart for each method and unit."""
        return [_chart(self.modules, line) for line in self.lines if line.key == GWP]


def results_table(statement: EpdStatement, scenario: str | None = None) -> ResultsTable:
    """Return the amounts under a scenario; by default the first that its source calls default."""
    results = statement.results
    scenarios = tuple(dict.fromkeys(one.scenario for one in results if one.scenario))
    default = [one.name for one in statement.scenarios if one.is_default and one.name in scenarios]
    chosen = scenario if scenario in scenarios else next(iter([*default, *scenarios]), None)
    order = module_order()
    modules = sorted(
        {one.module for one in results}, key=lambda module: (order.get(module, len(order)), module)
    )
    grouped: dict[tuple[str, str | None, str | None], list[EpdResultRecord]] = {}
    for one in results:
        grouped.setdefault((one.indicator, one.method, one.unit), []).append(one)
    lines = [_line(*mark, found, modules, chosen) for mark, found in grouped.items()]
    ranks = {key: rank for rank, key in enumerate(indicators())}
    lines.sort(key=lambda line: (ranks.get(line.key, len(ranks)), line.method or ""))
    return ResultsTable(scenarios=scenarios, scenario=chosen, modules=modules, lines=lines)


def shown_amount(amount: Decimal) -> str:
    """Return an amount with four digits that count; the exact one stands beside it."""
    if not amount:
        return "0"
    short = _FEW_DIGITS.plus(amount)
    sign, size = (_MINUS if short < 0 else ""), abs(short)
    if _SMALL <= size < _LARGE:
        return f"{sign}{size.normalize():,f}"
    exponent = size.adjusted()
    digits = size.scaleb(-exponent).normalize()
    return f"{sign}{digits:f}×10{str(exponent).translate(_RAISED)}"


def shown_unit(unit: str | None) -> str:
    """Return a unit as people print it: kg CO₂e, m²."""
    raised = _POWER.sub(lambda found: found[0].translate(_RAISED), unit or "")
    return _INDEX.sub(lambda found: found[0].translate(_LOWERED), raised)


def _line(
    key: str,
    method: str | None,
    unit: str | None,
    results: Iterable[EpdResultRecord],
    modules: list[str],
    chosen: str | None,
) -> Line:
    found: dict[str, dict[str | None, Decimal]] = {}
    for one in results:
        found.setdefault(one.module, {})[one.scenario] = one.amount
    known = indicators().get(key)
    return Line(
        key=key,
        symbol=known.symbol if known else key,
        name_zh=known.name_zh if known else key,
        name_en=known.name_en if known else key,
        group=known.group if known else "other",
        method=method,
        unit=unit,
        cells=[_cell(found.get(module, {}), chosen) for module in modules],
    )


def _cell(amounts: dict[str | None, Decimal], chosen: str | None) -> Cell:
    """Return the amount under the scenario or under each; amounts are never added up."""
    for scenario in (chosen, None):
        if scenario in amounts:
            return Cell(amount=amounts[scenario])
    return Cell(elsewhere=tuple(scenario for scenario in amounts if scenario))


def _chart(modules: list[str], line: Line) -> Chart:
    amounts = [cell.amount for cell in line.cells if cell.amount is not None]
    low, high = min([*amounts, Decimal(0)]), max([*amounts, Decimal(0)])
    span: Decimal = (high - low) or Decimal(1)
    zero = round(-low / span * WIDTH)
    bars = []
    for module, cell in zip(modules, line.cells, strict=True):
        width = round(abs(cell.amount or Decimal(0)) / span * WIDTH)
        is_left = cell.amount is not None and cell.amount < 0
        bars.append(Bar(module, cell, zero - width if is_left else zero, width))
    return Chart(line, zero, bars)
