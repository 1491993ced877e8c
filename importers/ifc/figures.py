"""The quantities that a model states of an element, each in our unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from importers.ifc.model import Element, Model
from importers.ifc.notes import Notes
from importers.ifc.step import Instance
from importers.ifc.units import Unit, Units
from importers.ifc.words import words

_QUANTITIES = 5  # Of an element quantity.
_NAME, _SET_NAME = 0, 2
_UNIT, _VALUE = 2, 3
_STANDARD_SETS = ("BASEQUANTITIES", "QTO_")
_READABLE = 18
_MILLIONTH = Decimal("0.000001")


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity of one element; ``value`` is in our unit, ``written`` as the file has it."""

    name: str
    measure: str
    value: Decimal
    written: str
    is_own: bool

    @property
    def shown(self) -> str:
        """The figure as a person reads it."""
        return f"{plain(self.value)} {words().units[self.measure]}"


class Figures:
    """Reads the quantities of one model; what it passes over is counted."""

    def __init__(self, model: Model, units: Units) -> None:
        self._instances: Mapping[int, Instance] = model.instances
        self._units = units
        self.passed_over: dict[str, int] = {}
        self.converted: dict[tuple[str, str], tuple[Decimal, int]] = {}

    def of(self, element: Element, notes: Notes) -> dict[str, list[Figure]]:
        """Return the figures of an element by their names in the standard.

        Its own go before those of its type, and the standard's before those of other sets. What
        is stated twice with two values is there twice.
        """
        found: dict[str, list[Figure]] = {}
        for numbers in (element.sets, element.sets_of_type):
            sets = [self._instances[each] for each in numbers if each in self._instances]
            quantity_sets = [each for each in sets if each.type == "IFCELEMENTQUANTITY"]
            for each in sorted(quantity_sets, key=_is_own):
                self._read(each, element, found, notes)
        return found

    def _read(
        self, each: Instance, element: Element, found: dict[str, list[Figure]], notes: Notes
    ) -> None:
        for number in each.references(_QUANTITIES):
            quantity = self._instances.get(number)
            if quantity is None:
                continue
            figure = self._figure(quantity, element, notes, is_own=_is_own(each))
            if figure is None:
                continue
            others = found.setdefault(figure.name, [])
            if others and others[0].is_own is figure.is_own and others[0].value != figure.value:
                facts = {"one": others[0].shown, "other": figure.shown}
                notes.remark("ifc-quantity-twice", element, column=figure.name, facts=facts)
            if not others or others[0].is_own is figure.is_own:
                others.append(figure)

    def _figure(
        self, quantity: Instance, element: Element, notes: Notes, *, is_own: bool
    ) -> Figure | None:
        written = quantity.text(_NAME)
        measure = words().measure_of.get(quantity.type)
        name = words().name_of.get((measure or "", written))
        if measure is None or name is None:
            self.passed_over[written or quantity.type] = (
                self.passed_over.get(written or quantity.type, 0) + 1
            )
            return None
        value = quantity.number_at(_VALUE)
        if value is None or value <= 0:
            facts = {"stated": "—" if value is None else plain(value)}
            notes.remark("ifc-figure-not-used", element, column=written, facts=facts)
            return None
        unit = self._unit(quantity, measure)
        if unit is None:
            facts = {"stated": plain(value)}
            notes.remark_on_all("ifc-no-unit", element, column=written, facts=facts)
            return None
        if unit.factor != 1:
            factor, count = self.converted.get((measure, unit.name), (unit.factor, 0))
            self.converted[measure, unit.name] = (factor, count + 1)
        return Figure(
            name=name,
            measure=measure,
            value=value * unit.factor,
            written=written,
            is_own=is_own,
        )

    def _unit(self, quantity: Instance, measure: str) -> Unit | None:
        own = quantity.references(_UNIT)
        return self._units.of(own[0], measure) if own else self._units.of_project(measure)


def taken(figures: Mapping[str, list[Figure]], measure: str) -> list[Figure]:
    """Return the figures of a measure that an element states, the better first."""
    names = [figure.name for figure in words().figures_of(measure)]
    return [figure for name in names for figure in figures.get(name, ())]


def plain(value: Decimal) -> str:
    """Return a number as a person reads it: no powers of ten, no noise behind the sixth place."""
    if abs(value.adjusted()) >= _READABLE:
        return f"{value:.6e}"
    text = f"{value.quantize(_MILLIONTH):f}"
    return text.rstrip("0").rstrip(".")


def _is_own(quantity_set: Instance) -> bool:
    return not quantity_set.text(_SET_NAME).upper().startswith(_STANDARD_SETS)
