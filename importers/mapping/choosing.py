"""The choice of a column for each field of one kind, from the evidence for every pair of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import msgspec

from catalog.records import Kind
from importers.lookups import Lookups
from importers.lookups.guesses import guesses
from importers.lookups.names import Names
from importers.mapping import evidence
from importers.mapping.evidence import Evidence, Reason
from importers.table.belonging import DEPENDENT_FIELDS
from importers.table.cells import Parse, cell_parsers
from importers.table.columns import DATES, Column, columns_of, layout
from importers.table.heads import Head, Heads
from importers.table.mapped import in_day_order
from importers.table.mapping import DayOrder, MappedColumn, Part
from importers.table.values import UnreadableError

_DAY_FIELDS = ("valid_from", "valid_to")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The column proposed for a field, how sure that is (0 to 1), and why."""

    field: str
    column: MappedColumn
    confidence: float
    reasons: tuple[Reason, ...]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What might hold for every row, and why."""

    field: str
    text: str
    reasons: tuple[Reason, ...]


class Chooser:
    """Chooses for one kind of table; each field has one column, and each column one field."""

    def __init__(
        self,
        kind: Kind,
        heads: Heads,
        samples: Pairs[str, Sequence[str]],
        lookups: Lookups,
        *,
        day_zero: dt.date,
    ) -> None:
        self.choices: dict[str, Choice] = {}
        self.given: dict[str, Given] = {}
        self.counted: list[str] = []
        self._columns = columns_of(kind)
        self._kind = kind
        self._heads = {head.header: head for head in heads.heads[: guesses().widest]}
        self._samples = samples
        # What does not say anything is no evidence.
        self._stated = {
            header: [text for text in samples[header] if evidence.is_stated(text)]
            for header in self._heads
        }
        self._lookups = lookups
        self._parsers = cell_parsers(lookups, layout().limits, day_zero=day_zero) | {
            way: partial(_find, names) for way, names in _lists(lookups).items()
        }

    def choose(self) -> None:
        """Choose, the surest first; then see what else can be said."""
        pairs = [
            (found, field, head)
            for field, column in self._columns.items()
            for head in self._heads.values()
            if (found := self._evidence(column, head)) is not None
            and found.confidence >= guesses().thresholds.least
        ]
        order = list(self._columns)
        pairs.sort(key=lambda pair: (-pair[0].confidence, order.index(pair[1]), pair[2].header))
        taken: set[str] = set()
        for found, field, head in pairs:
            if field not in self.choices and head.header not in taken:
                self._choose(field, MappedColumn(header=head.header), found)
                taken.add(head.header)
        self._choose_days(taken)
        self._part_columns()
        self._stand_in()
        self._drop_orphans()
        self._give_body()
        self._prepare_cells()
        if "line_number" in self._columns and "line_number" not in self.choices:
            self.counted.append("line_number")

    def _choose(self, field: str, column: MappedColumn, found: Evidence) -> None:
        self.choices[field] = Choice(
            field=field,
            column=column,
            confidence=round(found.confidence, 3),
            reasons=found.reasons,
        )

    def _evidence(self, column: Column, head: Head) -> Evidence | None:
        texts = self._stated[head.header]
        header = evidence.header_evidence(head.words, column)
        pattern = guesses().patterns.get(column.field)
        count = len(texts)
        may_speak = pattern is not None or column.reads in guesses().content.ways
        if header is None and not may_speak:
            return None
        if column.reads == "text":
            share = evidence.share_like(texts, pattern) if pattern else None
            return evidence.joined(header, share, count, is_check=False, may_speak=may_speak)
        share = evidence.share_read(
            texts, self._parser(column, texts), are_digits_words=header is not None
        )
        return evidence.joined(header, share, count, is_check=True, may_speak=may_speak)

    def _parser(self, column: Column, texts: Sequence[str]) -> Parse:
        parse = self._parsers[column.reads]
        if column.reads not in DATES:
            return parse
        order, _ = evidence.day_order(texts)
        return partial(_parse_day, parse, order or DayOrder.MONTH_FIRST)

    def _choose_days(self, taken: set[str]) -> None:
        """Take two columns of days for a certificate's first and last day, if they are in order."""
        is_open = all(f in self._columns and f not in self.choices for f in _DAY_FIELDS)
        if not is_open or "certificate_number" not in self.choices:
            return
        days = [head for head in self._heads if head not in taken and self._are_days(head)]
        if len(days) != len(_DAY_FIELDS):
            return
        parse = self._parser(self._columns["valid_from"], self._stated[days[0]])
        pairs = zip(*(self._samples[head] for head in days), strict=True)
        stated = [pair for pair in pairs if all(map(evidence.is_stated, pair))]
        if stated and all(_is_before(parse, *pair) for pair in stated):
            found = Evidence(guesses().trust.content, (Reason("order"),))
            for field, head in zip(_DAY_FIELDS, days, strict=True):
                self._choose(field, MappedColumn(header=head), found)

    def _are_days(self, header: str) -> bool:
        texts = self._stated[header]
        parse = self._parser(self._columns["valid_from"], texts)
        share = evidence.share_read(texts, parse, are_digits_words=False)
        return share is not None and share >= guesses().thresholds.likely

    def _part_columns(self) -> None:
        """Where nobody names the maker, look for a column that holds maker and model."""
        rules = guesses().parted
        before = [field for field in rules.before if field in self._columns]
        after = [field for field in rules.after if field in self._columns]
        if not before or any(field in self.choices for field in before):
            return
        for field in after:
            choice = self.choices.get(field)
            if choice is None:
                continue
            separator = evidence.separator_of(self._stated[choice.column.header])
            if separator is None:
                continue
            for part, fields in ((Part.BEFORE, before), (Part.AFTER, after)):
                reason = Reason(part.value, {"separator": separator.strip()})
                found = Evidence(guesses().trust.parted, (reason,))
                column = MappedColumn(header=choice.column.header, separator=separator, part=part)
                for each in fields:
                    if each == field or each not in self.choices:
                        self._choose(each, column, found)
            return

    def _stand_in(self) -> None:
        for field, others in guesses().stand_ins.items():
            other = next((other for other in others if other in self.choices), None)
            if field not in self._columns or field in self.choices or other is None:
                continue
            facts = {"of_zh": self._columns[other].zh, "of_en": self._columns[other].en}
            found = Evidence(
                min(guesses().trust.stand_in, self.choices[other].confidence),
                (Reason("stand_in", facts),),
            )
            self._choose(field, self.choices[other].column, found)

    def _drop_orphans(self) -> None:
        """Leave out facts of a thing that no column names: they would belong to nothing."""
        for leading, dependent in DEPENDENT_FIELDS.get(self._kind, ()):
            if leading not in self.choices:
                for field in dependent:
                    self.choices.pop(field, None)

    def _give_body(self) -> None:
        number = self.choices.get("certificate_number")
        if number is None or "certificate_body" in self.choices:
            return
        texts = self._stated[number.column.header]
        for body in guesses().bodies:
            if evidence.share_like(texts, re.compile(body.number)) != 1:
                continue
            reasons = (Reason("body"),)
            self.given["certificate_body"] = Given(
                field="certificate_body", text=body.body, reasons=reasons
            )
            for field, other in body.same.items():
                if field in self._columns and field not in self.choices and other in self.choices:
                    found = Evidence(self.choices[other].confidence, reasons)
                    self._choose(field, self.choices[other].column, found)
            return

    def _prepare_cells(self) -> None:
        """Say what is done to the cells first: days put in order, units brought to the field's."""
        for field, choice in list(self.choices.items()):
            head = self._heads[choice.column.header]
            if self._columns[field].reads in DATES:
                self._order_days(field, choice)
            elif field in guesses().factors and head.unit:
                self._bring_to_unit(field, choice, head.unit)
            elif field == "quantity" and "unit" not in self.choices:
                self._give_unit(head.unit)

    def _give_unit(self, unit: str | None) -> None:
        if unit and self._lookups.units.find(unit):
            reasons = (Reason("unit_in_header"),)
            self.given["unit"] = Given(field="unit", text=unit, reasons=reasons)

    def _order_days(self, field: str, choice: Choice) -> None:
        order, is_year_last = evidence.day_order(self._stated[choice.column.header])
        if not is_year_last:
            return
        self.choices[field] = msgspec.structs.replace(
            choice,
            column=msgspec.structs.replace(choice.column, day_order=order),
            confidence=choice.confidence if order else guesses().thresholds.least,
            reasons=(*choice.reasons, Reason(order.value if order else "day_unclear")),
        )

    def _bring_to_unit(self, field: str, choice: Choice, unit: str) -> None:
        factor = evidence.factor_of(field, unit, guesses().factors)
        if factor == 1:
            return
        if not isinstance(factor, Decimal):
            self.choices[field] = msgspec.structs.replace(
                choice,
                confidence=min(choice.confidence, guesses().thresholds.least),
                reasons=(*choice.reasons, Reason("strange_unit", {"unit": unit})),
            )
            return
        facts = {"unit": unit, "factor": f"{factor:f}"}
        self.choices[field] = msgspec.structs.replace(
            choice,
            column=msgspec.structs.replace(choice.column, factor=factor),
            reasons=(*choice.reasons, Reason("factor", facts)),
        )


def _lists(lookups: Lookups) -> dict[str, Names]:
    return {
        "unit": lookups.units,
        "category": lookups.categories,
        "division": lookups.divisions,
        "place": lookups.places,
        "star": lookups.stars,
        "state": lookups.states,
    }


def _find(names: Names, text: str) -> str:
    """Find a word without looking for the nearest where there is none, which takes long."""
    found = names.find(text)
    if found is None:
        raise UnreadableError("unknown")
    return found


def _parse_day(parse: Parse, order: DayOrder, text: str) -> object:
    return parse(in_day_order(text, order))


def _is_before(parse: Parse, one: str, other: str) -> bool:
    try:
        start, end = (_day_of(parse(text)) for text in (one, other))
    except UnreadableError:
        return False
    return start is not None and end is not None and start < end


def _day_of(value: object) -> dt.date | None:
    value = getattr(value, "value", value)
    return value if isinstance(value, dt.date) else None
