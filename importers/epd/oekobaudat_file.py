"""An ÖKOBAUDAT table: separated by semicolons, without quotes, in one of two encodings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import partial

from catalog.records import EpdRecord, Issue, Severity
from importers.epd.notes import Notes
from importers.epd.oekobaudat import Columns, columns_of, record_of, repaired
from importers.epd.reading import Read, head_of, outcomes
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.names import folded_word
from importers.source import Placement, ReadOutcome, SourceFile

_HEAD = 1 << 14
_SEPARATOR = ";"
_REQUIRED = ("uuid", "module")
_DOT = re.compile(r"-?\d+\.\d")
_COMMA = re.compile(r"-?\d+,\d")

Key = tuple[str, str]


def is_oekobaudat(source: SourceFile) -> bool:
    """Return whether the first line of a file names the columns of such a table."""
    line = head_of(source, _HEAD).partition(b"\n")[0].decode("cp1252", "replace")
    names = [folded_word(name) for name in line.removeprefix("ï»¿").split(_SEPARATOR)]
    return "uuid" in names and bool({"modul", "module"} & set(names))


def read_oekobaudat(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of a table; a data set is held until its last row has passed.

    Raises:
        ImportRefusedError: The table lacks a column, or any row.
    """
    del lookups, placement  # A declaration belongs to no building.
    table = _Table(source)
    header = table.header
    missing = [name for name in _REQUIRED if name not in header.places]
    if missing or not header.amounts:
        columns = "、".join([*missing, *([] if header.amounts else ["GWP"])])
        raise refusal("missing-column", kind="ÖKOBAUDAT", kind_key="epds", columns=columns)
    last = table.last_rows()
    if not last:
        raise refusal("table-without-rows")
    notes = [
        Issue(code="unknown-column", severity=Severity.WARNING, row=1, column=name[:100])
        for name in header.unknown
    ]
    yield from outcomes(
        table.data_sets(last), batch_rows=batch_rows, first_issues=notes, total=len(last)
    )


class _Table:
    """The lines of the file, read as often as needed and never held together."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._encoding = _encoding_of(source)
        self.header: Columns = columns_of(next(iter(self._lines()), (1, []))[1])
        self._comma = self._has_decimal_commas()

    def last_rows(self) -> dict[Key, int]:
        """Return the last row of each data set, so that none is given out too early."""
        return {self._key(cells): number for number, cells in self._rows()}

    def data_sets(self, last: dict[Key, int]) -> Iterator[tuple[None, Read]]:
        """Yield what reads each data set, as soon as its last row has passed."""
        held: dict[Key, list[tuple[int, list[str]]]] = {}
        for number, cells in self._rows():
            key = self._key(cells)
            held.setdefault(key, []).append((number, cells))
            if last[key] == number:
                yield None, partial(self._read, held.pop(key))

    def _read(self, rows: list[tuple[int, list[str]]], notes: Notes) -> EpdRecord | None:
        notes.row = rows[0][0]
        whole = []
        for number, cells in rows:
            mended, code = repaired(cells, self.header)
            if mended is None:
                notes.refuse(
                    code or "epd-row-shifted", None, cells[-1], row=str(number),
                    found=str(len(cells)), expected=str(self.header.width),
                )  # fmt: skip
            else:
                if code:
                    notes.remark(code, self.header.names[self.header.places["module"]])
                whole.append((number, mended))
        if notes.is_refused:
            return None
        if not self._key(rows[0][1])[0]:
            notes.refuse("epd-no-identifier", "UUID")
            return None
        return record_of(whole, self.header, notes, comma=self._comma)

    def _key(self, cells: list[str]) -> Key:
        uuid, version = (self.header.places.get(name) for name in ("uuid", "version"))
        return _cell(cells, uuid).lower(), _cell(cells, version)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in self._lines():
            if number > 1 and any(cell.strip() for cell in cells):
                yield number, cells

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        with (
            self._source.open() as stream,
            io.TextIOWrapper(stream, self._encoding, errors="replace", newline="\n") as text,
        ):
            for number, line in enumerate(text, start=1):
                yield number, line.removesuffix("\n").removesuffix("\r").split(_SEPARATOR)

    def _has_decimal_commas(self) -> bool:
        """Return whether numbers have commas; a file has one sign for all of them."""
        for _, cells in self._rows():
            texts = [_cell(cells, place) for place in self.header.amounts]
            if _any(_DOT, texts):
                return False
            if _any(_COMMA, texts):
                return True
        return False


def _any(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return any(pattern.match(text) for text in texts)


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _encoding_of(source: SourceFile) -> str:
    """Return UTF-8 if the whole file is that, or else the encoding that the service writes."""
    try:
        with source.open() as stream, io.TextIOWrapper(stream, "utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
