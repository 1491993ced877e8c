"""The two columns that say why rows stayed out: what they are called, and a file without them.

In XML they are comments.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec

from importers.lookups.names import folded_word
from importers.source import SourceFile

SEPARATORS = (",", "\t", ";")
_HEAD = 1 << 16
_ENCODINGS = ("utf-8", "gb18030")
_JSON_STARTS = (b"[", b"{")
_BOM = b"\xef\xbb\xbf"


class RemarkHeaders(msgspec.Struct, frozen=True):
    """One of the columns in both languages."""

    zh: str
    en: str

    def header(self, language: str) -> str:
        """Return the header in Chinese (``zh``) or English (anything else)."""
        return self.zh if language == "zh" else self.en


class Remarks(msgspec.Struct, frozen=True):
    """Both columns."""

    reason: RemarkHeaders
    cure: RemarkHeaders

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which the columns may be called."""
        return (self.reason.zh, self.cure.zh, self.reason.en, self.cure.en)

    def pair(self, language: str) -> tuple[str, str]:
        """Return both headers in a language."""
        return self.reason.header(language), self.cure.header(language)


@cache
def remarks() -> Remarks:
    """Return what the columns are called."""
    path = resources.files("importers") / "lookups" / "remarks.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Remarks)


@cache
def _folded() -> frozenset[str]:
    return frozenset(folded_word(header) for header in remarks().headers)


def is_remark(header: str) -> bool:
    """Tell whether a column is one of the two, and so says nothing of its own."""
    return folded_word(header) in _folded()


def without_remarks(source: SourceFile) -> SourceFile:
    """Return a text file as it was before the columns were added; any other as it is."""
    return source.keep("without-remarks", lambda: _without(source))


def _without(source: SourceFile) -> SourceFile:
    head = source.head(_HEAD)
    if head.removeprefix(_BOM).lstrip().startswith(_JSON_STARTS):
        if not any(form in head for form in _json_forms()):
            return source
        content = _json_keys().sub(b"", _bytes(source))
        return SourceFile(source.name, content, limits=source.limits)
    for encoding in _ENCODINGS:
        if any(header.encode(encoding) in head for header in remarks().headers):
            content = _plain_csv(_bytes(source), encoding)
            return SourceFile(source.name, content, limits=source.limits)
    return source


def without_comments(text: str) -> str:
    """Return an XML text without the comments that say why it stayed out."""
    return _comments().sub("", text)


@cache
def _comments() -> re.Pattern[str]:
    headers = "|".join(re.escape(header) for header in remarks().headers)
    return re.compile(rf"<!-- (?:{headers}): .*?-->\n?", re.DOTALL)


def _bytes(source: SourceFile) -> bytes:
    with source.open() as stream:
        return stream.read()


@cache
def _json_forms() -> tuple[bytes, ...]:
    """Return the headers as JSON writes them, in plain letters or in escapes."""
    return tuple(
        json.dumps(header, ensure_ascii=plain).encode()
        for header in remarks().headers
        for plain in (False, True)
    )


@cache
def _json_keys() -> re.Pattern[bytes]:
    keys = b"|".join(map(re.escape, _json_forms()))
    pair = rb"(?:%s)\s*:\s*(?:\"(?:[^\"\\]|\\.)*\"|null)" % keys
    return re.compile(rb"%s\s*,\s*|,\s*%s|%s" % (pair, pair, pair))


def _plain_csv(content: bytes, encoding: str) -> bytes:
    """Return a table without the columns; its other cells stay letter for letter as they are."""
    mark = content[: len(_BOM)] if content.startswith(_BOM) else b""
    text = content[len(mark) :].decode(encoding, errors="surrogateescape")
    separator, places = _places(text)
    if not places:
        return content
    ours = re.compile(rf'(?:"(?:[^"]|"")*"{re.escape(separator)}){{{len(places)}}}')
    leads = places == list(range(len(places)))
    plain = io.StringIO()
    writer = csv.writer(plain, delimiter=separator, lineterminator="")
    for raw, cells in raw_records(io.StringIO(text, newline=""), separator):
        if leads and (mine := ours.match(raw)):
            plain.write(raw[mine.end() :])
        elif cells is None:
            plain.write(raw)
        else:
            writer.writerow([cell for place, cell in enumerate(cells) if place not in places])
            plain.write(raw[len(raw.rstrip("\r\n")) :])
    return mark + plain.getvalue().encode(encoding, errors="surrogateescape")


def _places(text: str) -> tuple[str, list[int]]:
    """Return the separator, and where the columns stand."""
    header = next(
        line for line in text.splitlines() if any(name in line for name in remarks().headers)
    )
    for separator in SEPARATORS:
        cells = next(csv.reader([header], delimiter=separator), [])
        places = [place for place, cell in enumerate(cells) if is_remark(cell)]
        if places:
            return separator, places
    return SEPARATORS[0], []


def raw_records(text: io.TextIOBase, separator: str) -> Iterator[tuple[str, list[str] | None]]:
    """Yield each record of a CSV text letter for letter, with its cells, None if it is broken."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line

    rows = csv.reader(lines(), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield "".join(taken), None
        else:
            yield "".join(taken), cells
        taken.clear()
