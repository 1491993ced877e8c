"""A building model: its elements, and what relations say of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

import msgspec

from importers.ifc.step import Instance, StepFile
from importers.ifc.words import words

_RELATED, _RELATING = 4, 5  # Of every relation but those of parts.
_WHOLE, _PARTS = 4, 5
_OF_PARTS = ("IFCRELAGGREGATES", "IFCRELNESTS", "IFCRELDECOMPOSES")
_RELATIONS = {
    *_OF_PARTS, "IFCRELASSOCIATESMATERIAL", "IFCRELCONTAINEDINSPATIALSTRUCTURE",
    "IFCRELDEFINESBYPROPERTIES", "IFCRELDEFINESBYTYPE",
}  # fmt: skip
_RESOURCES = {
    "IFCCONVERSIONBASEDUNIT", "IFCCONVERSIONBASEDUNITWITHOFFSET", "IFCELEMENTQUANTITY",
    "IFCMATERIAL", "IFCMATERIALCONSTITUENT", "IFCMATERIALCONSTITUENTSET", "IFCMATERIALLAYER",
    "IFCMATERIALLAYERSET", "IFCMATERIALLAYERSETUSAGE", "IFCMATERIALLAYERWITHOFFSETS",
    "IFCMATERIALLIST", "IFCMATERIALPROFILE", "IFCMATERIALPROFILESET",
    "IFCMATERIALPROFILESETUSAGE", "IFCMATERIALPROFILESETUSAGETAPERING",
    "IFCMATERIALPROFILEWITHOFFSETS", "IFCMEASUREWITHUNIT", "IFCPHYSICALCOMPLEXQUANTITY",
    "IFCPROJECT", "IFCQUANTITYCOUNT", "IFCQUANTITYTIME", "IFCSIUNIT", "IFCUNITASSIGNMENT",
}  # fmt: skip
_TYPES = ("TYPE", "STYLE")
_SETS_OF_TYPE = 5
_NAME, _OBJECT_TYPE, _TAG = 2, 4, 7
_ID = re.compile(r":(\d+)(?=$|[ :])")
_SERIAL = re.compile(r"(.*\S)-(\d{1,4})")
_FEWEST_IN_SERIES = 3


def is_wanted(name: str) -> bool:
    """Return whether a take-off needs a type; shapes, most of a model, are passed over."""
    return name in _wanted() or name.endswith(_TYPES)


@cache
def _wanted() -> frozenset[str]:
    known = {*_RELATIONS, *_RESOURCES, *words().without_goods.classes}
    return frozenset(known | words().sort_of.keys() | words().measure_of.keys())


class Element(msgspec.Struct, kw_only=True):
    """One element that brings goods, or a part of one.

    ``name`` is that of its type, without the numbers that a program gives to every element;
    ``label`` tells it from others of the same name.
    """

    number: int
    kind: str
    row: int
    name: str
    label: str
    sets: list[int] = []
    sets_of_type: list[int] = []
    materials: list[int] = []
    parts: list[int] = []
    whole: int | None = None


class Model:
    """The elements of a file in their order, and what is wrong with its relations.

    ``identifier`` is the one that the program gave the project of this model.
    """

    def __init__(self, file: StepFile) -> None:
        self.instances: Mapping[int, Instance] = file.instances
        self.elements: dict[int, Element] = {}
        self.without_goods: dict[str, int] = {}
        self.identifier = ""
        self.dangling: list[int] = []
        self.unknown: list[tuple[int, int]] = []
        self._numbers: Collection[int] = file.numbers
        self._types: dict[int, int] = {}
        relations: list[Instance] = []
        for instance in file.instances.values():
            if instance.type in words().sort_of:
                self._add(instance)
            elif instance.type == "IFCPROJECT":
                self.identifier = self.identifier or instance.text(0)
            elif instance.type in _RELATIONS:
                relations.append(instance)
            elif instance.type in words().without_goods.classes:
                self.without_goods[instance.type] = self.without_goods.get(instance.type, 0) + 1
        for relation in relations:
            self._relate(relation)
        self._name_by_type()
        self._name_series()

    def _add(self, instance: Instance) -> None:
        written, tag = instance.text(_NAME), instance.text(_TAG)
        name, given = _without_id(written, tag)
        name = name or instance.text(_OBJECT_TYPE) or instance.type
        own = written if written != name and not given else ""
        label = own or tag or given or f"#{instance.number}"
        self.elements[instance.number] = Element(
            number=instance.number, kind=instance.type, row=instance.row, name=name, label=label
        )

    def _relate(self, relation: Instance) -> None:
        related = self._known(relation, _RELATED)
        relating = self._known(relation, _RELATING)
        if relation.type in _OF_PARTS:
            self._join(relation, relating)
            return
        for number in related:
            element = self.elements.get(number)
            if relation.type == "IFCRELCONTAINEDINSPATIALSTRUCTURE":
                if number not in self.instances:
                    self.unknown.append((number, relation.row))
            elif element is None:
                continue
            elif relation.type == "IFCRELASSOCIATESMATERIAL":
                element.materials += relating
            elif relation.type == "IFCRELDEFINESBYPROPERTIES":
                element.sets += relating
            elif relating:
                self._types[number] = relating[0]

    def _join(self, relation: Instance, parts: list[int]) -> None:
        for whole in relation.references(_WHOLE):
            if whole not in self.elements:
                continue  # Storeys, spaces and the like have no quantities that count.
            for number in parts:
                part = self.elements.get(number)
                if part is not None and part.whole is None:
                    part.whole = whole
                    self.elements[whole].parts.append(number)

    def _known(self, relation: Instance, position: int) -> list[int]:
        found = relation.references(position)
        known = [number for number in found if number in self._numbers]
        if len(known) < len(found):
            self.dangling.append(relation.row)
        return known

    def _name_by_type(self) -> None:
        """Take names, materials and quantities from the types of elements."""
        materials: dict[int, list[int]] = {}
        for instance in self.instances.values():
            if instance.type == "IFCRELASSOCIATESMATERIAL":
                for number in instance.references(_RELATED):
                    materials.setdefault(number, []).extend(instance.references(_RELATING))
        for number, type_number in self._types.items():
            element, kind = self.elements[number], self.instances.get(type_number)
            element.materials = element.materials or materials.get(type_number, [])
            if kind is None or not kind.type.endswith(_TYPES):
                continue
            element.sets_of_type = kind.references(_SETS_OF_TYPE)
            written = self.instances[number].text(_NAME)
            name, given = _without_id(written, self.instances[number].text(_TAG))
            if not given and kind.text(_NAME):
                element.name = _without_id(kind.text(_NAME), "")[0] or element.name
                element.label = name or element.label

    def _name_series(self) -> None:
        """Take elements that are only numbered through (rafter-1, rafter-2, …) for one type."""
        series: dict[tuple[str, str], dict[int, list[Element]]] = {}
        for element in self.elements.values():
            found = _SERIAL.fullmatch(element.name)
            if found:
                members = series.setdefault((element.kind, found[1]), {})
                members.setdefault(int(found[2]), []).append(element)
        for (_, stem), members in series.items():
            is_whole = max(members) - min(members) + 1 == len(members) >= _FEWEST_IN_SERIES
            for element in (each for same in members.values() for each in same if is_whole):
                element.label, element.name = element.name, stem


def _without_id(name: str, tag: str) -> tuple[str, str]:
    """Return a name without the number that a program gave the element, and that number."""
    for found in reversed(list(_ID.finditer(name))):
        if found[1] == tag or len(found[1]) >= words().limits.id_digits:
            return " ".join((name[: found.start()] + name[found.end() :]).split()), found[1]
    return name, ""
