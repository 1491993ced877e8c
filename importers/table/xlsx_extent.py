"""How far the cells of a sheet reach, known for sure before the sheet is opened.

The reading library takes memory for every cell up to the last that holds a value. When that is
more than there is, it ends the whole process, and no error can be caught. So no address may slip
through, however it is written: a sheet that is not written plainly throughout is read tag by tag.
"""

from __future__ import annotations

import re
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 22

# A plain cell says its address first, in capitals and once, and nothing but style and type after.
_NOT_PLAIN = rb'<c(?! r="%s"(?: (?:[st]|cm|vm|ph)="\w*")* ?/?>|[A-Za-z])'
_NOT_PLAIN_CELL = re.compile(_NOT_PLAIN % rb"[A-Z]{1,3}\d{1,7}")
_NOT_NEAR_CELL = re.compile(_NOT_PLAIN % rb"[A-Z]\d{1,5}")
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_WIDE_CELL = re.compile(rb'<c r="([A-Z]{2,3})')
_HIGH_VALUED_CELL = re.compile(rb'<c r="[A-Z]{1,3}(\d{6,7})"[^>/]*>')
_CELL_START = b'<c r="'
_DIGITS = re.compile(rb"\d+")
_ADDRESS = re.compile(r"([A-Za-z]{0,3})(\d{1,7})")
_LAST_NARROW_COLUMN = 25

LOW_ROWS = 99_999
"""Rows up to here may be overlooked by plain_reach, when they are out of order."""


def plain_reach(rows: bytes) -> tuple[int, int] | None:
    """Return the last column and last row of a stretch of XML, or None if a cell is not plain.

    The column is at least Z; cells without a value count for it, but not for the row.
    """
    if _PREFIXED_CELL.search(rows):
        return None
    column = _LAST_NARROW_COLUMN
    row = _row_of_last_value(rows)
    if _NOT_NEAR_CELL.search(rows):
        if _NOT_PLAIN_CELL.search(rows):
            return None
        wide = {letters.decode() for letters in _WIDE_CELL.findall(rows)}
        column = max(map(column_index, wide), default=column)
        row = max([row, *map(int, _HIGH_VALUED_CELL.findall(rows))])
    return column, row


def _row_of_last_value(rows: bytes) -> int:
    value = max(rows.rfind(b"<v"), rows.rfind(b"<is"))
    cell = rows.rfind(_CELL_START, 0, max(value, 0))
    row = _DIGITS.search(rows, cell) if cell >= 0 else None
    return int(row[0]) if row else 0


def column_index(letters: str) -> int:
    """Return a column's position, A = 0."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


class Extent:
    """The first column, last column and last row that hold a value, found tag by tag.

    Cells without an address are counted on from the one before, as the reading library does.
    """

    def __init__(self, sheet: IO[bytes]) -> None:
        """Read a sheet's XML.

        Raises:
            ValueError: It is not well formed, or an address is none.
        """
        self.first_column = self.last_column = self.last_row = 0
        self._is_empty = True
        self._next_row = 1
        self._row = self._column = 0
        self._next_column = 0
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            while chunk := sheet.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as error:  # The latter for an unknown encoding.
            raise ValueError(str(error)) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._depth += 1
            if self._depth == 1:
                self._place(attributes.get("r"))
        elif self._depth:
            if name in {"v", "is"}:
                self._take()
        elif name == "row" and "r" in attributes:
            # Never backwards: rows out of order may only make the sheet seem larger.
            self._next_row = max(self._next_row, _parts(attributes["r"])[1])

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._depth -= 1
            self._next_column = self._column + 1
        elif name == "row" and not self._depth:
            self._next_row += 1
            self._next_column = 0

    def _place(self, address: str | None) -> None:
        if address is None:
            self._row, self._column = self._next_row, self._next_column
            return
        letters, self._row = _parts(address)
        self._column = column_index(letters)

    def _take(self) -> None:
        if self._is_empty:
            self.first_column = self._column
            self._is_empty = False
        self.first_column = min(self.first_column, self._column)
        self.last_column = max(self.last_column, self._column)
        self.last_row = max(self.last_row, self._row)


def _parts(address: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return match[1], int(match[2])


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type could define away what is written")
