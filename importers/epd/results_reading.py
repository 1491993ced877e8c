"""Read our own table of declarations and their amounts back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import EpdOrganisation, EpdRecord, EpdScenario, LocalText
from importers.epd import results_table as table
from importers.epd.notes import Notes, Results
from importers.epd.reading import outcomes
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile
from importers.table.csv_sheet import CsvSheet
from importers.table.read import sheets_of
from importers.table.xlsx_sheet import XlsxSheet

FORM = "epd-table"
_NEEDED = frozenset({"identifier", "indicator", "module", "amount"})
Key = tuple[str, str | None]
Row = dict[Key, str]


def is_results_table(source: SourceFile) -> bool:
    """Return whether a file is our own table of declarations, by its header."""
    try:
        sheet = sheets_of(source)[0]
        rows = sheet.preview()
    except (ImportRefusedError, IndexError):
        return False
    found = {key[0] for key in _header(rows[0]) if key} if rows else set()
    return isinstance(sheet, CsvSheet | XlsxSheet) and found >= _NEEDED


def read_results_table(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of a table; the rows of one follow each other.

    Raises:
        ImportRefusedError: The file is no such table.
    """
    del lookups, placement  # A declaration belongs to no building.
    sheet = sheets_of(source)[0]
    if not isinstance(sheet, CsvSheet | XlsxSheet):
        raise refusal("epd-not-a-document")
    rows = iter(sheet.rows())
    written = next(rows, [])
    names = [*written] if isinstance(written, list) else []
    header = _header(names)

    def data_sets() -> Iterator[tuple[str | None, _Read]]:
        numbered = ((number, row) for number, row in enumerate(rows, start=2) if any(row))
        for _, group in groupby(numbered, key=lambda one: _identity(header, one[1])):
            yield None, _Read(names, header, list(group))

    yield from outcomes(data_sets(), batch_rows=batch_rows)


@cache
def _names() -> dict[str, str]:
    return {
        name.casefold(): key for key, names in table.columns().items() for name in names.values()
    }


def _header(cells: Sequence[str]) -> list[Key | None]:
    """Return what each column holds, None for one that is not ours."""
    found: list[Key | None] = []
    for cell in cells:
        name, _, language = cell.strip().removesuffix("]").partition(" [")
        key = _names().get(name.casefold())
        found.append((key, language or None) if key else None)
    return found


def _identity(header: list[Key | None], row: list[str] | str) -> tuple[str, ...]:
    if isinstance(row, str):
        return (row,)
    cells = _cells(header, row)
    return cells.get(("identifier", None), ""), cells.get(("version", None), "")


def _cells(header: list[Key | None], row: list[str]) -> Row:
    found: Row = {}
    for key, cell in zip(header, row, strict=False):
        text = cell.strip()
        if text.startswith(table.TEXT_MARK) and text[1:].startswith(table.FORMULA_SIGNS):
            text = text[1:]
        if key and text:
            found[key] = text
    return found


class _Read:
    """Reads the rows of one declaration."""

    def __init__(
        self,
        names: list[str],
        header: list[Key | None],
        rows: list[tuple[int, list[str] | str]],
    ) -> None:
        self._names = names
        self._header = header
        self._rows = rows

    def __call__(self, notes: Notes) -> EpdRecord | None:
        """Return the declaration, or None if what the notes say keeps it out."""
        notes.row = self._rows[0][0]
        good: list[list[str]] = []
        for _, row in self._rows:
            if isinstance(row, str):
                notes.refuse(row)
            else:
                good.append(row)
        for key, name in zip(self._header, self._names, strict=True):
            if key is None and name.strip():
                notes.remark("unknown-field", name)
        rows = [_cells(self._header, row) for row in good]
        first = self._first(rows, notes)
        identifier = first.get(("identifier", None))
        if identifier is None:
            notes.refuse("epd-no-identifier", "identifier")
        names = _texts(first, "names")
        if not names:
            notes.refuse("epd-no-name", "names")
        results = Results(notes)
        for cells in rows:
            _take(results, cells, notes)
        document = {"columns": self._names, "rows": good}
        record = EpdRecord(
            row=notes.row,
            sheet=notes.sheet,
            format=FORM,
            identifier=identifier or "",
            names=names,
            descriptions=_texts(first, "descriptions"),
            **{name: first.get((name, None)) for name in table.PLAIN},  # type: ignore[arg-type]  # All of them are texts.
            **{name: _party(first, name) for name in table.PARTIES},  # type: ignore[arg-type]  # All of them are parties.
            **{name: notes.number(first.get((name, None)), name) for name in table.NUMBERS},  # type: ignore[arg-type]  # All of them are numbers.
            **{name: notes.date(first.get((name, None)), name) for name in table.DATES},  # type: ignore[arg-type]  # All of them are dates.
            **{name: _list(first, name) for name in table.LISTS},  # type: ignore[arg-type]  # All of them are lists.
            reference_year=notes.year(first.get(("reference_year", None)), "reference_year"),
            properties=_properties(first, notes),
            scenarios=_scenarios(rows),
            results=results.all(),
            document=msgspec.json.encode(document).decode(),
        )
        return None if notes.is_refused else record

    def _first(self, rows: list[Row], notes: Notes) -> Row:
        """Return what is said of the whole declaration; the first row that says a thing counts."""
        of_rows = {*table.OF_AMOUNT, "amount", "scenario_group", "scenario_default"}
        of_rows.add("scenario_description")
        found: Row = {}
        for row in rows:
            for key, text in row.items():
                if key[0] not in of_rows and found.setdefault(key, text) != text:
                    notes.remark("epd-rows-disagree", key[0], text)
        return found


def _take(results: Results, row: Row, notes: Notes) -> None:
    amount = row.get(("amount", None))
    indicator = row.get(("indicator", None))
    if amount is None:
        return
    if indicator is None:
        notes.refuse("epd-nameless-indicator", "indicator", amount)
        return
    method, unit, module, scenario = (row.get((name, None)) for name in table.OF_AMOUNT[1:])
    results.take(indicator, method, unit, [(module, scenario, amount)])


def _texts(row: Row, name: str) -> tuple[LocalText, ...]:
    return tuple(LocalText(key[1], text) for key, text in row.items() if key[0] == name)


def _party(row: Row, name: str) -> EpdOrganisation | None:
    called, identifier = row.get((name, None)), row.get((f"{name}_id", None))
    return EpdOrganisation(name=called, identifier=identifier) if called or identifier else None


def _list(row: Row, name: str) -> tuple[str, ...]:
    text = row.get((name, None))
    return tuple(part.strip() for part in text.split(table.BETWEEN)) if text else ()


def _properties(row: Row, notes: Notes) -> dict[str, Decimal]:
    found = {}
    for pair in _list(row, "properties"):
        name, _, value = pair.partition(table.EQUALS)
        number = notes.number(value, name)
        if number is not None:
            found[name] = number
    return found


def _scenarios(rows: list[Row]) -> tuple[EpdScenario, ...]:
    found: dict[str, EpdScenario] = {}
    for row in rows:
        name = row.get(("scenario", None))
        if name is not None and name not in found:
            found[name] = EpdScenario(
                name=name,
                group=row.get(("scenario_group", None)),
                is_default=("scenario_default", None) in row,
                description=_texts(row, "scenario_description"),
            )
    return tuple(found.values())
