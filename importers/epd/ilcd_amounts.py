"""Build what ILCD says of one indicator: its name there, its amounts by module, their unit."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.records import EpdResultRecord
from importers.epd.ilcd_build import add, refer
from importers.epd.ilcd_names import COMMON, EPD_2013, PROCESS
from importers.epd.tables import Definition, Indicator, units
from importers.epd.xml import Element

EITHER_EDITION = "EN 15804+A2"  # Of its two editions, EF 3.0 or EF 3.1.


def definition_of(
    indicator: Indicator | None, method: str | None
) -> tuple[Indicator, Definition] | None:
    """Return what ILCD calls an indicator under a method, None where it has no name for it."""
    if indicator is None:
        return None
    for definition in indicator.defined:
        is_either = method == EITHER_EDITION and len(definition.methods) > 1
        if method in definition.methods or is_either or (method is None and not definition.methods):
            return indicator, definition
    return None


def add_amounts(parent: Element, results: Iterable[EpdResultRecord], unit: str | None) -> None:
    """Add the amounts of one indicator, each with its module and scenario, and their unit."""
    # The schema wants one amount of the whole life cycle; the format's own example has this too.
    add(parent, f"{PROCESS}meanAmount", 0)
    other = add(parent, f"{COMMON}other")
    for result in results:
        amount = add(other, f"{EPD_2013}amount", result.amount)
        amount.set(f"{EPD_2013}module", result.module)
        if result.scenario is not None:
            amount.set(f"{EPD_2013}scenario", result.scenario)
    if unit is not None:
        known = units().get(unit)
        uuid = known.unit_groups[0] if known and known.unit_groups else None
        tag = f"{EPD_2013}referenceToUnitGroupDataSet"
        refer(other, tag, "unit group data set", unit, uuid)
