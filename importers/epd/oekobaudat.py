"""The rows of one data set of an ÖKOBAUDAT table, one for each module and scenario, as a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import msgspec

from catalog.records import EpdOrganisation, EpdRecord, EpdScenario, LocalText
from importers.epd.notes import Notes, Results
from importers.epd.tables import (
    Column,
    amount_columns,
    shared,
    unit_of,
    words_of,
)
from importers.lookups.names import folded_word

_A2 = "EN 15804+A2"
_EDITIONS = ("EF 3.0", "EF 3.1")
_QUOTED = re.compile(r"'([^']*)'")
# They differ from row to row of one data set; everything else is said of all of it.
_OF_ROWS = ("module", "scenario", "scenario_description")


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Where each field, property and indicator stands, and which columns nobody knows."""

    width: int
    names: tuple[str, ...]
    places: dict[str, int]
    properties: dict[str, int]
    amounts: dict[int, Column]
    unknown: tuple[str, ...]

    @property
    def carrying(self) -> frozenset[int]:
        """The columns that may differ within one data set."""
        rows = [self.places[field] for field in _OF_ROWS if field in self.places]
        return frozenset((*rows, *self.amounts))


def columns_of(header: Sequence[str]) -> Columns:
    """Return what the columns hold, by their names and never by their order."""
    fields, properties, kept = _known()
    places: dict[str, int] = {}
    found: dict[str, int] = {}
    amounts: dict[int, Column] = {}
    unknown = []
    for place, name in enumerate(header):
        word = folded_word(name)
        if name.strip() in amount_columns():
            amounts[place] = amount_columns()[name.strip()]
        elif word in fields:
            places.setdefault(fields[word], place)
        elif word in properties:
            found.setdefault(properties[word], place)
        elif word and word not in kept:
            unknown.append(name.strip())
    return Columns(
        width=len(header),
        names=tuple(name.strip() for name in header),
        places=places,
        properties=found,
        amounts=amounts,
        unknown=tuple(unknown),
    )


@cache
def _known() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    words = words_of("oekobaudat")
    tables = [
        {folded_word(name): key for key, names in words[table].items() for name in names}
        for table in ("columns", "properties")
    ]
    return tables[0], tables[1], frozenset(folded_word(name) for name in words["kept"])


def repaired(cells: list[str], columns: Columns) -> tuple[list[str] | None, str | None]:
    """Return the cells in their columns, and what was to be said; None if they cannot be told.

    Where a data set has no product flow its rows lack one of the empty cells between the
    reference flow and the module. That is proved by a module standing one column too early after
    nothing but empty cells; the missing cell is put back.
    """
    modules = shared().modules
    place = columns.places["module"]
    start = columns.places.get("reference_flow", place)
    if len(cells) > place and cells[place].strip() in modules:
        moved = None
    elif (
        0 < place <= len(cells)
        and cells[place - 1].strip() in modules
        and not any(cell.strip() for cell in cells[start : place - 1])
    ):
        cells = [*cells[: place - 1], "", *cells[place - 1 :]]
        moved = "epd-shift-repaired"
    elif len(cells) > place and _stands_right(cells, columns):
        moved = None
    else:
        return None, "epd-row-shifted"
    if any(cell.strip() for cell in cells[columns.width :]):
        return None, "long-row"
    if len(cells) < columns.width - 1:
        return None, "short-row"
    return [*cells[: columns.width], *[""] * (columns.width - len(cells))], moved


def _stands_right(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether a row with a module that nobody knows has everything else in its place."""
    amounts = [cells[place] for place in columns.amounts if place < len(cells)]
    known = shared().not_declared
    numbers = [text for text in amounts if text.strip() and text.strip().casefold() not in known]
    module = cells[columns.places["module"]].strip()
    return bool(module) and not re.match(r"[-+\d.]", module) and len(numbers) > 0


def record_of(
    rows: Sequence[tuple[int, list[str]]], columns: Columns, notes: Notes, *, comma: bool
) -> EpdRecord | None:
    """Return the declaration that the rows of one data set make, or None if they do not."""
    first = rows[0][1]
    carrying = columns.carrying
    for row, cells in rows[1:]:
        for place, (one, other) in enumerate(zip(first, cells, strict=True)):
            if one != other and place not in carrying:
                facts = {"first_row": str(rows[0][0]), "other_row": str(row)}
                notes.refuse("epd-rows-disagree", columns.names[place], other, **facts)
                return None

    def text(field: str) -> str | None:
        place = columns.places.get(field)
        return None if place is None else notes.text(first[place], columns.names[place])

    def number(place: int | None) -> Decimal | None:
        if place is None:
            return None
        return notes.property(_dotted(first[place], comma=comma), columns.names[place])

    standards = _QUOTED.findall(text("compliance") or "") or [text("compliance") or ""]
    results = Results(notes)
    edition = next((one for one in _EDITIONS for said in standards if one in said), None)
    for _, cells in rows:
        _take_row(results, cells, columns, edition, comma=comma)
    names = [
        LocalText(language, name) for language in ("de", "en") if (name := text(f"name_{language}"))
    ]
    if not names:
        notes.refuse("epd-no-name", "Name (de)")
    quantity = number(columns.places.get("quantity"))
    written = text("unit")
    unit = unit_of(written) if written else None
    if quantity is None or written is None:
        notes.remark("epd-no-declared-unit", "Bezugsgroesse")
    elif unit is None:
        notes.remark("epd-unknown-unit", "Bezugseinheit", written)
    owner, authority = text("owner"), text("authority")
    values = {name: number(place) for name, place in columns.properties.items()}
    record = EpdRecord(
        row=notes.row,
        format="oekobaudat-csv",
        identifier=(text("uuid") or "").lower(),
        version=text("version"),
        names=tuple(names),
        subtype=text("subtype"),
        classes=tuple(filter(None, [_QUOTED.sub(r"\1", text("category") or "")])),
        owner=EpdOrganisation(name=owner) if owner else None,
        operator=EpdOrganisation(name=authority) if authority else None,
        registration_number=text("registration_number"),
        compliance=tuple(one for one in standards if one),
        location=text("location"),
        reference_year=notes.year(text("reference_year"), "Referenzjahr"),
        issued_on=notes.date(text("issued_on"), "Veroeffentlicht am"),
        valid_until=notes.date(text("valid_until"), "Gueltig bis"),
        declared_quantity=quantity,
        declared_unit=unit or written,
        properties={name: value for name, value in values.items() if value is not None},
        scenarios=_scenarios(rows, columns, notes),
        results=results.all(),
        url=text("url"),
        document=msgspec.json.encode(
            {"columns": columns.names, "rows": [cells for _, cells in rows]}
        ).decode(),
    )
    return None if notes.is_refused else record


def _take_row(
    results: Results, cells: Sequence[str], columns: Columns, edition: str | None, *, comma: bool
) -> None:
    module = cells[columns.places["module"]].strip()
    place = columns.places.get("scenario")
    scenario = (cells[place].strip() or None) if place is not None else None
    for column, what in columns.amounts.items():
        if written := cells[column].strip():
            method = edition if what.method == _A2 and edition else what.method
            text = _dotted(written, comma=comma)
            results.take(what.indicator, method, what.unit, [(module, scenario, text)])


def _scenarios(
    rows: Sequence[tuple[int, list[str]]], columns: Columns, notes: Notes
) -> tuple[EpdScenario, ...]:
    place = columns.places.get("scenario")
    said = columns.places.get("scenario_description")
    found: dict[str, tuple[LocalText, ...]] = {}
    for _, cells in rows:
        name = cells[place].strip() if place is not None else ""
        text = notes.text(cells[said], columns.names[said]) if said is not None else None
        if name:
            found[name] = (LocalText(None, text),) if text else found.get(name, ())
    return tuple(EpdScenario(name=name, description=texts) for name, texts in found.items())


def _dotted(text: str, *, comma: bool) -> str:
    return text.replace(",", ".") if comma else text
