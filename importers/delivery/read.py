"""Delivery lists read into records, with returns, services and goods that are counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import DeliveryRecord, Issue, Severity, StatedDate
from importers.bill.grid import Grid, grids
from importers.bill.header import PrintedHeader, header_at
from importers.bill.lines import LineNumbers, factors_in, remark_on_sort
from importers.bill.money import without_noise
from importers.bill.notes import LineNotes, with_sheet
from importers.bill.outcomes import Entry, outcomes
from importers.bill.table import strange_previews
from importers.bill.units import Units
from importers.bill.words import words
from importers.delivery.figures import day, plain_number, uses_decimal_comma
from importers.delivery.repeats import Repeats
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.names import folded_word
from importers.source import Placement, ReadOutcome, SourceFile
from importers.table.columns import layout
from importers.table.values import number as number_in

_NAMES_A_DELIVERY = ("supplier", "note_number", "delivered_on")


def is_delivery_list(source: SourceFile) -> bool:
    """Return whether a file is a delivery list of somebody else's making."""
    try:
        return any(_header_of(grid) is not None for grid in strange_previews(source))
    except ImportRefusedError:
        return False


def _header_of(grid: Grid) -> PrintedHeader | None:
    for index in range(len(grid.rows)):
        header = header_at(grid, index, words().delivery)
        if header is not None and header.names(*_NAMES_A_DELIVERY):
            return header
    return None


def read_delivery_list(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the deliveries and issues of a list.

    Raises:
        ImportRefusedError: It is not said where and when the goods came, or there are none.
    """
    sheets = [(grid, _header_of(grid)) for grid in grids(source)]
    headers = [header for _, header in sheets if header is not None]
    entries: list[Entry] = []
    first: list[Issue] = []
    reading = _Reading(place=_placed(placement, headers), units=Units(lookups.units))
    for grid, header in sheets:
        if header is None:
            first.append(_of_sheet("sheet-not-read", grid))
            continue
        first += _remarks_on(grid, header)
        entries += _Sheet(grid, header, reading).entries()
    yield from outcomes(
        entries,
        batch_rows=batch_rows,
        first_issues=first,
        last_issues=reading.units.remarks,
        total=len(entries),
    )


def _placed(placement: Placement | None, headers: list[PrintedHeader]) -> Placement:
    """Return where and when goods came, as far as the list does not say it itself.

    Raises:
        ImportRefusedError: Something is said nowhere.
    """
    has_note = all(header.names("note_number") for header in headers)
    has_day = all(header.names("delivered_on") for header in headers)
    missing = [
        names
        for names, is_said in (
            (("项目代码", "project"), placement is not None),
            (("单体编号", "building"), placement is not None),
            (("送货单号", "delivery note"), has_note or (placement and placement.note_number)),
            (("进场日期", "day of delivery"), has_day or (placement and placement.delivered_on)),
        )
        if not is_said
    ]
    if missing or placement is None:
        raise refusal(
            "placement-needed",
            missing_zh="、".join(chinese for chinese, _ in missing),
            missing_en=", ".join(english for _, english in missing),
        )
    return placement


def _of_sheet(code: str, grid: Grid, **facts: str) -> Issue:
    return with_sheet(Issue(code=code, severity=Severity.WARNING, facts=facts), grid.name)


def _remarks_on(grid: Grid, header: PrintedHeader) -> Iterator[Issue]:
    above = sum(any(row) for row in grid.rows[: header.first_row - 1])
    if above:
        yield _of_sheet("rows-above-header", grid, count=str(above))
    for issue in grid.broken:
        yield with_sheet(issue, grid.name)
    for column, text in {**header.unknown, **header.doubled}.items():
        if any(len(row) > column and row[column] for row in grid.rows[header.last_row :]):
            issue = Issue(
                code="bill-column-twice" if column in header.doubled else "unknown-column",
                severity=Severity.WARNING,
                row=header.first_row,
                column=text,
                value=text,
            )
            yield with_sheet(issue, grid.name)


class _Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheets of one list share."""

    place: Placement
    units: Units
    numbers: LineNumbers = msgspec.field(default_factory=LineNumbers)
    repeats: Repeats = msgspec.field(default_factory=Repeats)


class _Sheet:
    """The deliveries of one sheet."""

    def __init__(self, grid: Grid, header: PrintedHeader, reading: _Reading) -> None:
        self._grid = grid
        self._header = header
        self._units = reading.units
        self._place = reading.place
        self._numbers = reading.numbers
        self._repeats = reading.repeats
        figures = [
            header.read(row, field)[1]
            for row in grid.rows[header.last_row :]
            for field in ("quantity", "amount")
        ]
        self._has_decimal_comma = uses_decimal_comma(figures)

    def entries(self) -> Iterator[Entry]:
        """Yield what each row brought."""
        last = None
        for index, row in enumerate(self._grid.rows[self._header.last_row :]):
            number = self._header.last_row + index + 1
            texts = {
                field: text
                for field in self._header.places
                if (text := self._header.read(row, field)[1])
            }
            if not any(row) or self._is_print(number, texts):
                continue
            record, notes = self._read(number, texts)
            if record is not None and not self._repeats.take(
                record, texts.get("article", ""), notes, previous=last
            ):
                record = None
            last = record or last
            yield record, notes.issues

    def _is_print(self, number: int, texts: Mapping[str, str]) -> bool:
        """Return whether a row is a header again, or a sum."""
        if header_at(self._grid, number - 1, words().delivery) is not None:
            return True
        if "unit" in texts or not texts:
            return False
        first = folded_word(next(iter(texts.values())))
        return re.search(words().print.subtotal, first) is not None

    def _read(self, number: int, texts: dict[str, str]) -> tuple[DeliveryRecord | None, LineNotes]:
        notes = LineNotes(number, self._grid.name, self._header.written)
        self._tell_of_hidden(number, notes)
        for field, text in texts.items():
            notes.check_text(field, text)
        for field in ("name", "unit", "quantity"):
            if field not in texts:
                notes.miss(field)
        quantity = notes.value("quantity", texts.get("quantity", ""), self._number)
        amount = notes.value("amount", texts.get("amount", ""), self._number)
        note = texts.get("note_number") or self._place.note_number
        if note is None:
            notes.refuse("missing-value", "note_number", None)
        delivered_on = self._day(texts.get("delivered_on"), notes)
        if notes.is_refused or quantity is None or note is None or delivered_on is None:
            return None, notes
        remark_on_sort(notes, texts["name"], texts["unit"])
        features = texts.get("features")
        unit = self._units.of(texts["unit"], row=number, sheet=self._grid.name)
        record = DeliveryRecord(
            row=number,
            sheet=self._grid.name,
            project=self._place.project,
            building=self._place.building,
            note_number=note,
            line_number=self._line_number(number, note, texts),
            delivered_on=delivered_on.day,
            delivered_precision=delivered_on.precision,
            name=texts["name"],
            specification=features,
            unit=unit,
            quantity=quantity,
            amount=amount,
            supplier=texts.get("supplier"),
            declared=factors_in(features, unit, notes),
        )
        return record, notes

    def _tell_of_hidden(self, number: int, notes: LineNotes) -> None:
        for field, (column, _) in self._header.places.items():
            issue = self._grid.hidden.get((number, column))
            if issue is not None:
                notes.hidden(issue, field, is_error=True)

    def _number(self, text: str) -> object:
        plain = plain_number(text) if self._has_decimal_comma else text
        return number_in(without_noise(plain), layout().limits)

    def _day(self, text: str | None, notes: LineNotes) -> StatedDate | None:
        if text is not None:
            return day(text, notes)
        if self._place.delivered_on is None:
            notes.refuse("missing-value", "delivered_on", None)
            return None
        return StatedDate(day=self._place.delivered_on)

    def _line_number(self, row: int, note: str, texts: Mapping[str, str]) -> str:
        """Return the line's own number or, where it has none, one that its words make."""
        own = texts.get("line_number")
        if own:
            return self._numbers.of(own, row=row, within=note)[0]
        told = (texts.get("supplier", ""), texts["name"], texts["unit"], texts.get("features", ""))
        return self._numbers.of(texts.get("article") or texts["name"], *told, row=row, within=note)[
            0
        ]
