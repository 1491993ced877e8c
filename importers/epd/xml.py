"""XML that others wrote, parsed without trust: no entities, no network, no endless depth."""

from __future__ import annotations

from lxml import etree

from importers.epd.notes import DataSetError
from importers.remarks import without_comments

Element = etree._Element  # lxml gives its class of elements no public name.

_ENTITY_ERRORS = ("entity", "entities")
_TOO_DEEP = "depth"


def parse(content: bytes) -> Element:
    """Return the root element.

    Raises:
        DataSetError: It is not well-formed, declares a document type, or is nested too deeply.
    """
    # Blank text and comments only cost time: what a data set says stands in its elements.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        problem = str(error)
        if _TOO_DEEP in problem:
            raise DataSetError("xml-too-deep") from error
        if any(word in problem for word in _ENTITY_ERRORS):
            raise DataSetError("xml-entities") from error
        raise DataSetError("xml-broken", problem=problem) from error
    if root is None:
        raise DataSetError("xml-broken", problem="")
    if root.getroottree().docinfo.internalDTD is not None:
        raise DataSetError("xml-entities")
    return root


def text_of(content: bytes, root: Element) -> str:
    """Return the file as text, in the encoding that it names, without remarks of ours."""
    encoding = root.getroottree().docinfo.encoding or "utf-8"
    try:
        return without_comments(content.decode(encoding).removeprefix("\ufeff"))
    except (UnicodeDecodeError, LookupError):
        return str(etree.tostring(root, encoding="unicode"))


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute tidied, None if it is absent or blank."""
    value = element.get(name)
    return (value.strip() or None) if value else None
