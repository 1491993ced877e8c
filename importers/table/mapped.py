"""A stranger's sheet seen through a mapping: the columns of our own template, cells prepared."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from catalog.records import Issue, Severity
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.guesses import guesses
from importers.lookups.names import folded_word
from importers.table.cells import cell_parsers
from importers.table.columns import columns_of, layout
from importers.table.header import Header
from importers.table.heads import Heads, find_heads
from importers.table.mapping import DayOrder, MappedColumn, Mapping, Part
from importers.table.rows import NOT_TEXT
from importers.table.sheet import Sheet, Stretch
from importers.table.values import UnreadableError, exact

Prepare = Callable[[str], str]

_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})((?:[ T]\d.*)?)", re.ASCII)
_SHOWN = 100


class MappedSheet:
    """A sheet whose columns stand in the order of the mapping's fields."""

    def __init__(self, sheet: Sheet, mapping: Mapping, heads: Heads) -> None:
        self._sheet = sheet
        self._mapping = mapping
        self._heads = heads
        self._place_of = {head.header: head.place for head in heads.heads}
        self._fields = [*mapping.columns, *mapping.constants, *mapping.counted]
        self.header = Header(
            kind=mapping.kind,
            row=heads.last_row,
            places={field: place for place, field in enumerate(self._fields)},
            written={field: column.header for field, column in mapping.columns.items()},
            unknown=[],
            doubled=[],
            rows_above=_rows_above(sheet, heads),
        )

    @property
    def name(self) -> str | None:
        """The sheet's name."""
        return self._sheet.name

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, header included, if that is known beforehand."""
        return self._sheet.total_rows

    @property
    def day_zero(self) -> dt.date:
        """The day from which bare day numbers count."""
        return self._sheet.day_zero

    def preview(self) -> list[list[str]]:
        """Return the first rows of the sheet itself."""
        return self._sheet.preview()

    def remarks(self) -> list[Issue]:
        """Return what nobody takes: columns left out on purpose, and columns not spoken of."""
        taken = {column.header for column in self._mapping.columns.values()}
        left = [head.header for head in self._heads.heads if head.header not in taken]
        ignored = [header for header in left if header in self._mapping.ignored]
        issues = [
            self._remark("unknown-column", header, {})
            for header in left
            if header not in self._mapping.ignored
        ]
        if ignored:
            facts = {"count": str(len(ignored)), "columns": "、".join(ignored)}
            issues.insert(0, self._remark("columns-left-out", None, facts))
        if self.header.rows_above:
            facts = {"count": str(self.header.rows_above)}
            issues.insert(0, self._remark("rows-above-header", None, facts))
        return issues

    def stretches(
        self, columns: Sequence[int], *, after_row: int, size: int, numbers: frozenset[int]
    ) -> Iterator[Stretch]:
        """Return the rows after a row with these fields, each cell prepared for its field."""
        fields = [self._fields[column] for column in columns]
        places = {
            field: self._place_of[column.header]
            for field, column in self._mapping.columns.items()
            if field in fields
        }
        real = list(dict.fromkeys(places.values()))
        real_numbers = {places[self._fields[n]] for n in numbers if self._fields[n] in places}
        prepared = {field: _preparer(field, self._mapping.columns[field]) for field in places}
        for stretch in self._sheet.stretches(
            real, after_row=after_row, size=size, numbers=frozenset(real_numbers)
        ):
            texts = dict(zip(real, stretch.columns, strict=True))
            filled = [
                any(cell.strip() for cell in row) for row in zip(*stretch.columns, strict=True)
            ]
            found = {
                field: _Prepared(prepared[field]).all(texts[place])
                for field, place in places.items()
            }
            for field, text in self._mapping.constants.items():
                found[field] = [text if is_filled else "" for is_filled in filled]
            for field in self._mapping.counted:
                found[field] = [
                    str(row) if is_filled else ""
                    for row, is_filled in enumerate(filled, start=stretch.first_row)
                ]
            yield msgspec.structs.replace(stretch, columns=[found[field] for field in fields])

    def _remark(self, code: str, column: str | None, facts: dict[str, str]) -> Issue:
        return Issue(
            code=code,
            severity=Severity.WARNING,
            sheet=self.name,
            row=self._heads.last_row,
            column=column,
            facts=facts,
        )


def mapped_sheets(sheets: Sequence[Sheet], mapping: Mapping, lookups: Lookups) -> list[Sheet]:
    """Return the sheets as the mapping shows them; those that it does not fit, as they are.

    Raises:
        ImportRefusedError: It fits none, or a value that it gives to every row cannot be read.
    """
    found: list[Sheet] = []
    missing: list[str] = []
    for sheet in sheets:
        heads = find_heads(sheet.preview(), lookups)
        headers = {head.header for head in heads.heads} if heads else set()
        absent = [c.header for c in mapping.columns.values() if c.header not in headers]
        if heads and not absent:
            found.append(MappedSheet(sheet, mapping, heads))
        else:
            missing = missing or absent
            found.append(sheet)
    if not any(isinstance(sheet, MappedSheet) for sheet in found):
        raise refusal("mapping-does-not-fit", columns="、".join(missing[:20])[:500])
    _check_constants(mapping, lookups, sheets[0].day_zero)
    return found


def in_day_order(text: str, order: DayOrder) -> str:
    """Return a day with its year at the end as year, month, day; any other text as it is."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return text
    one, _, two, year, clock = match.groups()
    month, day = (one, two) if order is DayOrder.MONTH_FIRST else (two, one)
    return f"{year}-{month}-{day}{clock}"


def part_of(text: str, separator: str, part: Part) -> str:
    """Return the part before or after the first separator; of a text without one, all or nothing.

    What has no separator is the part after it: the part before it is not said.
    """
    before, found, after = text.partition(separator)
    if not found:
        return "" if part is Part.BEFORE else text
    return (before if part is Part.BEFORE else after).strip()


class _Prepared(dict[str, str]):
    """Texts of one column, each distinct one prepared once."""

    def __init__(self, prepare: Prepare) -> None:
        super().__init__()
        self._prepare = prepare

    def __missing__(self, text: str) -> str:
        self[text] = found = self._prepare(text)
        return found

    def all(self, texts: list[str]) -> list[str]:
        return [self[text] for text in texts]


def _preparer(field: str, column: MappedColumn) -> Prepare:
    unknown = guesses().unknown_words
    limits = layout().limits

    def prepare(text: str) -> str:
        if column.separator is not None and column.part is not None:
            text = part_of(text, column.separator, column.part)
        if folded_word(text) in unknown:
            return ""
        if column.day_order is not None:
            text = in_day_order(text, column.day_order)
        if column.factor is not None and text.strip():
            try:
                text = f"{exact(text, limits) * column.factor:f}"
            except UnreadableError:
                return text  # The reader of the cell says what is wrong with it.
        return text

    return prepare


def _check_constants(mapping: Mapping, lookups: Lookups, day_zero: dt.date) -> None:
    columns = columns_of(mapping.kind)
    parsers = cell_parsers(lookups, layout().limits, day_zero=day_zero)
    for field, text in mapping.constants.items():
        way = columns[field].reads
        try:
            if not text.strip() or NOT_TEXT.search(text) or len(text) > layout().limits.text:
                raise UnreadableError("not-text")
            if way != "text":
                parsers[way](text)
        except UnreadableError as error:
            raise refusal(
                "mapping-bad-constant",
                column_zh=columns[field].zh,
                column_en=columns[field].en,
                value=NOT_TEXT.sub("\ufffd", text[:_SHOWN]),
                **{name: fact for name, fact in error.facts.items() if name == "nearest"},
            ) from error


def _rows_above(sheet: Sheet, heads: Heads) -> int:
    rows = sheet.preview()[: heads.first_row - 1]
    return sum(1 for row in rows if any(cell.strip() for cell in row))
