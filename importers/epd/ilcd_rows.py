"""The rows of an ILCD+EPD process data set: what each refers to, its amounts and their unit."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from importers.epd.ilcd_names import COMMON, EPD_2013, PROCESS, local_name
from importers.epd.notes import Stated, are_plain
from importers.epd.xml import Element

_AMOUNT = f"{EPD_2013}amount"
_MODULE = f"{EPD_2013}module"
_SCENARIO = f"{EPD_2013}scenario"
_UNIT_GROUP = f"{EPD_2013}referenceToUnitGroupDataSet"
_EXCHANGE = f"{PROCESS}exchange"
_RESULT = f"{PROCESS}LCIAResult"
_REFERENCES = (f"{PROCESS}referenceToFlowDataSet", f"{PROCESS}referenceToLCIAMethodDataSet")
_OTHER = f"{COMMON}other"
_MEAN = f"{PROCESS}meanAmount"
_SECTIONS = ("exchanges", "LCIAResults")


class Row(msgspec.Struct, frozen=True):
    """The amounts of one indicator, with the references to it and to their unit."""

    indicator: Element | None
    unit: Element | None
    amounts: list[Stated]


class Rows:
    """The rows in which amounts were ``found``; each element is looked at once.

    ``reference`` is what the exchange whose number is ``main`` refers to, ``reference_amount`` the
    text of its amount; ``tags`` are the elements of which nothing is read.
    """

    def __init__(self, sections: Iterable[Element], main: str | None) -> None:
        self.reference: Element | None = None
        self.reference_amount: str | None = None
        self.tags: set[str] = set()
        self._main = main
        self.found: list[Row] = []
        for section in sections:
            if local_name(section.tag) in _SECTIONS:
                for row in section.iter(_EXCHANGE, _RESULT):
                    self._look_at(row)
            else:
                self.tags.add(section.tag)

    @property
    def are_plain(self) -> bool:
        """Whether every amount is a plain number."""
        return are_plain([text for row in self.found for _, _, text in row.amounts])

    def _look_at(self, row: Element) -> None:
        reference, mean = None, None
        for part in row:
            tag = part.tag
            if tag in _REFERENCES:
                reference = part
            elif tag == _OTHER:
                self._take(reference, part)
            elif tag == _MEAN:
                mean = part.text
            else:
                self.tags.add(tag)
        main = self._main
        if main is not None and row.get("dataSetInternalID") == main and row.tag == _EXCHANGE:
            self.reference, self.reference_amount = reference, mean

    def _take(self, reference: Element | None, other: Element) -> None:
        """Take the amounts of one row; the reference stands before them in every data set."""
        parts = [*other.iterchildren(_AMOUNT)]
        amounts = [
            (part.get(_MODULE), part.get(_SCENARIO), text) for part in parts if (text := part.text)
        ]
        unit = self._unit(other, len(parts))
        if amounts:
            self.found.append(Row(reference, unit, amounts))

    def _unit(self, other: Element, amounts: int) -> Element | None:
        """Return what says the unit of so many amounts; what else stands there is remembered."""
        if len(other) == amounts + 1 and (last := other[-1]).tag == _UNIT_GROUP:
            return last
        found = next(other.iterchildren(_UNIT_GROUP), None)
        if len(other) > amounts + (found is not None):
            self.tags.update(part.tag for part in other)
        return found
