"""Written lines of bills made into records; what their figures say together is checked here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from catalog.records import BillLineRecord, Issue, Severity
from catalog.rules.terms import BillStage
from catalog.rules.units import Declared
from importers.bill.money import product_agrees, without_noise
from importers.bill.notes import LineNotes
from importers.bill.units import Units
from importers.bill.words import not_material, specification_in, words
from importers.declared import of_specification, shown
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement
from importers.table.columns import layout
from importers.table.rows import tidied
from importers.table.values import quantity as quantity_in

_VISIBLE = 30
_NEEDED = ("name", "unit", "quantity")
_CONFIRMED = {
    "confirmed_quantity": "quantity",
    "confirmed_unit_price": "unit_price",
    "confirmed_amount": "amount",
}


class WrittenLine(msgspec.Struct, kw_only=True):
    """One line of a list as it is written: its texts by field, and where it stands.

    ``written`` are the headers as a person reads them. ``section`` names the bill that the line
    belongs to, ``role`` says whether it is an item or a material. ``hidden`` are cells of a
    workbook that have no value to show.
    """

    row: int
    sheet: str | None = None
    section: str = ""
    role: str = "items"
    texts: dict[str, str]
    written: dict[str, str] = {}
    hidden: dict[str, Issue] = {}

    def text(self, field: str) -> str:
        """Return the text of a field, "" if there is none."""
        return self.texts.get(field, "")


class Placed(msgspec.Struct, frozen=True):
    """A placement that says all that a bill needs."""

    project: str
    building: str
    stage: BillStage


def placed(placement: Placement | None) -> Placed:
    """Return where the lines of a bill belong.

    Raises:
        ImportRefusedError: It was not said, and the file does not say it.
    """
    if placement is None or placement.stage is None:
        raise refusal(
            "placement-needed",
            missing_zh="项目代码、单体编号、清单阶段",
            missing_en="project, building and bill stage",
        )
    return Placed(placement.project, placement.building, placement.stage)


class LineNumbers:
    """Line numbers that stay the same when the same list comes again.

    A serial number is only unique within one printed bill, so what the bill is called is part of
    the line number: otherwise the first line of the second bill would replace that of the first.
    """

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], int] = {}
        self._first_rows: dict[tuple[str, str], int] = {}

    def of(self, visible: str, *context: str, row: int, within: str = "") -> tuple[str, int | None]:
        """Return a number, and the row that had it first if it is used once more.

        It is unique ``within`` a delivery note, or a whole bill.
        """
        number = visible[:_VISIBLE]
        if any(context) or len(visible) > _VISIBLE:
            told = "\x1f".join((visible, *context)).encode(errors="replace")
            number += "-" + hashlib.blake2b(told, digest_size=3).hexdigest()
        times = self._times[within, number] = self._times.get((within, number), 0) + 1
        if times == 1:
            self._first_rows[within, number] = row
            return number, None
        return f"{number}~{times}", self._first_rows[within, number]


class BillLines:
    """Reads the lines of one file, one after the other."""

    def __init__(self, lookups: Lookups, place: Placed) -> None:
        self._categories = lookups.categories
        self._units = Units(lookups.units)
        self._place = place
        self._numbers = LineNumbers()
        self._rounded: dict[str, int] = {}

    def read(self, line: WrittenLine) -> tuple[BillLineRecord | None, list[Issue]]:
        """Return the record of a line, None if it stays out, and what is to be said of it."""
        notes = LineNotes(line.row, line.sheet, line.written)
        texts = self._texts(line, notes)
        name = texts.get("name") or texts.get("name_and_features") or ""
        features = " ".join(texts.get("features", "").split()) or None
        written_unit = texts.get("unit", "")
        written_quantity = texts.get("quantity", "")
        for field, text in zip(_NEEDED, (name, written_unit, written_quantity), strict=True):
            if not text:
                notes.miss(field)
        quantity = notes.value("quantity", written_quantity, _figure)
        unit_price = self._money(notes, texts, "unit_price")
        amount = self._money(notes, texts, "amount")
        code = texts.get("code") or None
        if code and line.role == "items":
            code = _whole_code(code, notes)
        number = self._number_of(line, texts, code, name, notes)
        if notes.is_refused or quantity is None:
            return None, notes.issues
        if amount is not None and unit_price is not None:
            self._check_amount(notes, texts, quantity, unit_price)
        if features and len(features) > layout().limits.text:
            limit = str(layout().limits.text)
            facts = {"length": str(len(features)), "limit": limit}
            notes.remark("specification-cut", "features", features, facts)
            features = features[: layout().limits.text]
        remark_on_sort(notes, name, written_unit)
        unit = self._units.of(written_unit, row=line.row, sheet=line.sheet)
        specification = features or specification_in(name)
        record = BillLineRecord(
            row=line.row,
            sheet=line.sheet,
            project=self._place.project,
            building=self._place.building,
            stage=self._place.stage,
            line_number=number,
            item_code=code,
            name=name,
            specification=specification,
            category=self._category(texts.get("category"), notes),
            unit=unit,
            quantity=quantity,
            unit_price=unit_price,
            amount=amount,
            declared=factors_in(specification, unit, notes),
        )
        return record, notes.issues

    def remarks(self) -> Iterator[Issue]:
        """Yield what is to be said once of all lines together."""
        for column, count in self._rounded.items():
            facts = {"count": str(count), "decimals": str(layout().limits.decimals)}
            yield Issue(
                code="bill-amounts-rounded", severity=Severity.WARNING, column=column, facts=facts
            )
        yield from self._units.remarks()

    def _texts(self, line: WrittenLine, notes: LineNotes) -> dict[str, str]:
        texts = {field: tidied([text])[0] for field, text in line.texts.items() if text}
        is_confirmed = (
            self._place.stage is BillStage.SETTLEMENT and "confirmed_quantity" in line.written
        )
        for confirmed, field in _CONFIRMED.items():
            text = texts.pop(confirmed, "")
            if is_confirmed:
                texts[field] = text
                notes.rename(field, confirmed)
        passed_over = _CONFIRMED.values() if is_confirmed else _CONFIRMED.keys()
        for field, issue in line.hidden.items():
            if field not in passed_over:
                target = _CONFIRMED.get(field, field)
                notes.hidden(issue, target, is_error=target in _NEEDED)
        for field, text in texts.items():
            notes.check_text(field, text)
        return texts

    def _money(self, notes: LineNotes, texts: dict[str, str], field: str) -> Decimal | None:
        """Return a figure of money; that many are rounded is said once, of all together."""
        text = texts.get(field, "")
        found = notes.value(field, text, _figure, remarks=False)
        if notes.was_remarked:
            column = notes.column(field)
            self._rounded[column] = self._rounded.get(column, 0) + 1
        return found

    def _check_amount(
        self, notes: LineNotes, texts: dict[str, str], quantity: Decimal, price: Decimal
    ) -> None:
        stated = texts["amount"]
        if product_agrees(stated, quantity, texts["unit_price"]):
            return
        places = words().rounding["money"]
        facts = {"stated": stated, "found": f"{quantity * price:.{places}f}"}
        notes.remark("amount-differs", "amount", stated, facts)

    def _number_of(
        self,
        line: WrittenLine,
        texts: dict[str, str],
        code: str | None,
        name: str,
        notes: LineNotes,
    ) -> str:
        visible = texts.get("number") or (code if line.role == "items" else None)
        visible = visible or texts.get("serial") or code
        if visible:
            number, first = self._numbers.of(visible, line.section, row=line.row)
        else:
            told = (texts.get("features", ""), texts.get("unit", ""), line.section)
            number, first = self._numbers.of(name, *told, row=line.row)
        if first is not None and code:
            notes.remark("bill-code-twice", "code", code, {"first_row": str(first)})
        return number

    def _category(self, text: str | None, notes: LineNotes) -> str | None:
        if not text:
            return None
        key = self._categories.find(text)
        if key is None:
            notes.remark("category-not-ours", "category", text)
        return key


def _whole_code(code: str, notes: LineNotes) -> str:
    """Return an item code with the zero that a spreadsheet takes from its front."""
    if not words().is_code_without_zero(code):
        return code
    notes.remark("code-without-zero", "code", code, {"whole": f"0{code}"})
    return f"0{code}"


def _figure(text: str) -> object:
    return quantity_in(without_noise(text), layout().limits)


def remark_on_sort(notes: LineNotes, name: str, unit: str) -> None:
    """Remark on a line that is no material; it comes in all the same."""
    sort = not_material(name, unit)
    if sort is not None:
        notes.remark("line-not-material", "name", name, {"sort_zh": sort.zh, "sort_en": sort.en})


def factors_in(specification: str | None, unit: str, notes: LineNotes) -> tuple[Declared, ...]:
    """Return the factors that a specification states for a line, each with a remark."""
    found = of_specification(specification, unit) if specification else ()
    for each in found:
        facts = {"factor": shown(each)}
        notes.remark("factor-of-specification", "features", specification, facts)
    return found
