"""Give back the rows that stayed out, in the form in which they came, with reason and cure beside.

What is given back can be mended and handed in again as it is.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind, Severity
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import read_batches
from importers.refused_workbook import write_workbook
from importers.refused_xml import form_of_refused_xml, write_refused_xml
from importers.remarks import raw_records, remarks, without_remarks
from importers.report import Answers
from importers.selection import Place, Said, Selection
from importers.source import SourceFile
from importers.table.csv_sheet import CsvSheet
from importers.table.read import sheets_of
from importers.table.xlsx_sheet import XlsxSheet

_BOM = b"\xef\xbb\xbf"
_JSON_STARTS = (b"[", b"{")
_HEAD = 4096

_JsonList = tuple[dict[str, bytes] | None, list[msgspec.Raw]]


def form_of_refused(source: SourceFile) -> str | None:
    """Return the ending of a file in which refused rows can be given back, None if in none."""
    head = source.head(_HEAD).removeprefix(_BOM).lstrip()
    if head.startswith(_JSON_STARTS):
        return "json" if _json_list(source) else None
    if form := form_of_refused_xml(source):
        return form
    try:
        sheets = sheets_of(without_remarks(source))
    except ImportRefusedError:
        return None
    if sheets and all(isinstance(sheet, XlsxSheet) for sheet in sheets):
        return "xlsx"
    # A text in some other encoding, or of one column, was read by a reader of its own.
    is_table = sheets and all(isinstance(sheet, CsvSheet) for sheet in sheets)
    return "csv" if is_table and len(sheets[0].preview()[0]) > 1 else None


def write_refused(
    source: SourceFile,
    lookups: Lookups,
    issues: Iterable[Issue],
    target: BinaryIO,
    *,
    kind: Kind,
    answers: Answers,
    language: str,
) -> None:
    """Write the refused rows of a file, with the rows above and between that explain them.

    Raises:
        ImportRefusedError: The file cannot be read any more, or its rows not be given back.
    """
    said = explained(issues, language)
    plain = without_remarks(source)
    headers = remarks().pair(language)
    form = form_of_refused(source)
    if form in ("xml", "zip"):
        write_refused_xml(source, said, headers, target)
        return
    if form == "json":
        _write_json(plain, said, headers, target)
        return
    selection = _selection(plain, lookups, said, kind=kind, answers=answers)
    sheets = sheets_of(plain)
    if form == "xlsx":
        books = [sheet for sheet in sheets if isinstance(sheet, XlsxSheet)]
        write_workbook(books, selection, headers, target)
    elif form == "csv" and isinstance(sheets[0], CsvSheet):
        _write_csv(plain, sheets[0], selection, headers, target)


def explained(issues: Iterable[Issue], language: str) -> Said:
    """Return reason and cure of each refused row; a row with several errors has them all."""
    said: dict[Place, tuple[list[str], list[str]]] = {}
    for issue in issues:
        if issue.severity is not Severity.ERROR or issue.row is None:
            continue
        reason, cure = explain(issue, language)
        reasons, cures = said.setdefault((issue.sheet, issue.row), ([], []))
        if reason not in reasons:
            reasons.append(f"{issue.column}: {reason}" if issue.column else reason)
        if cure not in cures:
            cures.append(cure)
    return {place: (" ".join(reasons), " ".join(cures)) for place, (reasons, cures) in said.items()}


def _selection(
    source: SourceFile,
    lookups: Lookups,
    said: Said,
    *,
    kind: Kind,
    answers: Answers,
) -> Selection:
    came_in: set[Place] = set()
    for outcome in read_batches(
        source, lookups, kind=kind, placement=answers.placement, mapping=answers.mapping
    ):
        came_in |= {(r.sheet, r.row) for r in outcome.records if r.row is not None}
    return Selection(said, came_in - said.keys())


def _write_csv(
    source: SourceFile,
    sheet: CsvSheet,
    selection: Selection,
    headers: tuple[str, str],
    target: BinaryIO,
) -> None:
    """Write the rows letter for letter; our columns stand first, where a short row is whole."""
    separator, encoding = sheet.separator, sheet.encoding
    with source.open() as stream:
        has_mark = stream.read(len(_BOM)) == _BOM
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    target.write(_BOM if has_mark else b"")
    with (
        source.open() as stream,
        io.TextIOWrapper(stream, sheet.encoding, errors="replace", newline="") as text,
    ):
        for row, (raw, cells) in enumerate(raw_records(text, separator), start=1):
            is_blank = cells is not None and not any(cell.strip() for cell in cells)
            if not selection.stays(None, row, is_blank=is_blank):
                continue
            lead = io.StringIO()
            writer = csv.writer(lead, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="")
            writer.writerow(selection.remarks(None, row, headers))
            ending = "" if raw.endswith(("\n", "\r")) else "\r\n"
            line = f"{lead.getvalue()}{separator}{raw}{ending}"
            target.write(line.encode(encoding, errors="replace"))


def _write_json(source: SourceFile, said: Said, headers: tuple[str, str], target: BinaryIO) -> None:
    """Write the rows letter for letter as a list, within whatever the list stood in."""
    around, rows = _json_list(source) or (None, [])
    given = []
    for number, row in enumerate(rows, start=1):
        if (None, number) not in said:
            continue
        raw = bytes(row).strip()
        if raw.startswith(b"{"):
            pairs = zip(headers, said[None, number], strict=True)
            ours = ", ".join(
                f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(text, ensure_ascii=False)}"
                for name, text in pairs
            )
            rest = raw[1:].lstrip()
            comma = b"" if rest.startswith(b"}") else b", "
            raw = b"{" + ours.encode() + comma + rest
        given.append(raw)
    listed = b"[\n" + b",\n".join(given) + b"\n]\n"
    if around is None:
        target.write(listed)
        return
    fields = [
        json.dumps(name, ensure_ascii=False).encode() + b": " + (raw or listed)
        for name, raw in around.items()
    ]
    target.write(b"{\n" + b",\n".join(fields) + b"}\n")


def _json_list(source: SourceFile) -> _JsonList | None:
    """Return the rows as they are written, and what the list stands in, if it stands in anything.

    Where the list stood there is nothing. None if there is no such list: one document has no rows
    to give back.
    """
    with without_remarks(source).open() as stream:
        content = stream.read().removeprefix(_BOM)
    try:
        return None, msgspec.json.decode(content, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        fields = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        lists = [name for name, raw in fields.items() if bytes(raw).lstrip().startswith(b"[")]
        if len(lists) != 1:
            return None
        rows = msgspec.json.decode(fields[lists[0]], type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    around = {name: b"" if name == lists[0] else bytes(raw) for name, raw in fields.items()}
    return around, rows
