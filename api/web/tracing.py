"""A result's lines, each with its name, where it is kept, and how it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from api.web.i18n import translate
from api.web.names import Names, named, sign_of
from api.web.words import EXCLUSIONS, MISSING_FACTOR
from catalog.rules.ratio.trace import ExcludedLine, Measure, RatioResult
from catalog.rules.units import UnitTable
from catalog.views.projects import BillLineView, DeliveryView


class Source(msgspec.Struct, frozen=True):
    """A bill line or a delivery as the building's page shows it; its id is the anchor there."""

    name: str
    specification: str | None
    quantity: Decimal
    unit: str


class TracedLine(msgspec.Struct, frozen=True):
    """A line of a measure: green, not green, unknown, or part of the whole amount."""

    id: str
    source: Source | None
    path: str | None
    standing: str
    reason: str | None


def sources_of(
    bill_lines: Iterable[BillLineView], deliveries: Iterable[DeliveryView]
) -> dict[str, Source]:
    """Return the lines of a building by the ids that a trace gives them."""
    found = {
        f"bill-line-{line.id}": Source(line.name, line.specification, line.quantity, line.unit)
        for line in bill_lines
    }
    found |= {
        f"delivery-{line.id}": Source(line.name, line.specification, line.quantity, line.unit)
        for line in deliveries
    }
    return found


def traced_lines(measure: Measure, sources: Mapping[str, Source]) -> list[TracedLine]:
    """Return every line of a measure, with how it counts and why."""
    green = set(measure.numerator_lines)
    others = {line.line: line for line in measure.not_green_lines}
    found = []
    for line in measure.denominator_lines:
        standing, reason = "whole", None
        if line in green:
            standing = "green"
        elif line in others:
            standing = "not-green" if others[line].known else "unknown"
            reason = others[line].reason
        found.append(
            TracedLine(line, sources.get(line), measure.conversions.get(line), standing, reason)
        )
    return found


def exclusion(
    excluded: ExcludedLine, *, trace: RatioResult, names: Names, units: UnitTable, language: str
) -> str:
    """Return in words why a line counts nowhere."""
    facts = excluded.facts
    items = {item.key: item for group in trace.groups for item in group.items}
    item = items.get(facts.get("item", ""))
    places = [named(names.places, key, language) for key in facts.get("places", "").split()]
    separator = "、" if language == "zh" else ", "
    text = translate(EXCLUSIONS[excluded.reason], language).format(
        category=named(names.categories, facts.get("category"), language),
        why=facts.get(f"why_{language}", ""),
        places=separator.join(places),
        place=named(names.places, facts.get("place"), language),
        item="" if item is None else getattr(item, f"name_{language}"),
        unit=sign_of(units, facts.get("unit")),
        accepted=separator.join(sign_of(units, u) for u in facts.get("accepted", "").split()),
    )
    if "missing" in facts:
        gap = "" if language == "zh" else " "
        text += gap + translate(MISSING_FACTOR, language).format(missing=facts["missing"])
    return text.strip()
