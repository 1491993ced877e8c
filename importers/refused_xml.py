"""Refused rows of XML: the same document, with reason and cure as comments."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

from lxml import etree

from importers.bill.tender import is_tender, row_of, tender_root
from importers.bill.words import words
from importers.epd.archive import open_archive
from importers.epd.ilcd_files import is_ilcd_xml, is_ilcd_zip
from importers.epd.ilcd_flow import FOLDERS, folder_of
from importers.epd.xml import Element, parse, text_of
from importers.selection import Said
from importers.source import SourceFile

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>\s*")
_PROCESSES = FOLDERS[0]

Remark = tuple[str, str]  # reason and cure


def form_of_refused_xml(source: SourceFile) -> str | None:
    """Return the ending of the file that is given back: ``xml``, ``zip``, None if it is neither."""
    if is_tender(source) or is_ilcd_xml(source):
        return "xml"
    return "zip" if is_ilcd_zip(source) else None


def write_refused_xml(
    source: SourceFile, said: Said, headers: tuple[str, str], target: BinaryIO
) -> None:
    """Write the refused items of a tender, or the data sets that were refused.

    Raises:
        ImportRefusedError: The file cannot be read any more.
    """
    if is_tender(source):
        target.write(_tender(source, {row: said[None, row] for _, row in said}, headers))
    elif is_ilcd_xml(source):
        with source.open() as stream:
            content = stream.read()
        target.write(_with_comment(content, next(iter(said.values()), None), headers))
    else:
        _write_zip(source, {path: remark for (path, _), remark in said.items()}, headers, target)


def _tender(
    source: SourceFile, said: Mapping[int | None, Remark], headers: tuple[str, str]
) -> bytes:
    """Return the tender without the items that came in, each other one under its reason."""
    root, tender = tender_root(source), words().tender
    for element in list(root.iter(*tender.items, *tender.resources)):
        remark = said.get(row_of(element))
        if remark is not None:
            element.addprevious(etree.Comment(_plain(remark, headers)))
            continue
        for group in element.iterancestors(*tender.groups):
            # The amount of the whole says nothing of what is left.
            if "Amount" in group.attrib:
                del group.attrib["Amount"]
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _with_comment(content: bytes, remark: Remark | None, headers: tuple[str, str]) -> bytes:
    """Return a data set letter for letter, with the reason above its first element."""
    root: Element = parse(content)
    encoding = root.getroottree().docinfo.encoding or "utf-8"
    text = text_of(content, root)
    if remark is None:
        return text.encode(encoding)
    declared = _DECLARATION.match(text)
    start = declared.end() if declared else 0
    comment = f"<!--{_plain(remark, headers)}-->\n"
    return (text[:start] + comment + text[start:]).encode(encoding, errors="xmlcharrefreplace")


def _write_zip(
    source: SourceFile,
    said: Mapping[str | None, Remark],
    headers: tuple[str, str],
    target: BinaryIO,
) -> None:
    """Write the refused processes, and everything that they may refer to."""
    packed = io.BytesIO()
    with (
        open_archive(source) as archive,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as given,
    ):
        for name in archive.names:
            if folder_of(name) != _PROCESSES:
                given.writestr(name, archive.read(name))
            elif name in said:
                given.writestr(name, _with_comment(archive.read(name), said[name], headers))
    target.write(packed.getvalue())


def _plain(remark: Remark, headers: tuple[str, str]) -> str:
    """Return a comment's text; two dashes would end it."""
    parts = (f"{header}: {text}" for header, text in zip(headers, remark, strict=True))
    return f" {' | '.join(parts)} ".replace("--", "—")
