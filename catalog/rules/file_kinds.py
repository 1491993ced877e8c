"""What a file is by its bytes: the kinds that count as evidence, each looked at to its end."""

from __future__ import annotations

import mmap
import re
import unicodedata
import zlib
from enum import StrEnum

Bytes = bytes | mmap.mmap


class FileKind(StrEnum):
    """The kinds of file that are kept as evidence, by their media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


class FileFlaw(StrEnum):
    """Why a file is not kept as evidence."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    OTHER_KIND = "other-kind"
    BROKEN = "broken"
    TWO_KINDS = "two-kinds"


ENDINGS = {
    FileKind.PDF: (".pdf",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.WEBP: (".webp",),
}
"""How names of each kind end; the first is given to a name that ends otherwise."""

_PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
_PDF_TAIL = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_PDF_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# What a browser, a server or a shell could take for its own, at the places where each looks.
_WEB = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body|\?php)", re.IGNORECASE)
_HEAD = 1024
# How photos of phones that save space begin, behind the length of their first part.
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftypmsf1")
# An archive is known by its directory, which stands at most a comment's length before the end.
_ARCHIVE, _ARCHIVE_TAIL = b"PK\x05\x06", 22 + 65_535
_LONGEST_NAME = 120
# Markers of JPEG segments: those that stand alone, those that begin a picture, and its data.
_MARK, _SCAN, _END = 0xFF, 0xDA, b"\xff\xd9"
_ALONE = frozenset({0x00, 0x01, 0xD8, 0xD9, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LENGTH = 2
_WEBP_HEAD = 30


def kind_of(data: Bytes) -> FileKind | FileFlaw:
    """Return what the bytes are, or why they are no evidence.

    A file that is whole as one kind and opens as another as well is refused: whoever reads it
    would see something else than whoever judged it.
    """
    if not len(data):
        return FileFlaw.EMPTY
    head = data[:_HEAD]
    if _PDF_HEAD.match(head):
        kind, is_whole = FileKind.PDF, _is_whole_pdf(data)
    elif head.startswith(_PNG):
        kind, is_whole = FileKind.PNG, _is_whole_png(data)
    elif head.startswith(_JPEG):
        kind, is_whole = FileKind.JPEG, _is_whole_jpeg(data)
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        kind, is_whole = FileKind.WEBP, _is_whole_webp(data)
    else:
        return FileFlaw.OTHER_KIND
    if not is_whole:
        return FileFlaw.BROKEN
    return FileFlaw.TWO_KINDS if _is_more(data, kind) else kind


def is_heic(head: bytes) -> bool:
    """Tell whether a file that begins so is a photo in a form that few programs can read."""
    return head[4:12] in _HEIC


def plain_name(name: str, kind: FileKind) -> str:
    """Return a file's name as it is kept: no folders, nothing unseen, the ending of its kind.

    Marks that turn the direction of writing are left out: ``fdp.exe`` could be shown as
    ``exe.pdf`` with them.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c for c in last if c.isprintable() and unicodedata.category(c) != "Cf")
    stem, ending = " ".join(seen.split()), ENDINGS[kind][0]
    for known in ENDINGS[kind]:
        if stem.lower().endswith(known):
            stem, ending = stem[: -len(known)], known
            break
    stem = stem.strip(". ")[:_LONGEST_NAME].rstrip(". ")
    return f"{stem or 'file'}{ending}"


def _is_whole_pdf(data: Bytes) -> bool:
    """Tell whether the end is there and names where the table of contents begins."""
    tail = _PDF_TAIL.search(data[max(0, len(data) - _HEAD) :])
    if tail is None or len(tail[1]) > len(str(len(data))):
        return False
    at = int(tail[1])
    # A linearised file names 0 in its first part; the last one always names a place.
    return 0 < at < len(data) and _PDF_TABLE.match(data[at : at + 40]) is not None


def _is_whole_png(data: Bytes) -> bool:
    """Tell whether every chunk is whole, from the header to an end with nothing behind it."""
    at, names = len(_PNG), []
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data) or not name.isalpha():
            return False
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            return False
        names.append(name)
        at = end
        if name == b"IEND":
            break
    return at == len(data) and names[:1] == [b"IHDR"] and b"IDAT" in names and names[-1] == b"IEND"


def _is_whole_jpeg(data: Bytes) -> bool:
    """Tell whether the segments lead to a picture that ends; cameras may write behind it."""
    at, has_frame = _LENGTH, False
    while at + 2 * _LENGTH <= len(data) and data[at] == _MARK:
        marker = data[at + 1]
        if marker == _MARK:
            at += 1
            continue
        size = int.from_bytes(data[at + 2 : at + 4])
        if marker in _ALONE or size < _LENGTH:
            return False
        has_frame |= marker in _FRAMES
        at += _LENGTH + size
        if marker == _SCAN:
            return has_frame and data.find(_END, at) > 0
    return False


def _is_whole_webp(data: Bytes) -> bool:
    """Tell whether the container is as long as it says and holds a picture."""
    is_as_long = int.from_bytes(data[4:8], "little") + 8 == len(data)
    return is_as_long and data[12:16] in (b"VP8 ", b"VP8L", b"VP8X") and len(data) > _WEBP_HEAD


def _is_more(data: Bytes, kind: FileKind) -> bool:
    """Tell whether the bytes also open as an archive, as a web page or as a document."""
    if data.find(_ARCHIVE, max(0, len(data) - _ARCHIVE_TAIL)) >= 0 or _WEB.search(data[:_HEAD]):
        return True
    if kind is FileKind.PDF:
        return False
    return _WEB.search(data) is not None or data.find(b"%PDF-") >= 0
