"""soda4LCA JSON: an ILCD+EPD process data set in other clothes, read as one.

The tree is that of the XML. Texts in several languages are lists of ``value`` and ``lang``,
extensions are lists called ``anies``, and the reference flow's data set stands in its exchange.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import etree

from catalog.records import EpdRecord
from importers.epd.ilcd import Flow, Surroundings, read_process
from importers.epd.ilcd_names import (
    COMMON,
    EPD_2013,
    EPD_2019,
    EPD_2024,
    PROCESS,
    XML_LANGUAGE,
)
from importers.epd.json_text import documents, fields, has_field, value_of
from importers.epd.notes import DataSetError, Notes
from importers.epd.reading import outcomes
from importers.epd.tables import shared, unit_of, words_of
from importers.epd.xml import Element
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile

_FIELDS = fields("processInformation", "modellingAndValidation", "LCIAResults")
_ANIES = "anies"
# What the service adds to an exchange; it is read with the reference flow.
_RESOLVED = ("flowProperties", "materialProperties")
_NAMESPACES = {
    COMMON: (
        "UUID", "class", "classification", "generalComment", "other", "shortDescription",
        "referenceYear", "dataSetValidUntil", "timeRepresentativenessDescription",
        "dataSetVersion", "registrationNumber", "referenceToRegistrationAuthority",
        "referenceToOwnershipOfDataSet", "referenceToComplianceSystem",
        "referenceToNameOfReviewerAndInstitution", "permanentDataSetURI",
    ),
    EPD_2013: ("amount", "scenarios", "scenario", "subType", "referenceToUnitGroupDataSet"),
    EPD_2019: ("publicationDateOfEPD", "referenceToPublisher"),
    EPD_2024: ("expirationDateOfEPD", "productId", "contact", "manufacturer"),
}  # fmt: skip
_TAGS = {name: space + name for space, names in _NAMESPACES.items() for name in names}
_ANY_ATTRIBUTES = ("dataSetInternalID", "refObjectId", "version", "type", "location", "level")
_ATTRIBUTES = {
    _TAGS["scenario"]: ("name", "group", "default"),
    _TAGS["classification"]: ("name",),
}
_OF_ROOT = ("version", "locations", "otherAttributes", "epd-version", "epdVersion")
# They say again what the rest says.
_SAID_TWICE = ("uri", "classId", "classes", "referenceFlow", "resultingflowAmount", "typeOfFlow")
_MOMENTS = ("publicationDateOfEPD", "expirationDateOfEPD")
_DEEPEST = 60


def is_soda(source: SourceFile) -> bool:
    """Return whether a file is JSON with fields of a process data set."""
    return has_field(source, _FIELDS)


def read_soda(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of a JSON file, of one data set or a list.

    Raises:
        ImportRefusedError: It is no JSON.
    """
    del lookups, placement  # A declaration belongs to no building.
    texts = documents(source)
    if not texts:
        raise refusal("table-without-rows")
    yield from outcomes(
        ((None, partial(_read, text)) for text in texts), batch_rows=batch_rows, total=len(texts)
    )


def _read(text: str, notes: Notes) -> EpdRecord | None:
    content = value_of(text)
    if not isinstance(content, dict):
        notes.refuse("epd-not-a-document", None, content)
        return None
    tree = _Tree(notes)
    try:
        for name, value in content.items():
            if name not in _OF_ROOT:
                tree.grow(tree.root, name, value)
    except ValueError as error:
        # A text of JSON may hold what no text of XML can, such as a zero byte.
        raise DataSetError("json-broken", problem=str(error)) from error
    around = Surroundings(flow=tree.flow)
    return read_process(tree.root, notes, around, form="soda-json", document=text)


class _Tree:
    """A data set grown into the elements that its XML would have."""

    def __init__(self, notes: Notes) -> None:
        self.root = etree.Element(f"{PROCESS}processDataSet")
        self._notes = notes
        self._resolved: dict[str, Mapping[str, Any]] = {}

    def grow(self, parent: Element, name: str, value: object, depth: int = 0) -> None:
        """Add what a field says below an element."""
        if depth > _DEEPEST:
            raise DataSetError("json-broken", problem="depth")
        if isinstance(value, list):
            for one in value:
                self.grow(parent, name, one, depth + 1)
        elif name == _ANIES:
            self._grow_extension(parent, value, depth)
        elif value is not None:
            tag = name.replace(" ", "")
            element = etree.SubElement(parent, _TAGS.get(tag, PROCESS + tag))
            if isinstance(value, dict):
                self._fill(element, value, depth)
            else:
                element.text = _plain(value)

    def flow(self, reference: Element, notes: Notes) -> Flow | None:
        """Return the reference flow as the service resolved it."""
        exchange = reference.getparent()
        number = exchange.get("dataSetInternalID") if exchange is not None else None
        content = self._resolved.get(number or "")
        return _flow(content, notes) if content is not None else None

    def _fill(self, element: Element, content: Mapping[str, Any], depth: int) -> None:
        is_text = "value" in content or "lang" in content
        for name, value in content.items():
            is_plain = not isinstance(value, dict | list)
            if value is None or name in _SAID_TWICE:
                continue
            if name in _RESOLVED:
                self._resolved.setdefault(_plain(content.get("dataSetInternalID")), content)
            elif not is_plain:
                self.grow(element, name, value, depth + 1)
            elif name == "lang":
                element.set(XML_LANGUAGE, _plain(value))
            elif name == "value" and is_text:
                element.text = _plain(value)
            elif name in _ATTRIBUTES.get(element.tag, _ANY_ATTRIBUTES):
                space = EPD_2013 if element.tag == _TAGS["scenario"] else ""
                element.set(space + name, _plain(value))
            else:
                self.grow(element, name, value, depth + 1)

    def _grow_extension(self, parent: Element, value: object, depth: int) -> None:
        """Add one of ``anies``: an amount, a named value, or an object without a name."""
        if not isinstance(value, dict):
            self._notes.remark("unknown-field", _ANIES, value)
        elif "module" in value:
            amount = etree.SubElement(parent, _TAGS["amount"])
            for name in ("module", "scenario"):
                if value.get(name) is not None:
                    amount.set(EPD_2013 + name, _plain(value[name]))
            amount.text = _plain(value.get("value"))
        elif isinstance(value.get("name"), str):
            name, said = value["name"], value.get("value")
            if name in _MOMENTS and isinstance(said, Decimal):
                said = _day(said, name, self._notes)
            self.grow(parent, name, said, depth + 1)
        else:
            for name, said in value.items():
                self.grow(parent, name, said, depth + 1)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _day(moment: Decimal, field: str, notes: Notes) -> str | None:
    """Return the day that a moment in milliseconds stands for.

    The service turns a day into its midnight where the service stands, so that in universal time
    it may fall on the day before; the nearest midnight is the day that was meant.
    """
    try:
        at = dt.datetime.fromtimestamp(int(moment) / 1000, tz=dt.UTC)
        day = (at + dt.timedelta(hours=12)).date()
    except (ValueError, OverflowError, OSError):
        notes.refuse("bad-date", field, moment)
        return None
    if at.time() != dt.time():
        notes.remark("epd-day-from-moment", field, at.isoformat(), day=day.isoformat())
    return day.isoformat()


def _flow(content: Mapping[str, Any], notes: Notes) -> Flow | None:
    quantity, unit = None, None
    contents = {}
    for one in _objects(content.get("flowProperties")):
        uuid = _plain(one.get("uuid")).lower()
        value = notes.number(one.get("meanValue"), "meanValue")
        if value is None:
            continue
        if name := shared().contents.get(uuid):
            contents[name] = value
        if one.get("referenceFlowProperty") is True:
            written = notes.text(one.get("referenceUnit"), "referenceUnit")
            quantity = value
            unit = (unit_of(written) or written) if written else shared().flow_properties.get(uuid)
    if quantity is None:
        return None
    if unit is None:
        notes.remark("epd-unknown-unit", "referenceUnit")
    return Flow(
        quantity=quantity,
        unit=unit,
        contents=contents,
        properties=dict(_properties(content, notes)),
    )


def _properties(content: Mapping[str, Any], notes: Notes) -> Iterator[tuple[str, Decimal]]:
    known: dict[str, str] = words_of("ilcd")["properties"]
    for one in _objects(content.get("materialProperties")):
        written = _plain(one.get("name")).strip()
        name = known.get(written.casefold())
        if name is None:
            notes.remark("epd-unknown-property", written or "property")
        elif (value := notes.property(one.get("value"), written)) is not None:
            yield name, value


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
