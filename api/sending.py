"""Send kept files and tables so that a browser neither runs nor guesses anything in them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, cast
from urllib.parse import quote

from litestar.response import Stream

from catalog.forms.lists import harmless
from catalog.views.evidence import EvidenceView

CSV = "text/csv"
JSON = "application/json"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PIECE = 1 << 18
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


def csv_pieces(rows: Iterable[Iterable[str | None]]) -> Iterator[bytes]:
    """Yield rows as CSV that spreadsheet programs read as UTF-8, and run nothing of."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    # Spreadsheet programs need the mark to see UTF-8.
    buffer.write("\ufeff")
    for row in rows:
        writer.writerow([harmless(cell or "") for cell in row])
        if buffer.tell() > _PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_answer(name: str, rows: Iterable[Iterable[str | None]]) -> Stream:
    """Return rows as CSV, to be saved."""
    return Stream(csv_pieces(rows), media_type=CSV, headers=_saved_as(name))


def spooled(
    write: Callable[[BinaryIO], None],
    media_type: str,
    *,
    name: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Stream:
    """Have a file written to the disk, and send it from there; with a name, to be saved.

    Whoever reads slowly then holds a file, and neither memory nor a connection to the database.
    """
    # It ends with the answer, which is sent after this function is done.
    spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115
    try:
        write(spool)
    except BaseException:
        spool.close()
        raise
    told = {**(headers or {}), "Content-Length": str(spool.seek(0, io.SEEK_END))}
    spool.seek(0)
    if name is not None:
        told |= _saved_as(name)
    return Stream(_pieces(spool), media_type=media_type, headers=told)


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
