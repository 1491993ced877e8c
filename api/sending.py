"""Send kept files and tables so that a browser neither runs nor guesses anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from urllib.parse import quote

from litestar.response import Stream

from catalog.views.evidence import EvidenceView

_PIECE = 1 << 18
# A spreadsheet program would take a cell that begins so for a formula, and run it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SANDBOX = "default-src 'none'; sandbox"


def evidence_answer(view: EvidenceView, file: BinaryIO, *, shows: bool) -> Stream:
    """Return a file of evidence to be saved; a picture may be shown, a document never is.

    A PDF may hold scripts, and nobody can tell for sure that one does not: it is kept as it
    came and handed over to be saved, never opened inside the site.
    """
    place = "inline" if shows and view.is_image else "attachment"
    return Stream(
        _pieces(file),
        media_type=view.media_type,
        headers={
            "Content-Disposition": f"{place}; filename*=UTF-8''{quote(view.name, safe='')}",
            "Content-Length": str(view.size),
            "Content-Security-Policy": _SANDBOX,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


def csv_answer(name: str, rows: Iterable[Iterable[str | None]]) -> Stream:
    """Return rows as CSV that spreadsheet programs read as UTF-8, and run nothing of."""

    def pieces() -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        # Spreadsheet programs need the mark to see UTF-8.
        buffer.write("\ufeff")
        for row in rows:
            writer.writerow([_harmless(cell or "") for cell in row])
            if buffer.tell() > _PIECE:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()

    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Stream(pieces(), media_type="text/csv", headers={"Content-Disposition": disposition})


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
