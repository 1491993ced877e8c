"""How green one class of a procurement standard is: in each unit, at least and at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import msgspec

from catalog.rules.exact import cut
from catalog.rules.pack_measures import GoodsClass
from catalog.rules.ratio.demands import Answer
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, UnitTable


class ClassResult(msgspec.Struct, frozen=True, kw_only=True):
    """A class in use: the least and the most of it that can be green, and the lines it has.

    The shares are the lowest over its units of measure, cut for showing, with the exact fraction
    beside. ``as_must`` answers what is asked of a class that must be chosen: is enough of it
    green; ``as_kind`` what is asked of any other: is it a green kind.
    """

    key: str
    name_zh: str
    name_en: str
    choice: str
    listed: bool
    clause: str
    least: Decimal
    least_exact: str
    most: Decimal
    most_exact: str
    as_must: Answer
    as_kind: Answer
    lines: tuple[str, ...]
    green_lines: tuple[str, ...]
    unknown_lines: tuple[str, ...]


@dataclass
class _Amount:
    """The quantities of a class in one dimension."""

    billed: Fraction = Fraction(0)
    delivered: Fraction = Fraction(0)
    green: Fraction = Fraction(0)
    maybe: Fraction = Fraction(0)

    def shares(self, stage: Stage) -> tuple[Fraction, Fraction] | None:
        """Return the least and the most green share; None where there is nothing to share."""
        total, limit = self.billed, self.billed
        if stage is Stage.COMPLETION:
            total, limit = max(self.billed, self.delivered), self.delivered
        if total <= 0:
            return None
        least = min(self.green, limit) / total
        most = min(self.green + self.maybe, limit) / total
        return _within(least), _within(most)


@dataclass
class _Class:
    """What is known of a class while its lines are being added."""

    amounts: dict[str, _Amount] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    green: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unmeasured: bool = False


def class_result(
    goods: GoodsClass, lines: list[RatioLine], units: UnitTable, stage: Stage, *, asked: Fraction
) -> ClassResult | None:
    """Judge one class of which the share ``asked`` must be green where it must be chosen.

    None where everything went back, so that none of it is in use.
    """
    summed = _summed(lines, units, stage)
    shares = [pair for each in summed.amounts.values() if (pair := each.shares(stage))]
    if not shares and not summed.unmeasured:
        return None
    least = min((low for low, _ in shares), default=Fraction(1))
    most = min((high for _, high in shares), default=Fraction(1))
    if summed.unmeasured:
        least = Fraction(0)
    any_green = any(high > 0 for _, high in shares) or summed.unmeasured
    return ClassResult(
        key=goods.key,
        name_zh=goods.name_zh,
        name_en=goods.name_en,
        choice=goods.choice,
        listed=goods.listed,
        clause=goods.clause,
        least=cut(least),
        least_exact=str(least),
        most=cut(most),
        most_exact=str(most),
        as_must=_enough(least, most, asked),
        as_kind=_kind(least, any_green=any_green),
        lines=tuple(sorted(summed.lines)),
        green_lines=tuple(sorted(summed.green)),
        unknown_lines=tuple(sorted(summed.unknown)),
    )


def _summed(lines: list[RatioLine], units: UnitTable, stage: Stage) -> _Class:
    """Add the lines up in one dimension where declared factors lead all there, else in each."""
    found = _Class()
    measured = []
    for line in lines:
        found.lines.append(line.id)
        unit = units.find(line.unit) if line.unit else None
        if unit is None:
            found.unmeasured = True
        else:
            measured.append((line, unit.dimension))
        _note(found, line, stage)
    dimensions = sorted({dimension for _, dimension in measured})
    for target in dimensions if len(dimensions) > 1 else ():
        base = units.base_of(target).key
        if all(_value(line, base, units) is not None for line, _ in measured):
            measured = [(line, target) for line, _ in measured]
            break
    for line, dimension in measured:
        value = _value(line, units.base_of(dimension).key, units)
        if value is not None:
            _add(found.amounts.setdefault(dimension, _Amount()), line, value, stage)
    if stage is Stage.COMPLETION:
        _drop_incomparable(found)
    return found


def _drop_incomparable(found: _Class) -> None:
    """What is billed in one dimension and came in another can be neither proven nor denied."""
    came = any(each.delivered for each in found.amounts.values())
    for dimension, each in list(found.amounts.items()):
        if came and not each.delivered and len(found.amounts) > 1:
            del found.amounts[dimension]
            found.unmeasured = True


def _value(line: RatioLine, unit: str, units: UnitTable) -> Fraction | None:
    converted = units.convert(line.quantity, line.unit or "", unit, declared=line.declared)
    return converted.value if isinstance(converted, Converted) else None


def _note(found: _Class, line: RatioLine, stage: Stage) -> None:
    """Keep which lines are green, and of which nobody knows."""
    if stage is Stage.DESIGN:
        if line.green_quantity is None:
            found.unknown.append(line.id)
        elif line.green_quantity > 0:
            found.green.append(line.id)
    elif line.role is Role.DELIVERED and line.green is not False:
        (found.unknown if line.green is None else found.green).append(line.id)


def _add(amount: _Amount, line: RatioLine, value: Fraction, stage: Stage) -> None:
    if line.role is Role.TOTAL:
        amount.billed += value
        if stage is Stage.DESIGN:
            _add_planned(amount, line, value)
        return
    amount.delivered += value
    if line.green:
        amount.green += value
    elif line.green is None:
        # Unknown goods that went back were green in the worst case, and not in the best.
        amount.green += min(value, Fraction(0))
        amount.maybe += abs(value)


def _add_planned(amount: _Amount, line: RatioLine, value: Fraction) -> None:
    if line.green_quantity is None:
        amount.maybe += value
    elif line.quantity:
        amount.green += value * _within(Fraction(line.green_quantity) / Fraction(line.quantity))


def _within(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def _enough(least: Fraction, most: Fraction, share: Fraction) -> Answer:
    if least >= share:
        return Answer.YES
    return Answer.NO if most < share else Answer.OPEN


def _kind(least: Fraction, *, any_green: bool) -> Answer:
    """A kind wholly green is chosen green, one without any is not; between, nothing is said."""
    if least == 1:
        return Answer.YES
    return Answer.OPEN if any_green else Answer.NO
