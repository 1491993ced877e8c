"""The header of an ILCD+EPD process data set: names, parties, places, days, scenarios."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from catalog.records import EpdOrganisation, EpdScenario, LocalText, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd.ilcd_names import (
    COMMON,
    EPD_2013,
    EPD_2019,
    EPD_2024,
    PROCESS,
    XML_LANGUAGE,
    local_name,
)
from importers.epd.notes import Notes
from importers.epd.tables import words_of
from importers.epd.xml import Element, attribute

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PLACE = re.compile(r"[A-Za-z0-9+-]{1,20}")
_IN_TEXT = re.compile(r"\b(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})\b")


class Header:
    """The elements of a header by their names; each is looked at once."""

    def __init__(
        self,
        sections: Iterable[Element],
        notes: Notes,
        name_of: Callable[[Element], str | None],
    ) -> None:
        self._notes = notes
        self._name_of = name_of
        self._elements: dict[str, list[Element]] = {}
        for section in sections:
            for element in section.iter():
                self._elements.setdefault(element.tag, []).append(element)

    @property
    def tags(self) -> set[str]:
        """The names of all elements, with their namespaces."""
        return set(self._elements)

    def first(self, tag: str) -> Element | None:
        """Return the first element of this name."""
        return next(iter(self._elements.get(tag, ())), None)

    def all(self, tag: str) -> list[Element]:
        """Return the elements of this name."""
        return self._elements.get(tag, [])

    def text(self, tag: str) -> str | None:
        """Return the first text that an element of this name has."""
        for element in self._elements.get(tag, ()):
            if text := self._notes.text(element.text, local_name(tag)):
                return text
        return None

    def texts(self, tag: str, *, inside: str | None = None) -> tuple[LocalText, ...]:
        """Return the text of every element of this name, in its language."""
        found = []
        for element in self._elements.get(tag, ()):
            text = self._notes.text(element.text, local_name(tag))
            if text and (inside is None or _is_in(element, inside)):
                found.append(LocalText(attribute(element, XML_LANGUAGE), text))
        return tuple(found)

    def identifier(self) -> str | None:
        """Return the UUID, or refuse the data set."""
        identifier = (self.text(f"{COMMON}UUID") or "").lower()
        if not _UUID.fullmatch(identifier):
            self._notes.refuse("epd-no-identifier", "UUID", identifier or None)
            return None
        return identifier

    def named(self, reference: Element | None) -> str | None:
        """Return the name of what is referred to: as written, or as its own data set has it."""
        if reference is None:
            return None
        for child in reference:
            if text := self._notes.text(child.text, local_name(reference.tag)):
                return text
        return self._notes.text(self._name_of(reference), local_name(reference.tag))

    def organisation(self, reference: Element | None) -> EpdOrganisation | None:
        """Return who is referred to."""
        name = self.named(reference)
        if reference is None or name is None:
            return None
        return EpdOrganisation(name=name, identifier=attribute(reference, "refObjectId"))

    def classes(self) -> tuple[str, ...]:
        """Return the classes, each as its system and the steps down to it."""
        found = []
        for system, steps in groupby(self.all(f"{COMMON}class"), key=lambda one: one.getparent()):
            names = [text for one in steps if (text := self._notes.text(one.text, "class"))]
            title = attribute(system, "name") if system is not None else None
            if names:
                found.append((f"{title}: " if title else "") + " / ".join(names))
        return tuple(found)

    def scenarios(self) -> tuple[EpdScenario, ...]:
        """Return the scenarios that are described."""
        found = []
        for one in self.all(f"{EPD_2013}scenario"):
            name = attribute(one, f"{EPD_2013}name")
            if name is None:
                self._notes.remark("epd-scenario-without-name", "scenario")
                continue
            texts = [
                LocalText(attribute(child, XML_LANGUAGE), text)
                for child in one
                if (text := self._notes.text(child.text, "scenario"))
            ]
            found.append(
                EpdScenario(
                    name=name,
                    group=attribute(one, f"{EPD_2013}group"),
                    is_default=attribute(one, f"{EPD_2013}default") in ("true", "1"),
                    description=tuple(texts),
                )
            )
        return tuple(found)

    def place(self) -> str | None:
        """Return the place it stands for."""
        place = self.first(f"{PROCESS}locationOfOperationSupplyOrProduction")
        text = self._notes.text(place.get("location"), "location") if place is not None else None
        if text and not _PLACE.fullmatch(text):
            self._notes.remark("epd-odd-location", "location", text)
            return None
        return text

    def days(self) -> tuple[StatedDate | None, StatedDate | None]:
        """Return when it was published and until when it is valid, as exactly as it says so."""
        notes = self._notes
        tag = "publicationDateOfEPD"
        issued = notes.date(self.text(f"{EPD_2019}{tag}"), tag)
        day = notes.date(self.text(f"{EPD_2024}expirationDateOfEPD"), "expirationDateOfEPD")
        year = notes.date(self.text(f"{COMMON}dataSetValidUntil"), "dataSetValidUntil")
        if day and year and day.day.year != year.day.year:
            notes.remark("epd-dates-differ", "dataSetValidUntil", year.day.year, day=str(day.day))
        until = day or year
        if until and until.precision is DatePrecision.YEAR:
            self._report_day_in_text()
        return issued, until

    def _report_day_in_text(self) -> None:
        """Point to a day in a free text; what it means is for a person to say."""
        for element in self.all(f"{COMMON}timeRepresentativenessDescription"):
            for line in (element.text or "").splitlines():
                plain = line.casefold()
                if any(word in plain for word in words_of("ilcd")["validity_words"]):
                    for day in _IN_TEXT.findall(line):
                        column = "timeRepresentativenessDescription"
                        self._notes.remark("epd-day-in-text", column, day)


def _is_in(element: Element, name: str) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent.tag) == name
