"""Units of a model: how many of ours one is, by the project or by the quantity itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from importers.ifc.step import Instance, Word
from importers.ifc.words import words

_TYPE, _PREFIX, _NAME = 1, 2, 3  # Of an SI unit.
_FACTOR = 3  # Of a unit based on a conversion.
_VALUE, _COMPONENT = 0, 1  # Of a measure with its unit.
_MAX_STEPS = 8


class Unit(msgspec.Struct, frozen=True):
    """A unit by its own name, and how many of ours one is."""

    name: str
    factor: Decimal


class Units:
    """The units of one model."""

    def __init__(self, instances: Mapping[int, Instance]) -> None:
        self._instances = instances
        self._of_project: dict[str, Unit] = {}
        for number in self._assigned():
            for measure, kind in words().kinds.items():
                instance = instances.get(number)
                if instance is not None and instance.at(_TYPE) == kind.unit:
                    unit = self.of(number, measure)
                    if unit is not None:
                        self._of_project.setdefault(measure, unit)

    def of_project(self, measure: str) -> Unit | None:
        """Return the unit of a measure that holds where a quantity has none of its own."""
        return self._of_project.get(measure)

    def of(self, number: int, measure: str) -> Unit | None:
        """Return a unit, None if it is none of this measure or cannot be read."""
        kind = words().kinds[measure]
        factor = Decimal(1)
        name = ""
        for _ in range(_MAX_STEPS):
            unit = self._instances.get(number)
            if unit is None or unit.at(_TYPE) != kind.unit:
                return None
            if unit.type == "IFCSIUNIT":
                scale = self._scale(unit, measure)
                if scale is None:
                    return None
                name = name or " ".join(filter(None, (_word(unit, _PREFIX), _word(unit, _NAME))))
                return Unit(name, factor.scaleb(scale))
            name = name or unit.text(2)
            step = self._step(unit)
            if step is None:
                return None
            times, number = step
            factor *= times
        return None

    def _scale(self, unit: Instance, measure: str) -> int | None:
        """Return the power of ten from an SI unit to ours."""
        kind = words().kinds[measure]
        prefix = _word(unit, _PREFIX)
        if _word(unit, _NAME) != kind.si or (prefix and prefix not in words().prefixes):
            return None
        return words().prefixes.get(prefix, 0) * kind.power + kind.scale

    def _step(self, unit: Instance) -> tuple[Decimal, int] | None:
        for number in unit.references(_FACTOR):
            measure = self._instances.get(number)
            if measure is None or measure.type != "IFCMEASUREWITHUNIT":
                continue
            times = measure.number_at(_VALUE)
            components = measure.references(_COMPONENT)
            if times is not None and times > 0 and components:
                return times, components[0]
        return None

    def _assigned(self) -> list[int]:
        """Return the units of the project, or those of the only list of units that there is."""
        lists = [each for each in self._instances.values() if each.type == "IFCUNITASSIGNMENT"]
        projects = [each for each in self._instances.values() if each.type == "IFCPROJECT"]
        meant = {number for project in projects for number in project.references(8)}
        chosen = [each for each in lists if each.number in meant] or lists[:1]
        return [number for each in chosen for number in each.references(0)]


def _word(instance: Instance, position: int) -> str:
    value = instance.at(position)
    return str(value) if isinstance(value, Word) else ""
