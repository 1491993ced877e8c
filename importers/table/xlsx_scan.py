"""A look through a workbook's own XML before it is opened: what opening it would hide, or cost.

The reading library shows an error value such as #REF! as a blank, and takes memory for every cell
between the first and the last. So errors, formulas without a value, merged cells and the true size
are looked up here, in one pass that never holds more than a few rows.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator

import msgspec

from importers.issues import refusal
from importers.source import Limits, SourceFile
from importers.table.xlsx_extent import LOW_ROWS, Extent, column_index, plain_reach

_CHUNK = 1 << 22
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CELLS_TAG = b"sheetData"
_ALWAYS_FINE_BYTES = 32 << 20
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_FLAG = 1

_ATTRIBUTE = rb'\s%s\s*=\s*["\']([^"\']*)["\']'
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION_TAG = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_RELATION_ID = re.compile(rb'\s(?:\w+:)?id\s*=\s*["\']([^"\']*)["\']')
_ID = re.compile(_ATTRIBUTE % b"Id")
_TARGET = re.compile(_ATTRIBUTE % b"Target")
_DATE_1904 = re.compile(rb'\sdate1904\s*=\s*["\'](?:1|true)["\']')

_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>')
_ERROR_CELL = re.compile(
    rb"(<(?:\w+:)?c\s[^>]*\bt=\"e\"[^>]*>)(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)
_VALUELESS_FORMULA = re.compile(
    rb"(<(?:\w+:)?c\s[^>/]*>)\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FIRST_COLUMN = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="A\d{1,7}"[^>/]*><(?:\w+:)?(?:v|is|f)>')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


class Merge(msgspec.Struct, frozen=True):
    """A merged range: rows from 1, columns from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class SheetScan(msgspec.Struct, kw_only=True):
    """What the XML of one sheet says; columns count from 0 at column A."""

    errors: list[tuple[int, int, str]] = []
    valueless: list[tuple[int, int]] = []
    merges: list[Merge] = []
    first_column: int = 0
    last_column: int = 0
    last_row: int = 0


class Workbook(msgspec.Struct, frozen=True, kw_only=True):
    """Where the sheets of a workbook are, in its own order, and what else might pass for one."""

    parts: list[str]
    look_alikes: list[str]
    is_date_1904: bool


def open_workbook(source: SourceFile) -> Workbook:
    """Return where the sheets are, after a look at what the archive would unpack to.

    Raises:
        ImportRefusedError: It is no workbook of this format, damaged, encrypted, or a bomb.
    """
    if source.head(4) == _OLD_OR_ENCRYPTED:
        raise refusal("workbook-old-or-encrypted")
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            _refuse_bomb(archive, source)
            names = set(archive.namelist())
            if _WORKBOOK not in names or _RELATIONS not in names:
                raise refusal("workbook-other-format")
            book = archive.read(_WORKBOOK)
            targets = _targets(archive.read(_RELATIONS))
            parts = []
            for tag in _SHEET_TAG.findall(book):
                relation = _RELATION_ID.search(tag)
                part = targets.get(relation[1]) if relation else None
                if part is None or part not in names:
                    raise refusal("workbook-damaged")
                parts.append(part)
            return Workbook(
                parts=parts,
                look_alikes=_look_alikes(archive, parts),
                is_date_1904=bool(_DATE_1904.search(book)),
            )
    except _DAMAGE as error:
        raise refusal("workbook-damaged") from error


def scan_sheet(source: SourceFile, part: str) -> SheetScan:
    """Read through one sheet's XML.

    Raises:
        ImportRefusedError: The archive is damaged, or the sheet has too many cells.
    """
    scan = SheetScan()
    is_plain = True
    starts_at_a = False
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            for rows in _whole_rows(archive, part, source.limits):
                reach = plain_reach(rows) if is_plain else None
                is_plain = reach is not None
                if reach:
                    scan.last_column = max(scan.last_column, reach[0])
                    scan.last_row = max(scan.last_row, reach[1])
                    starts_at_a = starts_at_a or _FIRST_COLUMN.search(rows) is not None
                if b't="e"' in rows:
                    _note_errors(rows, scan)
                if b"<f" in rows or b":f>" in rows:
                    _note_valueless(rows, scan)
                if b"mergeCell" in rows:
                    _note_merges(rows, scan)
            low_cells = LOW_ROWS * (scan.last_column + 1)
            if not (is_plain and starts_at_a and low_cells <= source.limits.max_cells):
                with archive.open(part) as sheet:
                    extent = Extent(sheet)
                scan.first_column = extent.first_column
                scan.last_column = extent.last_column
                scan.last_row = extent.last_row
    except _DAMAGE as error:
        raise refusal("workbook-damaged") from error
    scan.merges = [
        msgspec.structs.replace(merge, last_row=min(merge.last_row, scan.last_row))
        for merge in scan.merges
        if merge.first_row <= scan.last_row
    ]
    cells = scan.last_row * (scan.last_column + 1)
    if cells > source.limits.max_cells:
        raise refusal("too-many-cells", cells=f"{cells:,}", limit=f"{source.limits.max_cells:,}")
    return scan


_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, KeyError, UnicodeError, IndexError, OverflowError,
)  # fmt: skip


def _refuse_bomb(archive: zipfile.ZipFile, source: SourceFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise refusal("workbook-old-or-encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    limits = source.limits
    if unpacked > limits.max_unpacked_bytes or (
        unpacked > _ALWAYS_FINE_BYTES and unpacked > limits.max_unpacked_ratio * source.size
    ):
        raise refusal("workbook-bomb", size=str(unpacked >> 20))


def _look_alikes(archive: zipfile.ZipFile, parts: list[str]) -> list[str]:
    """Return the other entries that may hold cells, all read to their end.

    That proves their stated size and checksum true.
    """
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise refusal("workbook-damaged")
    found = []
    for name in set(names).difference(parts):
        end = b""
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                if _CELLS_TAG in end + chunk:
                    found.append(name)
                end = chunk[-len(_CELLS_TAG) :]
    return found


def _targets(relations: bytes) -> dict[bytes, str]:
    found = {}
    for tag in _RELATION_TAG.findall(relations):
        name, target = _ID.search(tag), _TARGET.search(tag)
        if name and target:
            path = target[1].decode()
            found[name[1]] = path[1:] if path.startswith("/") else f"xl/{path}"
    return found


def _whole_rows(archive: zipfile.ZipFile, part: str, limits: Limits) -> Iterator[bytes]:
    """Yield the XML cut between rows, so that no cell is ever split."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            rest += chunk
            if len(rest) > limits.max_bytes:
                raise refusal("workbook-damaged")
            cut = rest.rfind(b"</row>") if b"</row>" in chunk else rest.rfind(b":row>")
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _note_errors(rows: bytes, scan: SheetScan) -> None:
    for tag, text in _ERROR_CELL.findall(rows):
        place = _CELL.match(tag)
        if place:
            scan.errors.append(
                (int(place[2]), column_index(place[1].decode()), text.decode(errors="replace"))
            )


def _note_valueless(rows: bytes, scan: SheetScan) -> None:
    for tag in _VALUELESS_FORMULA.findall(rows):
        place = _CELL.match(tag)
        if place:
            scan.valueless.append((int(place[2]), column_index(place[1].decode())))


def _note_merges(rows: bytes, scan: SheetScan) -> None:
    for left, top, right, bottom in _MERGE.findall(rows):
        scan.merges.append(
            Merge(int(top), int(bottom), column_index(left.decode()), column_index(right.decode()))
        )
