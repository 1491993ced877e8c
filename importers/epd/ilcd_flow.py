"""The data sets around a process: its flow, what the flow is measured in, and who is who."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from importers.epd.ilcd import Flow
from importers.epd.ilcd_names import (
    COMMON,
    CONTACT,
    FLOW,
    FLOW_PROPERTY,
    MATML,
    UNIT_GROUP,
)
from importers.epd.notes import DataSetError, Notes
from importers.epd.tables import indicators_by_uuid, shared, unit_of, words_of
from importers.epd.xml import Element, parse, text_of

UUID_IN_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
FOLDERS = ("processes", "flows", "flowproperties", "unitgroups", "contacts", "sources")
_VERSION_IN_NAME = re.compile(r"_(\d\d\.\d\d\.\d\d\d)\.xml$", re.IGNORECASE)
_REFERENCE = re.compile(r"""refObjectId\s*=\s*["']([^"']+)""")
_REMEMBERED = 1000
_LONGEST_CHAIN = 4  # A process leads to a flow, a property, a group of units, and their sources.


class Library:
    """The data sets of an archive by their identifiers; each is parsed when first asked for."""

    def __init__(self, names: list[str], read: Callable[[str], bytes]) -> None:
        self._read = read
        self._paths: dict[str, list[str]] = {}
        self._flows: dict[str, Flow | None] = {}
        self._names: dict[str, str | None] = {}
        self._texts: dict[str, str | None] = {}
        for name in names:
            if folder_of(name) in FOLDERS[1:]:
                for uuid in self._identifiers(name):
                    self._paths.setdefault(uuid.lower(), []).append(name)

    def flow(self, exchange_reference: Element, notes: Notes) -> Flow | None:
        """Return the flow that an exchange refers to."""
        path = self._path(exchange_reference)
        if path is None:
            return None
        if path not in self._flows:
            try:
                self._flows[path] = self._flow(self._root(path), notes)
            except DataSetError as error:
                notes.remark("ilcd-dependency-unread", path, error.code)
                self._flows[path] = None
        return self._flows[path]

    def name(self, reference: Element) -> str | None:
        """Return the name that a contact or source data set gives itself."""
        path = self._path(reference)
        if path is None:
            return None
        if path not in self._names:
            try:
                root = self._root(path)
            except DataSetError:
                return None
            tags = (f"{COMMON}shortName", f"{COMMON}name", f"{CONTACT}shortName")
            found = (one.text for one in root.iter(*tags) if one.text and one.text.strip())
            self._names[path] = next(found, None)
        return self._names[path]

    def around(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the path and text of every data set that the text of a process leads to.

        The data sets of indicators are left out: every declaration shares them.
        """
        seen = set(indicators_by_uuid())
        texts = [text]
        for _ in range(_LONGEST_CHAIN):
            found = [uuid.lower() for one in texts for uuid in _REFERENCE.findall(one)]
            texts = []
            for uuid in dict.fromkeys(found):
                if uuid in self._paths and uuid not in seen:
                    for path in self._paths[uuid]:
                        if one := self._text(path):
                            texts.append(one)
                            yield path, one
                seen.add(uuid)

    def _text(self, path: str) -> str | None:
        """Return a data set as text, None if it is broken."""
        if len(self._texts) > _REMEMBERED:
            self._texts.clear()
        if path not in self._texts:
            content = self._read(path)
            try:
                self._texts[path] = text_of(content, parse(content))
            except DataSetError:
                self._texts[path] = None
        return self._texts[path]

    def _identifiers(self, name: str) -> list[str]:
        """Return what a file's name says it is or, where it says nothing, the file itself."""
        if found := UUID_IN_NAME.findall(name):
            return found[-1:]
        try:
            root = parse(self._read(name))
        except DataSetError:
            return []
        return [one.text.strip() for one in root.iter(f"{COMMON}UUID") if one.text][:1]

    def _path(self, reference: Element) -> str | None:
        paths = self._paths.get((reference.get("refObjectId") or "").lower())
        if not paths:
            return None
        version = reference.get("version")
        return max(paths, key=lambda path: (_version(path) == version, _version(path) or ""))

    def _root(self, path: str) -> Element:
        return parse(self._read(path))

    def _flow(self, root: Element, notes: Notes) -> Flow | None:
        reference = root.findtext(f".//{FLOW}referenceToReferenceFlowProperty")
        quantity, unit = None, None
        contents = {}
        for one in root.iter(f"{FLOW}flowProperty"):
            value = notes.property(one.findtext(f"{FLOW}meanValue"), "meanValue")
            link = one.find(f"{FLOW}referenceToFlowPropertyDataSet")
            if value is None or link is None:
                continue
            uuid = (link.get("refObjectId") or "").lower()
            if name := shared().contents.get(uuid):
                contents[name] = value
            if reference is not None and one.get("dataSetInternalID") == reference.strip():
                quantity, unit = value, self._unit(link, uuid)
        if quantity is None:
            return None
        if unit is None:
            notes.remark("epd-unknown-unit", "referenceToFlowPropertyDataSet")
        properties = _properties(root, notes)
        return Flow(quantity=quantity, unit=unit, contents=contents, properties=properties)

    def _unit(self, link: Element, uuid: str) -> str | None:
        """Return the reference unit, through the property and its group, or as all share it."""
        try:
            if path := self._path(link):
                group = next(
                    self._root(path).iter(f"{FLOW_PROPERTY}referenceToReferenceUnitGroup"), None
                )
                if group is not None and (path := self._path(group)):
                    root = self._root(path)
                    main = root.findtext(f".//{UNIT_GROUP}referenceToReferenceUnit")
                    for unit in root.iter(f"{UNIT_GROUP}unit"):
                        if main is not None and unit.get("dataSetInternalID") == main.strip():
                            written = (unit.findtext(f"{UNIT_GROUP}name") or "").strip()
                            return unit_of(written) or written or None
        except DataSetError:
            pass  # What cannot be read says nothing; the shared properties are known anyway.
        return shared().flow_properties.get(uuid)


def folder_of(path: str) -> str | None:
    """Return the folder in which a data set lies, if it is one of a data set's."""
    parts = path.replace("\\", "/").lower().split("/")
    return parts[-2] if len(parts) > 1 and path.lower().endswith(".xml") else None


def _version(path: str) -> str | None:
    found = _VERSION_IN_NAME.search(path)
    return found[1] if found else None


def _properties(root: Element, notes: Notes) -> dict[str, Decimal]:
    """Return the material properties; one that is no plain number is left to the document."""
    known: dict[str, str] = words_of("ilcd")["properties"]
    names = {
        one.get("id"): (one.findtext(f"{MATML}Name") or "").strip()
        for one in root.iter(f"{MATML}PropertyDetails")
    }
    found = {}
    for one in root.iter(f"{MATML}PropertyData"):
        written = names.get(one.get("property")) or ""
        name = known.get(written.casefold())
        if name is None:
            notes.remark("epd-unknown-property", written or "property")
            continue
        value = notes.property(one.findtext(f"{MATML}Data"), written)
        if value is not None:
            found[name] = value
    return found
