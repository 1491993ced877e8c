"""Bills in tables: workbooks by GB 50500 as they are printed, and priced lists, also as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind, Severity
from importers.bill.grid import Grid, grids
from importers.bill.header import header_at
from importers.bill.lines import BillLines, WrittenLine, placed
from importers.bill.outcomes import bill_outcomes
from importers.bill.pages import Pages
from importers.bill.words import words
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.names import folded_word
from importers.source import Placement, ReadOutcome, SourceFile
from importers.table.header import find_header
from importers.table.read import sheets_of

_NO_TABLES = (b"<", b"{", b"[", b"ISO-10303", b"\xef\xbb\xbf<", b"\xef\xbb\xbf{", b"\xef\xbb\xbf[")
_OURS_ALONE = frozenset({"building", "stage"})
_ITEMS = "items"
_MATERIALS = "materials"


def is_bill_table(source: SourceFile) -> bool:
    """Return whether a file is a bill or a priced list of somebody else's making."""
    return any(_has_header(grid) or _has_title(grid) for grid in strange_previews(source))


def _has_header(grid: Grid) -> bool:
    return any(header_at(grid, index, words().bill) for index in range(len(grid.rows)))


def _has_title(grid: Grid) -> bool:
    titles = words().titles
    return any(folded_word(cell) in titles for row in grid.rows for cell in row if cell)


def strange_previews(source: SourceFile) -> Iterator[Grid]:
    """Yield the first rows of every sheet, none if the file is no table or one of our own."""
    try:
        if source.head(16).lstrip().startswith(_NO_TABLES):
            return
        previews = [sheet.preview() for sheet in sheets_of(source)]
    except ImportRefusedError:
        return
    if any(_is_ours(preview) for preview in previews):
        return
    for preview in previews:
        yield Grid(name=None, rows=[[" ".join(cell.split()) for cell in row] for row in preview])


def _is_ours(preview: list[list[str]]) -> bool:
    """Return whether a table has a column for buildings or stages, as only ours do, or is whole."""
    headers = [find_header(preview, kind) for kind in (Kind.BILL_LINES, Kind.DELIVERIES)]
    return any(_OURS_ALONE & header.places.keys() for header in headers) or any(
        not find_header(preview, kind).missing for kind in (Kind.PRODUCTS, Kind.PROJECTS)
    )


def read_bill_table(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the lines and issues of a bill.

    Raises:
        ImportRefusedError: It is not said where the lines belong, or there are none to be found.
    """
    lines = BillLines(lookups, placed(placement))
    sheets = grids(source)
    pages = [Pages(grid) for grid in sheets]
    found = [line for page in pages for line in page.lines]
    issues = [issue for page in pages for issue in page.issues]
    if not found:
        raise refusal("bill-without-lines")
    wanted = _wanted(found, of_materials=placement is not None and placement.of_materials)
    issues += _of_others(found, wanted)
    taken = [line for line in found if line.role == wanted]
    yield from bill_outcomes(lines, taken, batch_rows=batch_rows, first_issues=issues)


def _wanted(found: list[WrittenLine], *, of_materials: bool) -> str:
    roles = {line.role for line in found}
    if len(roles) == 1:
        return roles.pop()
    return _MATERIALS if of_materials else _ITEMS


def _of_others(found: list[WrittenLine], wanted: str) -> Iterator[Issue]:
    others = [line for line in found if line.role != wanted]
    if others:
        yield Issue(
            code="bill-items-not-taken" if wanted == _MATERIALS else "bill-materials-not-taken",
            severity=Severity.WARNING,
            sheet=others[0].sheet,
            row=others[0].row,
            facts={"count": str(len(others))},
        )
