"""Tables of products, projects, bill lines and deliveries, from CSV, XLSX or HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.records import Issue, Kind, Severity
from importers.documents import refuse_document
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import ReadOutcome, SourceFile
from importers.table.columns import columns_of, layout
from importers.table.csv_sheet import CsvSheet
from importers.table.header import Header, find_header, header_issues, require
from importers.table.html_sheet import is_page, open_page
from importers.table.mapped import MappedSheet, mapped_sheets
from importers.table.mapping import Mapping
from importers.table.records import BUILDERS
from importers.table.references import refuse_reference_list
from importers.table.rows import CellReaders, Rows
from importers.table.seen import Seen
from importers.table.sheet import Sheet
from importers.table.xlsx_sheet import open_sheets

_ZIP = b"PK"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# Fewer columns than these in common with a template are chance, not a template half filled in.
_ENOUGH_TO_NAME_A_KIND = 3
_NOT_REPEATED = frozenset(
    {"quantity", "signed-quantity", "positive", "integer", "percent", "answer"}
)


def recognise_table(source: SourceFile) -> Kind:
    """Return which kind of table a file is, by its header.

    Raises:
        ImportRefusedError: It is no table, or lacks columns of every kind.
    """
    return _table_of(source, None)[0]


def read_table(
    source: SourceFile,
    lookups: Lookups,
    *,
    kind: Kind | None = None,
    mapping: Mapping | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the records and issues of a table, a stretch of rows at a time.

    ``mapping`` says what the columns are; without it they are known by our own headers.

    Raises:
        ImportRefusedError: Nothing in the file can be understood as this kind of table.
    """
    sheets: Sequence[Sheet]
    if mapping is None:
        found, sheets = _table_of(source, kind)
    else:
        found, sheets = mapping.kind, mapped_sheets(sheets_of(source), mapping, lookups)
    seen = Seen()
    build = BUILDERS[found]
    total = _total_rows(sheets)
    done = 0
    for sheet in sheets:
        if isinstance(sheet, MappedSheet):
            header, remarks = sheet.header, sheet.remarks()
            require(header, sheet.name)
        else:
            header = find_header(sheet.preview(), found)
            remarks = header_issues(header, sheet.name)
        is_left_out = mapping is not None and not isinstance(sheet, MappedSheet)
        if header.missing or header.doubled or is_left_out:
            yield ReadOutcome(records=[], issues=_unread(sheet), rows_done=done, rows_total=total)
            continue
        readers = CellReaders(header, lookups, day_zero=sheet.day_zero)
        if remarks:
            yield ReadOutcome(records=[], issues=remarks, rows_done=done, rows_total=total)
        for stretch in sheet.stretches(
            list(header.places.values()),
            after_row=header.row,
            size=batch_rows,
            numbers=_number_columns(header),
        ):
            rows = Rows(stretch, readers, sheet.name)
            records = list(build(rows, seen))
            in_order = sorted(rows.issues, key=lambda issue: issue.row or 0)
            done += stretch.count
            yield ReadOutcome(records=records, issues=in_order, rows_done=done, rows_total=total)


def _table_of(source: SourceFile, kind: Kind | None) -> tuple[Kind, list[Sheet]]:
    sheets = sheets_of(source)
    previews = [(sheet, sheet.preview()) for sheet in sheets]
    kinds = [kind] if kind is not None else list(layout().kinds)
    headers = [(find_header(preview, each), sheet) for sheet, preview in previews for each in kinds]
    if not headers:
        raise refusal("table-without-rows")
    whole = [pair for pair in headers if not pair[0].missing]
    if whole:
        header, sheet = max(whole, key=lambda pair: len(pair[0].places))
    else:
        header, sheet = max(headers, key=lambda pair: _likeness(pair[0]))
        if kind is None and len(header.places) < _ENOUGH_TO_NAME_A_KIND:
            refuse_reference_list(preview for _, preview in previews)
            raise refusal("unknown-table")
    require(header, sheet.name)
    return header.kind, sheets


def sheets_of(source: SourceFile) -> list[Sheet]:
    """Return the sheets of a file, opened once.

    Raises:
        ImportRefusedError: It is neither a workbook nor text.
    """
    return source.keep("sheets", lambda: _opened(source))


def _opened(source: SourceFile) -> list[Sheet]:
    if is_page(source):
        return list(open_page(source))
    refuse_document(source)
    if source.head(4).startswith((_ZIP, _OLD_WORKBOOK)):
        notes = set(layout().notes_sheet.values())
        return [sheet for sheet in open_sheets(source) if sheet.name not in notes]
    return [CsvSheet(source)]


def _likeness(header: Header) -> tuple[int, int]:
    return len(header.places) - len(header.missing), len(header.places)


def _number_columns(header: Header) -> frozenset[int]:
    columns = columns_of(header.kind)
    return frozenset(
        place for field, place in header.places.items() if columns[field].reads in _NOT_REPEATED
    )


def _unread(sheet: Sheet) -> list[Issue]:
    return [Issue(code="sheet-not-read", severity=Severity.WARNING, sheet=sheet.name)]


def _total_rows(sheets: Sequence[Sheet]) -> int | None:
    totals = [sheet.total_rows for sheet in sheets]
    return None if None in totals else sum(total for total in totals if total is not None)
