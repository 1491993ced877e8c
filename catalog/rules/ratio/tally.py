"""Lines sorted into a pack's items and summed, before any method judges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import msgspec

from catalog.rules.exact import as_decimal, cut
from catalog.rules.pack_parts import CategoryMapping, Item
from catalog.rules.packs import RatioPack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import ExcludedLine, Exclusion, Measure, NotGreenLine
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, UnitTable


class Judged(msgspec.Struct, frozen=True):
    """A measure with its exact ratio, as the methods need it."""

    category: str | None
    ratio: Fraction | None
    measure: Measure


@dataclass
class _Sum:
    """The quantities of one item, kind and unit while lines are being added."""

    billed: Fraction = Fraction(0)
    delivered: Fraction = Fraction(0)
    green: Fraction = Fraction(0)
    unstated: int = 0
    green_lines: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    not_green: list[NotGreenLine] = field(default_factory=list)
    conversions: dict[str, str] = field(default_factory=dict)


class Tally(msgspec.Struct, frozen=True):
    """The measures of every item that has lines, and the lines that count nowhere."""

    measures: dict[str, list[Judged]]
    excluded: tuple[ExcludedLine, ...]


def tally(pack: RatioPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage) -> Tally:
    """Sort the lines into the items of the pack and sum them, in no order that matters."""
    mapped, items = pack.mapped, pack.items
    sums: dict[tuple[str, str, str], _Sum] = {}
    excluded: list[ExcludedLine] = []
    for line in lines:
        found = _item_of(line, mapped, stage)
        if isinstance(found, ExcludedLine):
            excluded.append(found)
            continue
        item = items[found]
        target = _unit_for(line, item, units)
        if isinstance(target, ExcludedLine):
            excluded.append(target)
            continue
        kind = line.category if item.by_kind and line.category else ""
        _add(sums.setdefault((item.key, kind, target), _Sum()), line, target, units, stage)
    measures: dict[str, list[Judged]] = {}
    for (key, kind, unit), total in sorted(sums.items(), key=lambda entry: entry[0]):
        measures.setdefault(key, []).append(_judged(total, items[key], kind, unit, stage))
    return Tally(measures, tuple(sorted(excluded, key=lambda line: line.line)))


def _item_of(
    line: RatioLine, mapped: Mapping[str, CategoryMapping], stage: Stage
) -> str | ExcludedLine:
    if stage is Stage.DESIGN and line.role is Role.DELIVERED:
        return ExcludedLine(line=line.id, reason=Exclusion.OTHER_STAGE)
    if line.category is None:
        return ExcludedLine(line=line.id, reason=Exclusion.NO_CATEGORY)
    entry = mapped.get(line.category)
    if entry is not None and entry.targets:
        return entry.item or _item_by_place(line, entry)
    facts = {"category": line.category}
    if entry is not None:
        facts |= {"why_zh": entry.none_zh or "", "why_en": entry.none_en or ""}
    return ExcludedLine(line=line.id, reason=Exclusion.NOT_IN_METHOD, facts=facts)


def _item_by_place(line: RatioLine, entry: CategoryMapping) -> str | ExcludedLine:
    facts = {"category": entry.category, "places": " ".join(sorted(entry.places))}
    if line.place is None:
        return ExcludedLine(line=line.id, reason=Exclusion.NO_PLACE, facts=facts)
    if line.place not in entry.places:
        facts["place"] = line.place
        return ExcludedLine(line=line.id, reason=Exclusion.PLACE_NOT_IN_METHOD, facts=facts)
    return entry.places[line.place]


def _unit_for(line: RatioLine, item: Item, units: UnitTable) -> str | ExcludedLine:
    """Return the unit the item sums this line in: one it accepts, or the base of any."""
    if line.unit is None:
        return ExcludedLine(line=line.id, reason=Exclusion.NO_UNIT, facts={"item": item.key})
    own = units.find(line.unit)
    if own is not None and item.by_kind:
        return units.base_of(own.dimension).key
    for accepted in item.units:
        target = units.find(accepted)
        if own is not None and target is not None and own.dimension == target.dimension:
            return accepted
    facts = {"item": item.key, "unit": line.unit, "accepted": " ".join(item.units)}
    mismatch = units.convert(line.quantity, line.unit, item.units[0]) if item.units else None
    if mismatch is not None and not isinstance(mismatch, Converted) and mismatch.missing:
        facts["missing"] = mismatch.missing
    return ExcludedLine(line=line.id, reason=Exclusion.UNIT_MISMATCH, facts=facts)


def _add(total: _Sum, line: RatioLine, unit: str, units: UnitTable, stage: Stage) -> None:
    total.lines.append(line.id)
    value = Fraction(line.quantity)
    if line.unit != unit:
        converted = units.convert(line.quantity, line.unit or "", unit)
        if not isinstance(converted, Converted):
            raise TypeError(f"{line.unit} was accepted as {unit} and does not convert to it")
        total.conversions[line.id] = converted.path
        value = converted.value
    if line.role is Role.DELIVERED:
        total.delivered += value
        _add_delivered_green(total, line, value)
        return
    total.billed += value
    if stage is Stage.DESIGN:
        _add_planned_green(total, line, value)


def _add_delivered_green(total: _Sum, line: RatioLine, value: Fraction) -> None:
    if line.green:
        total.green += value
        total.green_lines.append(line.id)
        return
    total.unstated += line.green is None
    known = line.green is not None
    total.not_green.append(NotGreenLine(line=line.id, known=known, reason=line.green_reason))


def _add_planned_green(total: _Sum, line: RatioLine, value: Fraction) -> None:
    if line.green_quantity is None:
        total.unstated += 1
        reason = line.green_reason or "not-stated"
        total.not_green.append(NotGreenLine(line=line.id, known=False, reason=reason))
        return
    if line.green_quantity == 0 or line.quantity == 0:
        reason = line.green_reason or "planned-without"
        total.not_green.append(NotGreenLine(line=line.id, known=True, reason=reason))
        return
    # Green beyond the line's own quantity must not stand in for another line.
    share = Fraction(line.green_quantity) / Fraction(line.quantity)
    total.green += value * min(max(share, Fraction(0)), Fraction(1))
    total.green_lines.append(line.id)


def _judged(total: _Sum, item: Item, kind: str, unit: str, stage: Stage) -> Judged:
    """Divide: what is billed and not delivered is unproven, what came beyond the bill dilutes.

    Green deliveries count up to what was delivered in all: a return of goods that were not
    green must not leave more green on site than there is of anything.
    """
    green, denominator = total.green, total.billed
    if stage is Stage.COMPLETION:
        green = min(green, total.delivered)
        denominator = max(total.billed, total.delivered)
    ratio = min(max(green / denominator, Fraction(0)), Fraction(1)) if denominator > 0 else None
    measure = Measure(
        category=kind or None,
        unit=unit,
        billed=as_decimal(total.billed),
        delivered=as_decimal(total.delivered),
        green=as_decimal(green),
        denominator=as_decimal(denominator),
        ratio=None if ratio is None else cut(ratio),
        ratio_exact=None if ratio is None else str(ratio),
        passes=ratio is not None and ratio >= Fraction(item.required),
        unstated_lines=total.unstated,
        numerator_lines=tuple(sorted(total.green_lines)),
        denominator_lines=tuple(sorted(total.lines)),
        not_green_lines=tuple(sorted(total.not_green, key=lambda line: line.line)),
        conversions=dict(sorted(total.conversions.items())),
    )
    return Judged(kind or None, ratio, measure)
