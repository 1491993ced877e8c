"""An ILCD+EPD process data set as a record: who, what, until when, and every declared amount."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import msgspec

from catalog.records import EpdRecord
from importers.epd.ilcd_header import Header
from importers.epd.ilcd_names import (
    COMMON,
    EPD_2013,
    EPD_2019,
    EPD_2024,
    PROCESS,
    local_name,
)
from importers.epd.ilcd_rows import Row, Rows
from importers.epd.notes import DataSetError, Notes, Results
from importers.epd.tables import (
    Meaning,
    meanings,
    settled_methods,
    unit_of,
    unit_of_group,
    words_of,
)
from importers.epd.xml import Element

_SECTIONS = ("processInformation", "modellingAndValidation", "administrativeInformation")


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit of the reference flow is: an amount of its reference property, and more."""

    quantity: Decimal
    unit: str | None
    contents: dict[str, Decimal] = {}
    properties: dict[str, Decimal] = {}


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process data set refers to and its surroundings may hold: flows and names."""

    flow: Callable[[Element, Notes], Flow | None] = lambda _reference, _notes: None
    name: Callable[[Element], str | None] = lambda _reference: None


def read_process(
    root: Element, notes: Notes, around: Surroundings, *, form: str, document: str
) -> EpdRecord | None:
    """Return the declaration, or None if what the notes say keeps it out.

    Raises:
        DataSetError: It is a data set of another kind.
    """
    refuse_other_data_set(root)
    return _Process(root, notes, around).record(form, document)


def refuse_other_data_set(root: Element) -> None:
    """Refuse a data set that is no process.

    Raises:
        DataSetError: It is a data set of another kind.
    """
    kind = local_name(root.tag)
    if kind != "processDataSet":
        chinese, english = words_of("ilcd")["other_data_sets"].get(kind, (kind, kind))
        raise DataSetError("ilcd-other-data-set", kind_zh=chinese, kind_en=english)


@cache
def _known_elements() -> frozenset[str]:
    words = words_of("ilcd")
    return frozenset(words["read"]) | frozenset(words["kept"])


class _Process:
    """One process data set; every element of its header is looked at once."""

    def __init__(self, root: Element, notes: Notes, around: Surroundings) -> None:
        self._root = root
        self._notes = notes
        self._around = around
        sections = [section for section in root if local_name(section.tag) in _SECTIONS]
        self._header = Header(sections, notes, around.name)
        self._tags = self._header.tags
        self._reference: Element | None = None
        self._amount_of_reference: str | None = None

    def record(self, form: str, document: str) -> EpdRecord | None:
        """Read everything."""
        notes = self._notes
        kind = self._header.text(f"{PROCESS}typeOfDataSet")
        if kind != "EPD":
            notes.refuse("ilcd-not-an-epd", "typeOfDataSet", kind)
            return None
        standards = self._header.all(f"{COMMON}referenceToComplianceSystem")
        results = self._results(
            settled_methods((one.get("refObjectId") or "").lower() for one in standards)
        )
        flow = self._flow()
        contents = dict(flow.contents) if flow else {}
        identifier = self._header.identifier()
        names = self._header.texts(f"{PROCESS}baseName")
        if not names:
            notes.refuse("epd-no-name", "baseName")
        scenarios = self._header.scenarios()
        undeclared = set(results.scenarios()) - {scenario.name for scenario in scenarios}
        if undeclared:
            notes.remark("epd-undescribed-scenario", "scenario", "、".join(sorted(undeclared)))
        issued, until = self._header.days()
        maker = self._only_first(f"{EPD_2024}contact")
        publisher = self._header.first(f"{EPD_2019}referenceToPublisher")
        authority = self._header.first(f"{COMMON}referenceToRegistrationAuthority")
        record = EpdRecord(
            row=notes.row,
            sheet=notes.sheet,
            format=form,
            identifier=identifier or "",
            version=self._header.text(f"{COMMON}dataSetVersion"),
            names=names,
            descriptions=self._header.texts(f"{COMMON}generalComment", inside="dataSetInformation"),
            subtype=self._header.text(f"{EPD_2013}subType"),
            classes=self._header.classes(),
            product_code=self._text_of(self._only_first(f"{EPD_2024}productId")),
            manufacturer=self._header.organisation(maker),
            owner=self._header.organisation(
                self._header.first(f"{COMMON}referenceToOwnershipOfDataSet")
            ),
            operator=self._header.organisation(authority if publisher is None else publisher),
            verifier=self._header.organisation(
                self._only_first(f"{COMMON}referenceToNameOfReviewerAndInstitution")
            ),
            registration_number=self._header.text(f"{COMMON}registrationNumber"),
            product_rules=self._header.named(
                self._header.first(f"{PROCESS}referenceToLCAMethodDetails")
            ),
            compliance=tuple(name for one in standards if (name := self._header.named(one))),
            location=self._header.place(),
            reference_year=notes.year(self._header.text(f"{COMMON}referenceYear"), "referenceYear"),
            issued_on=issued,
            valid_until=until,
            declared_quantity=flow.quantity if flow else None,
            declared_unit=flow.unit if flow else None,
            mass_kg=contents.pop("mass kg", None),
            properties={**(flow.properties if flow else {}), **contents},
            scenarios=scenarios,
            results=results.all(),
            url=self._header.text(f"{COMMON}permanentDataSetURI"),
            document=document,
        )
        self._report_unknown()
        return None if notes.is_refused else record

    def _only_first(self, tag: str) -> Element | None:
        """Return the first of several that the record has one place for, and say so."""
        found = self._header.all(tag)
        if len(found) > 1:
            self._notes.remark("epd-only-first", local_name(tag), len(found))
        return found[0] if found else None

    def _text_of(self, element: Element | None) -> str | None:
        if element is None:
            return None
        return self._notes.text(element.text, local_name(element.tag))

    def _flow(self) -> Flow | None:
        """Return the declared unit, through the reference flow and its data set."""
        flow = None
        if self._reference is not None:
            flow = self._around.flow(self._reference, self._notes)
        amount = self._notes.number(self._amount_of_reference, "meanAmount")
        if flow is None or amount is None:
            self._notes.remark("epd-no-declared-unit", "referenceToReferenceFlow")
            return None
        return Flow(
            quantity=flow.quantity * amount,
            unit=flow.unit,
            contents={name: value * amount for name, value in flow.contents.items()},
            properties=flow.properties,
        )

    def _results(self, settled: frozenset[str]) -> Results:
        main = self._header.text(f"{PROCESS}referenceToReferenceFlow")
        others = (one for one in self._root if local_name(one.tag) not in _SECTIONS)
        rows = Rows(others, main)
        self._tags |= rows.tags
        self._reference, self._amount_of_reference = rows.reference, rows.reference_amount
        results = Results(self._notes, are_plain=rows.are_plain)
        known = meanings(settled)
        for row in rows.found:
            uuid = row.indicator.get("refObjectId") if row.indicator is not None else None
            self._take(results, row, known.get((uuid or "").lower()))
        return results

    def _take(self, results: Results, row: Row, known: Meaning | None) -> None:
        key = known.indicator if known else self._unknown_indicator(row.indicator)
        if key is None:
            return
        unit = self._unit(row.unit, key)
        if known and unit and unit != known.unit:
            self._notes.remark("epd-unit-differs", key, unit, expected=known.unit)
        results.take(key, known.method if known else None, unit, row.amounts)

    def _unknown_indicator(self, reference: Element | None) -> str | None:
        """Return the name that the data set has for an indicator, or refuse the data set."""
        name = self._header.named(reference)
        if name is None:
            self._notes.refuse("epd-nameless-indicator", "referenceToLCIAMethodDataSet")
        else:
            self._notes.remark("epd-unknown-indicator", name)
        return name

    def _unit(self, unit_group: Element | None, indicator: str) -> str | None:
        if unit_group is None:
            self._notes.remark("epd-no-unit", indicator)
            return None
        for one in unit_group:
            if one.text and (unit := unit_of(one.text)):
                return unit
        written = self._header.named(unit_group)
        unit = unit_of(written) if written else unit_of_group(unit_group.get("refObjectId"))
        if unit is None:
            self._notes.remark("epd-unknown-unit", indicator, written)
        return unit or written

    def _report_unknown(self) -> None:
        names = {local_name(tag) for tag in self._tags}
        for name in sorted(names - _known_elements()):
            self._notes.remark("unknown-field", name)
