"""The mass of the declared unit, where the declaration itself says enough."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from catalog.records import EpdRecord
from importers.epd.tables import units


def with_mass(record: EpdRecord) -> EpdRecord:
    """Return the record with the mass of its declared unit, if that is stated or follows.

    It follows from a unit of mass, and from the density that belongs to the unit: kilograms per
    square metre for an area. The conversion factor to 1 kg is no help: sources use it both ways.
    """
    unit = units().get(record.declared_unit or "")
    if record.mass_kg is not None or unit is None or record.declared_quantity is None:
        return record
    per_unit = Decimal(unit.kg) if unit.kg else record.properties.get(unit.density or "")
    if per_unit is None:
        return record
    return msgspec.structs.replace(record, mass_kg=record.declared_quantity * per_unit)
