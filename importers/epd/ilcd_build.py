"""Build ILCD data sets: elements by namespace and name, references, texts in languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree

from catalog.records import EpdOrganisation, LocalText
from importers.epd.ilcd_names import (
    COMMON,
    EPD_2013,
    EPD_2019,
    EPD_2024,
    FLOW,
    MATML,
    PROCESS,
    XML_LANGUAGE,
)
from importers.epd.xml import Element

_PREFIXES = {"common": COMMON, "epd": EPD_2013, "epd2": EPD_2019, "epd24": EPD_2024}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def root(namespace: str, name: str) -> Element:
    """Return the root of a data set."""
    prefixes: dict[str | None, str] = {None: namespace[1:-1]}
    prefixes |= {prefix: uri[1:-1] for prefix, uri in _PREFIXES.items()}
    if namespace == FLOW:
        prefixes["mm"] = MATML[1:-1]
    # The stubs know no default namespace.
    element = etree.Element(f"{namespace}{name}", nsmap=prefixes)  # type: ignore[arg-type]
    element.set("version", "1.1")
    if namespace == PROCESS:
        element.set(f"{EPD_2019}epd-version", "1.3")
    return element


def add(parent: Element, tag: str, text: object = None, **attributes: str | None) -> Element:
    """Add a child with its text and those attributes that say something."""
    child = etree.SubElement(parent, tag)
    if text is not None:
        child.text = str(text)
    for name, value in attributes.items():
        if value is not None:
            child.set(name, value)
    return child


def at(parent: Element, *path: str) -> Element:
    """Return the element at a path below a parent, added where it is not there yet."""
    for tag in path:
        found = parent.find(tag)
        parent = etree.SubElement(parent, tag) if found is None else found
    return parent


def add_texts(parent: Element, tag: str, texts: Iterable[LocalText]) -> None:
    """Add one element for each text, with its language."""
    for text in texts:
        child = add(parent, tag, text.text)
        if text.language is not None:
            child.set(XML_LANGUAGE, text.language)


def refer(parent: Element, tag: str, kind: str, name: str | None, uuid: str | None) -> Element:
    """Add a reference to a data set by its UUID, its name, or both."""
    reference = add(parent, tag, type=kind, refObjectId=uuid)
    if name is not None:
        add(reference, f"{COMMON}shortDescription", name)
    return reference


def refer_to_party(parent: Element, tag: str, party: EpdOrganisation) -> bool:
    """Add a reference to a contact; return False if its identifier is none that ILCD knows."""
    is_uuid = party.identifier is not None and is_uuid_text(party.identifier)
    name = party.name or party.identifier
    refer(parent, tag, "contact data set", name, party.identifier if is_uuid else None)
    return is_uuid or party.identifier is None or party.name is None


def is_uuid_text(text: str) -> bool:
    """Return whether a text is a UUID."""
    return _UUID.fullmatch(text) is not None


def made_uuid(*parts: str) -> str:
    """Return the UUID that always stands for these parts."""
    return str(uuid5(UUID(str(NAMESPACE_URL)), "\n".join(("lucai", *parts))))


def content_of(element: Element) -> bytes:
    """Return a data set as the bytes of a file."""
    etree.indent(element)
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")
