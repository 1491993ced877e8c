"""Documents that people have at hand and that no import reads, each with what to do instead."""

from __future__ import annotations

import re
import tomllib
import zipfile
from functools import cache
from importlib import resources

import msgspec

from catalog.errors import ImportRefusedError
from importers.issues import refusal
from importers.source import SourceFile

_HEAD = 1 << 14
_BOM = b"\xef\xbb\xbf"
_DAMAGE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of document: how it is known, what it is called, and what to do instead."""

    starts: str
    holds: str = ""
    entry: str | None = None
    name_zh: str
    name_en: str
    cure_zh: str
    cure_en: str


@cache
def documents() -> tuple[Document, ...]:
    """Return the documents that are known, in the order in which they are tried."""
    path = resources.files("importers") / "lookups" / "documents.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(content["documents"], tuple[Document, ...])


def document_in(source: SourceFile) -> Document | None:
    """Return which document a file is, None if it is none of them."""
    try:
        head = source.head(_HEAD).removeprefix(_BOM).lstrip()
    except ImportRefusedError:
        return None
    return next((each for each in documents() if _is(each, head, source)), None)


def refuse_document(source: SourceFile) -> None:
    """Refuse a file that is such a document, saying which and what to do instead.

    Raises:
        ImportRefusedError: It is one.
    """
    if found := document_in(source):
        raise refusal(
            "known-document",
            name_zh=found.name_zh,
            name_en=found.name_en,
            instead_zh=found.cure_zh,
            instead_en=found.cure_en,
        )


def _is(document: Document, head: bytes, source: SourceFile) -> bool:
    # Each byte is one sign in this encoding, so that patterns may speak of bytes.
    text = head.decode("latin1")
    if not re.match(document.starts, text, re.DOTALL):
        return False
    if document.entry is not None and document.entry not in _entries(source):
        return False
    return re.search(document.holds, text) is not None


def _entries(source: SourceFile) -> set[str]:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return set(archive.namelist())
    except _DAMAGE:
        return set()
