"""Our own table of declarations and their amounts, as CSV or XLSX: its layout, and its writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
import xlsxwriter

from catalog.records import EpdRecord, EpdScenario, LocalText, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd.exported import Exported
from importers.epd.tables import words_of

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTIES = ("manufacturer", "owner", "operator", "verifier")
PLAIN = (
    "version",
    "registration_number",
    "product_code",
    "product_rules",
    "subtype",
    "location",
    "declared_unit",
    "url",
)
NUMBERS = ("declared_quantity", "mass_kg")
DATES = ("issued_on", "valid_until")
LISTS = ("compliance", "classes")
IN_LANGUAGES = ("names", "descriptions", "scenario_description")
OF_AMOUNT = ("indicator", "method", "unit", "module", "scenario")
BETWEEN, EQUALS = "\n", " = "
# A spreadsheet would take such a text for a formula; the mark before it says that it is text.
TEXT_MARK, FORMULA_SIGNS = "'", ("=", "+", "-", "@", "'", "\t")
_MARK = "\ufeff"

Cells = dict[tuple[str, str | None], str]


@cache
def columns() -> dict[str, dict[str, str]]:
    """Return the columns' names by language, in order."""
    return msgspec.convert(words_of("results_table")["columns"], dict[str, dict[str, str]])


def yes(language: str) -> str:
    """Return the word for yes."""
    return str(words_of("results_table")["words"]["yes"][language])


def write_csv(records: Iterable[EpdRecord], *, language: str) -> Exported:
    """Return declarations as CSV, with a mark by which spreadsheets know it for UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows(_rows(list(records), language))
    content = (_MARK + stream.getvalue()).encode()
    return Exported(content=content, media_type=CSV, ending="csv")


def write_workbook(records: Iterable[EpdRecord], *, language: str) -> Exported:
    """Return declarations as a workbook; every cell is text, so that no number is rounded."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("EPD")
        for line, row in enumerate(_rows(list(records), language)):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, place, cell)
        sheet.freeze_panes(1, 0)
    return Exported(content=stream.getvalue(), media_type=XLSX, ending="xlsx")


def _rows(records: list[EpdRecord], language: str) -> Iterator[list[str]]:
    tables = [list(_cells(record, language)) for record in records]
    spoken: dict[str, dict[str | None, None]] = {}
    for name, tongue in (key for table in tables for row in table for key in row):
        if name in IN_LANGUAGES:
            spoken.setdefault(name, {})[tongue] = None
    header = [
        (name, tongue)
        for name in columns()
        for tongue in (spoken.get(name, {}) if name in IN_LANGUAGES else {None: None})
    ]
    yield [
        columns()[name][language] + (f" [{tongue}]" if tongue else "") for name, tongue in header
    ]
    for table in tables:
        for row in table:
            yield [_guarded(key[0], row.get(key, "")) for key in header]


def _guarded(name: str, cell: str) -> str:
    """Return a text as a spreadsheet leaves it; amounts are numbers and may begin with a minus."""
    is_number = name == "amount" or name in NUMBERS
    return f"{TEXT_MARK}{cell}" if cell.startswith(FORMULA_SIGNS) and not is_number else cell


def _cells(record: EpdRecord, language: str) -> Iterator[Cells]:
    """Yield the rows of one declaration, blanks left out."""
    described = {scenario.name: scenario for scenario in record.scenarios}
    first = _header_cells(record)
    base: Cells = {("identifier", None): record.identifier}
    for name in ("version", "names"):
        base |= {key: cell for key, cell in first.items() if key[0] == name}
    rows: list[Cells] = [
        {
            (name, None): str(value)
            for name in (*OF_AMOUNT, "amount")
            if (value := getattr(result, name)) is not None
        }
        for result in record.results
    ]
    used = {row.get(("scenario", None)) for row in rows}
    rows += [{("scenario", None): name} for name in described if name not in used]
    for row in rows or [{}]:
        scenario = described.pop(row.get(("scenario", None), ""), None)
        extra: Cells = _scenario_cells(scenario, language) if scenario else {}
        yield {**base, **first, **row, **extra}
        first = {}


def _header_cells(record: EpdRecord) -> Cells:
    parties = {name: getattr(record, name) for name in PARTIES}
    found: dict[str, str | None] = {name: getattr(record, name) for name in PLAIN}
    found |= {name: party.name if party else None for name, party in parties.items()}
    found |= {f"{name}_id": party.identifier if party else None for name, party in parties.items()}
    found |= {name: _text(getattr(record, name)) for name in NUMBERS}
    found |= {name: _date(getattr(record, name)) for name in DATES}
    found |= {name: BETWEEN.join(getattr(record, name)) for name in LISTS}
    found["reference_year"] = _text(record.reference_year)
    found["properties"] = BETWEEN.join(
        f"{name}{EQUALS}{value}" for name, value in record.properties.items()
    )
    cells: Cells = {(name, None): text for name, text in found.items() if text}
    return cells | _texts("names", record.names) | _texts("descriptions", record.descriptions)


def _scenario_cells(scenario: EpdScenario, language: str) -> Cells:
    cells = _texts("scenario_description", scenario.description)
    if scenario.group is not None:
        cells["scenario_group", None] = scenario.group
    if scenario.is_default:
        cells["scenario_default", None] = yes(language)
    return cells


def _texts(name: str, texts: tuple[LocalText, ...]) -> Cells:
    return {(name, text.language): text.text for text in texts}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _date(stated: StatedDate | None) -> str | None:
    if stated is None:
        return None
    is_day = stated.precision is DatePrecision.DAY
    return stated.day.isoformat() if is_day else f"{stated.day.year:04}"
