"""CSV text as a sheet: encoding and separator found out, broken and cut-off rows reported."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from catalog.forms.lists import is_formula
from catalog.records import Issue, Severity
from importers.issues import refusal
from importers.source import SourceFile
from importers.table.columns import layout
from importers.table.header import find_header
from importers.table.sheet import PREVIEW_ROWS, Stretch
from importers.table.values import SPREADSHEET_DAY_ZERO

_CHUNK = 1 << 20
_HEAD = 1 << 16
_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = (",", "\t", ";")
_WIDE_TEXT_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b")
_FEW_CONTROLS = 4
_BINARY_SHARE = 20  # One control byte in twenty is more than any text has.


class CsvSheet:
    """The whole of a CSV file."""

    name = None
    total_rows = None

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        _refuse_binary(source.head(_HEAD))
        self.encoding, self.is_cut_off = _encoding_of(source)
        self.separator = self._best_separator()

    @property
    def day_zero(self) -> dt.date:
        """The day from which bare day numbers count."""
        return SPREADSHEET_DAY_ZERO

    def preview(self) -> list[list[str]]:
        """Return the first rows, in which the header is looked for."""
        return self._first_rows(self.separator)

    def rows(self) -> Iterator[list[str] | str]:
        """Yield every row as it is written, or the code of what is wrong with it."""
        return self._rows(self.separator)

    def stretches(
        self, columns: Sequence[int], *, after_row: int, size: int, numbers: frozenset[int]
    ) -> Iterator[Stretch]:
        """Return the rows after a row; CSV knows no merged cells, so ``numbers`` says nothing."""
        del numbers
        rows = self._rows(self.separator)
        header = list(islice(rows, after_row))
        width = len(header[-1]) if header and isinstance(header[-1], list) else 0
        width = max(width, *(column + 1 for column in columns), 0)  # Units may end before names.
        first = after_row + 1
        while batch := list(islice(rows, size)):
            issues: list[Issue] = []
            whole = [
                row
                if isinstance(row, list) and len(row) == width
                else self._mended(row, width, first + offset, issues)
                for offset, row in enumerate(batch)
            ]
            texts = list(zip(*whole, strict=True))
            yield Stretch(
                first_row=first,
                count=len(batch),
                columns=[
                    [_unguarded(text) if text[:1] == "'" else text for text in texts[column]]
                    for column in columns
                ],
                issues=issues,
            )
            first += len(batch)
        if self.is_cut_off:
            yield Stretch(
                first_row=first,
                count=0,
                columns=[[] for _ in columns],
                issues=[Issue(code="cut-off", severity=Severity.WARNING, row=first - 1)],
            )

    def _mended(
        self, row: list[str] | str, width: int, number: int, issues: list[Issue]
    ) -> list[str]:
        blank = [""] * width
        if isinstance(row, str):
            issues.append(Issue(code=row, row=number))
            return blank
        if not any(cell.strip() for cell in row):
            return blank
        extra = [cell for cell in row[width:] if cell.strip()]
        if extra:
            issues.append(Issue(code="long-row", row=number, value=extra[0][:100]))
            return blank
        if len(row) < width:
            facts = {"found": str(len(row)), "expected": str(width)}
            issues.append(Issue(code="short-row", row=number, value=row[-1][:100], facts=facts))
            return blank
        return row[:width]

    def _rows(self, separator: str) -> Iterator[list[str] | str]:
        """Yield each row, or the code of what is wrong with it."""
        with (
            self._source.open() as stream,
            io.TextIOWrapper(stream, self.encoding, errors="replace", newline="") as text,
        ):
            rows = csv.reader(text, delimiter=separator, strict=True)
            while True:
                try:
                    yield next(rows)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield "unclosed-quote" if "end of data" in str(error) else "broken-row"

    def _first_rows(self, separator: str) -> list[list[str]]:
        rows = islice(self._rows(separator), PREVIEW_ROWS)
        return [row if isinstance(row, list) else [] for row in rows]

    def _best_separator(self) -> str:
        def likeness(separator: str) -> tuple[int, int]:
            """Return how many columns are understood, then how many most rows have."""
            rows = self._first_rows(separator)
            understood = max(len(find_header(rows, kind).places) for kind in layout().kinds)
            widths = Counter(len(row) for row in rows if any(row))
            return understood, max(widths, key=lambda width: (widths[width], width), default=0)

        return max(_SEPARATORS, key=likeness)


def _unguarded(text: str) -> str:
    """Return a text without the apostrophe that our own files put before what looks like a formula.

    Without it such a text would not come back as it went out.
    """
    return text[1:] if is_formula(text[1:]) else text


def _refuse_binary(head: bytes) -> None:
    if head.startswith(_WIDE_TEXT_MARKS):
        raise refusal("wide-encoding")
    controls = sum(1 for byte in head if byte < 0x20 and byte not in _TEXT_CONTROLS)  # noqa: PLR2004 - the first printable byte
    if controls > _FEW_CONTROLS and controls * _BINARY_SHARE > len(head):
        raise refusal("file-binary")


def _encoding_of(source: SourceFile) -> tuple[str, bool]:
    """Return the encoding, and whether the text ends in the middle of a character."""
    for encoding in _ENCODINGS:
        try:
            _decode_all(source, encoding)
        except UnicodeDecodeError as error:
            if error.reason in ("unexpected end of data", "incomplete multibyte sequence"):
                return encoding, True
        else:
            return encoding, False
    raise refusal("wrong-encoding")


def _decode_all(source: SourceFile, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with source.open() as stream:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
