"""Build the product flow of a declaration: the declared unit, its mass, its material properties."""

from __future__ import annotations

from decimal import Decimal

from catalog.records import EpdRecord
from importers.epd import ilcd_build as xml
from importers.epd.exported import LeftOut
from importers.epd.ilcd_build import add, add_texts, at, refer
from importers.epd.ilcd_names import COMMON, FLOW, MATML
from importers.epd.tables import shared, words_of
from importers.epd.xml import Element

_MASS = "mass kg"
_PROPERTY = "flow property data set"


def flow_of(record: EpdRecord, uuid: str, left_out: LeftOut) -> Element | None:
    """Return the data set of what is declared, None if no declared unit can be written."""
    if record.declared_quantity is None or record.declared_unit is None:
        return None
    main = _first(shared().flow_properties, record.declared_unit)
    if main is None:
        left_out.note("export-unit-not-allowed", "declared unit", unit=record.declared_unit)
        return None
    measures: dict[str, Decimal] = {main: record.declared_quantity}
    properties = dict(record.properties)
    if record.mass_kg is not None:
        properties = {_MASS: record.mass_kg, **properties}
    materials: dict[str, Decimal] = {}
    known = {ours: theirs for theirs, ours in words_of("ilcd")["properties"].items()}
    for name, value in properties.items():
        content = _first(shared().contents, name)
        if content is not None:
            # Of a mass that is the declared quantity itself nothing more is to be said.
            measures.setdefault(content, value)
        elif name in known:
            materials[known[name]] = value
        else:
            left_out.note("export-left-out", name)
    return _data_set(record, uuid, measures, materials)


def _data_set(
    record: EpdRecord, uuid: str, measures: dict[str, Decimal], materials: dict[str, Decimal]
) -> Element:
    root = xml.root(FLOW, "flowDataSet")
    information = add(root, f"{FLOW}flowInformation")
    described = add(information, f"{FLOW}dataSetInformation")
    add(described, f"{COMMON}UUID", uuid)
    add_texts(add(described, f"{FLOW}name"), f"{FLOW}baseName", record.names)
    if materials:
        _add_materials(add(described, f"{COMMON}other"), materials)
    reference = add(information, f"{FLOW}quantitativeReference")
    add(reference, f"{FLOW}referenceToReferenceFlowProperty", 0)
    method = at(root, f"{FLOW}modellingAndValidation", f"{FLOW}LCIMethod")
    add(method, f"{FLOW}typeOfDataSet", "Product flow")
    owned = at(root, f"{FLOW}administrativeInformation", f"{FLOW}publicationAndOwnership")
    add(owned, f"{COMMON}dataSetVersion", "00.00.000")
    found = add(root, f"{FLOW}flowProperties")
    for number, (property_uuid, value) in enumerate(measures.items()):
        one = add(found, f"{FLOW}flowProperty", dataSetInternalID=str(number))
        refer(one, f"{FLOW}referenceToFlowPropertyDataSet", _PROPERTY, None, property_uuid)
        add(one, f"{FLOW}meanValue", value)
    return root


def _add_materials(parent: Element, materials: dict[str, Decimal]) -> None:
    document = add(parent, f"{MATML}MatML_Doc")
    details = at(document, f"{MATML}Material", f"{MATML}BulkDetails")
    add(details, f"{MATML}Name", "")
    known = add(document, f"{MATML}Metadata")
    for number, (name, value) in enumerate(materials.items()):
        mark = f"pr{number}"
        data = add(details, f"{MATML}PropertyData", property=mark)
        add(data, f"{MATML}Data", value, format="float")
        add(add(known, f"{MATML}PropertyDetails", id=mark), f"{MATML}Name", name)


def _first(names: dict[str, str], wanted: str) -> str | None:
    return next((uuid for uuid, name in names.items() if name == wanted), None)
