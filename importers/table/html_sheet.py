"""The tables of an HTML page, or of a workbook that a program saved as one, as sheets of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
from lxml import etree

from catalog.errors import ImportRefusedError
from importers.issues import refusal
from importers.source import Limits, SourceFile
from importers.table.xlsx_scan import Merge, SheetScan, Workbook
from importers.table.xlsx_sheet import XlsxSheet

Element = etree._Element  # lxml gives its class of elements no public name.

_HEAD = 1 << 12
_MARK = re.compile(rb"<(?:!doctype\s+html|html|table|tr)[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_ENCODINGS = ("utf-8", "gb18030", "big5")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # Pages name the small list and use the large.
_SAFE_ENCODING = re.compile(r"utf-?8|gb\w+|big5(-hkscs)?|ascii|iso-8859-\d+|windows-125\d", re.I)
_MOST_BYTES = 64 << 20  # A page is held whole, at several times its size.
_WIDEST_SPAN = 1_000  # As in browsers.
_DIGITS = re.compile(r"\d{1,6}", re.ASCII)
_CONTROLS = ("input", "select", "textarea", "button")
_LEAST_ROWS = 2
_LEAST_COLUMNS = 2


def is_page(source: SourceFile) -> bool:
    """Return whether a file is an HTML page, by its first tags."""
    try:
        head = source.head(_HEAD).removeprefix(_BOM).lstrip()
    except ImportRefusedError:
        return False
    return head.startswith(b"<") and _MARK.search(head) is not None


def open_page(source: SourceFile) -> Iterator[XlsxSheet]:
    """Yield the tables of a page that may hold data; those that only place things are left out.

    Raises:
        ImportRefusedError: The page is too large, or in an encoding that is not known.
    """
    limits = source.limits
    if source.size > min(_MOST_BYTES, limits.max_bytes):
        raise refusal(
            "file-too-large",
            name=source.name,
            size=str(-(-source.size >> 20)),
            limit=str(min(_MOST_BYTES, limits.max_bytes) >> 20),
        )
    with source.open() as stream:
        root = _parsed(stream.read().removeprefix(_BOM))
    tables = (
        [table for table in root.iter("table") if _holds_data(table)] if root is not None else []
    )
    number = 0
    for table in tables:
        grid, merges = _grid(table, limits)
        width = max(map(len, grid), default=0)
        if len(grid) < _LEAST_ROWS or width < _LEAST_COLUMNS:
            continue
        number += 1
        frame = pl.DataFrame(
            {
                str(place): [row[place] if place < len(row) else None for row in grid]
                for place in range(width)
            },
            schema=dict.fromkeys(map(str, range(width)), pl.String),
        )
        scan = SheetScan(merges=merges, last_column=width - 1, last_row=len(grid))
        book = Workbook(parts=[], look_alikes=[], is_date_1904=False)
        yield XlsxSheet(f"table {number}", frame, scan, book)


def _parsed(content: bytes) -> Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_decoded(content).encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _decoded(content: bytes) -> str:
    stated = _CHARSET.search(content[:_HEAD])
    name = stated[1].decode("ascii", "replace").lower() if stated else ""
    named = [_WIDER.get(name, name)] if _SAFE_ENCODING.fullmatch(name) else []
    for encoding in (*named, *_ENCODINGS):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise refusal("wrong-encoding")


def _holds_data(table: Element) -> bool:
    """Return whether a table holds neither another table nor something to fill in."""
    below = table.iterdescendants("table", *_CONTROLS)
    return next(below, None) is None


def _grid(table: Element, limits: Limits) -> tuple[list[list[str | None]], list[Merge]]:
    """Return the texts by row and column, each merged cell once, and where cells are merged."""
    rows = list(table.iter("tr"))
    grid: list[list[str | None]] = []
    merges: list[Merge] = []
    taken: dict[int, int] = {}  # For a column that a cell above reaches into: how many rows more.
    cells = 0
    for number, row in enumerate(rows, start=1):
        texts: list[str | None] = []
        reaching = dict(taken)
        for cell in row.iterchildren("td", "th"):
            while reaching.get(len(texts)):
                texts.append(None)
            wide = _span(cell, "colspan", _WIDEST_SPAN)
            high = _span(cell, "rowspan", len(rows) - number + 1)
            place = len(texts)
            text = " ".join("".join(map(str, cell.itertext())).split())
            texts += [text or None, *[None] * (wide - 1)]
            if wide > 1 or high > 1:
                merges.append(Merge(number, number + high - 1, place, place + wide - 1))
            if high > 1:
                taken |= dict.fromkeys(range(place, place + wide), high)
        while reaching.get(len(texts)):
            texts.append(None)
        taken = {place: left - 1 for place, left in taken.items() if left > 1}
        cells = max(cells, len(texts))
        if cells * number > limits.max_cells:
            raise refusal(
                "too-many-cells", cells=f"{cells * number:,}", limit=f"{limits.max_cells:,}"
            )
        grid.append(texts)
    return grid, merges


def _span(cell: Element, name: str, most: int) -> int:
    stated = _DIGITS.match((cell.get(name) or "").strip())
    return min(max(int(stated[0]), 1), most) if stated else 1
