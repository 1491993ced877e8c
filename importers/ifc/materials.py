"""What an element is made of: one material, layers, shares, or a list without shares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from importers.ifc.step import Instance, Word
from importers.ifc.units import Unit

_THICKNESS, _VENTILATED = 1, 2
_MATERIAL_OF_LAYER, _MATERIAL_OF_OTHERS = 0, 2
_FRACTION = 3
_MAX_STEPS = 4
_PARTS_AT = {
    "IFCMATERIALLAYERSET": 0,
    "IFCMATERIALLIST": 0,
    "IFCMATERIALPROFILESET": 2,
    "IFCMATERIALCONSTITUENTSET": 2,
}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A material in an element; ``thickness`` in metres. An air layer has none to buy."""

    name: str
    thickness: Decimal | None = None
    fraction: Decimal | None = None
    is_air: bool = False


class Composition(msgspec.Struct, frozen=True, kw_only=True):
    """All materials of an element, as far as they can be read."""

    parts: list[Part] = []
    is_layered: bool = False

    @property
    def names(self) -> list[str]:
        """The materials, each once."""
        return list(dict.fromkeys(part.name for part in self.parts if part.name))

    @property
    def thickness(self) -> Decimal | None:
        """The thickness of all layers together, None if one is not stated."""
        if not self.is_layered or any(part.thickness is None for part in self.parts):
            return None
        return sum((part.thickness for part in self.parts if part.thickness), Decimal(0)) or None

    def has_whole_fractions(self, slack: Decimal) -> bool:
        """Return whether the shares of all materials are stated and make one whole."""
        shares = [part.fraction for part in self.parts]
        stated = [share for share in shares if share is not None and share > 0]
        return (
            bool(stated) and len(stated) == len(shares) and abs(sum(stated, Decimal(-1))) <= slack
        )


def composition(
    instances: Mapping[int, Instance], numbers: list[int], length: Unit | None
) -> Composition:
    """Return what an element is made of."""
    compositions = [_composition(instances, number, length) for number in dict.fromkeys(numbers)]
    found = [each for each in compositions if each.parts]
    if len(found) == 1:
        return found[0]
    # Two statements about one element give no shares: they are a list.
    return Composition(parts=[Part(name=name) for each in found for name in each.names])


def _composition(
    instances: Mapping[int, Instance], number: int, length: Unit | None
) -> Composition:
    for _ in range(_MAX_STEPS):
        instance = instances.get(number)
        if instance is None or "USAGE" not in instance.type:
            break
        number = next(iter(instance.references(0)), 0)
    if instance is None:
        return Composition()
    if instance.type == "IFCMATERIAL":
        return Composition(parts=[Part(name=instance.text(0))])
    if instance.type in ("IFCMATERIALLAYER", "IFCMATERIALLAYERWITHOFFSETS"):
        return Composition(parts=[_part(instances, instance, length)], is_layered=True)
    if instance.type not in _PARTS_AT:
        return Composition()
    members = [
        instances[each]
        for each in instance.references(_PARTS_AT[instance.type])
        if each in instances
    ]
    return Composition(
        parts=[_part(instances, member, length) for member in members],
        is_layered=instance.type == "IFCMATERIALLAYERSET",
    )


def _part(instances: Mapping[int, Instance], member: Instance, length: Unit | None) -> Part:
    if member.type == "IFCMATERIAL":
        return Part(name=member.text(0))
    is_layer = member.type.startswith("IFCMATERIALLAYER")
    at = _MATERIAL_OF_LAYER if is_layer else _MATERIAL_OF_OTHERS
    materials = [instances[each] for each in member.references(at) if each in instances]
    name = next((each.text(0) for each in materials if each.type == "IFCMATERIAL"), "")
    if not is_layer:
        is_constituent = member.type == "IFCMATERIALCONSTITUENT"
        fraction = member.number_at(_FRACTION) if is_constituent else None
        return Part(name=name or member.text(0), fraction=fraction)
    thickness = member.number_at(_THICKNESS)
    ventilated = member.at(_VENTILATED)
    return Part(
        name=name,
        thickness=thickness * length.factor if thickness and thickness > 0 and length else None,
        is_air=isinstance(ventilated, Word) and ventilated == "T",
    )
