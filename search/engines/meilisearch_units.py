"""Where words, codes and sounds are looked for in a product, as Meilisearch filters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from search import analysis
from search.engines.meilisearch_expressions import all_of, any_of, begins, is_
from search.engines.meilisearch_index import LONGEST_ROW, spelt
from search.plan import AnyOf, Code, Heard, Phrase, Unit, Units, Word
from search.sounds import Sound, pair


class Place:
    """Attributes of a product in which terms are looked for."""

    def __init__(self, *attributes: str) -> None:
        self._attributes = attributes

    def has(self, term: str) -> str:
        """Return what holds if the term is there."""
        return self.begins(spelt([term]))

    def is_just(self, term: str) -> str:
        """Return what holds if this is there and nothing follows it."""
        return any_of(is_(attribute, term) for attribute in self._attributes)

    def begins(self, start: str) -> str:
        """Return what holds if a term there begins so."""
        return any_of(begins(attribute, start) for attribute in self._attributes)


NAME, NEAR, ANYWHERE = Place("name"), Place("name", "near"), Place("name", "near", "far")
_NAME_SPOKEN, _SPOKEN = Place("name_sound"), Place("name_sound", "sound")
_NAME_SHORT, _SHORT = Place("name_initials"), Place("name_initials", "initials")


def all_units(units: Units) -> str:
    """Return what holds if all units are there as typed."""
    return all_of(map(unit_anywhere, units))


def unit_anywhere(unit: Unit) -> str:
    """Return what holds if the unit is there as typed."""
    return unit_in(ANYWHERE, unit)


def unit_in(place: Place, unit: Unit) -> str:
    """Return what holds if the unit is in the place as typed."""
    match unit:
        case Word() | Phrase():
            return in_a_row(place, terms_of(unit))
        case Code():
            ways = [place.begins(unit.squeezed)]
            if len(unit.words) > 1:
                ways.append(all_of(map(place.has, unit.words)))
            if place is ANYWHERE and may_be_a_number(unit.squeezed):
                ways.append(in_number(unit.squeezed))
            return any_of(ways)
        case AnyOf():
            ways = [all_of(unit_in(place, part) for part in parts) for parts in unit.alternatives]
            return any_of(ways)


def heard_anywhere(heard: Heard) -> str:
    """Return what holds if the units are there as typed, or what sounds so."""
    typed = all_units(heard.typed)
    return any_of([typed, *_sounding(heard.sound, _SPOKEN, _SHORT)]) if heard.sound else typed


def heard_in_name(heard: Heard) -> str:
    """Return what holds if the units, or what sounds so, are in the product's name."""
    typed = all_of(unit_in(NAME, unit) for unit in heard.typed)
    if not heard.sound:
        return typed
    return any_of([typed, *_sounding(heard.sound, _NAME_SPOKEN, _NAME_SHORT)])


def _sounding(sound: Sound, spoken: Place, short: Place) -> list[str]:
    ways = [
        all_of(_syllables(spoken, term) for term in _syllable_terms(reading))
        for reading in sound.readings
    ]
    for reading in sound.open:
        *whole, begun = _syllable_terms(reading)
        rest = [_syllables(spoken, term) for term in whole]
        ways.append(all_of([*rest, spoken.begins(begun)]))
    if sound.initials:
        ways.append(short.begins(sound.initials))
    return ways


def _syllables(spoken: Place, term: str) -> str:
    """Return what holds if two syllables are there or one, which may begin a pair."""
    alone = spoken.is_just(term)
    return alone if pair("", "") in term else any_of([alone, spoken.begins(pair(term, ""))])


def _syllable_terms(reading: Sequence[str]) -> Sequence[str]:
    return [pair(*both) for both in pairwise(reading)] if len(reading) > 1 else reading


def terms_of(unit: Word | Code | Phrase) -> Sequence[str]:
    """Return the terms that must follow one another."""
    match unit:
        case Word():
            return unit.text
        case Code():
            return unit.words
        case Phrase():
            return analysis.phrase_terms(unit.text)


def in_a_row(place: Place, terms: Sequence[str]) -> str:
    """Return what holds if terms follow one another within one text."""
    last = max(len(terms) - LONGEST_ROW, 0)
    return all_of(
        place.begins(spelt(terms[at : at + LONGEST_ROW])) for at in range(last + 1) if terms
    )


def in_number(part: str) -> str:
    """Return what holds if a certificate number has these letters and digits in a row."""
    last = max(len(part) - LONGEST_ROW, 0)
    return all_of(begins("number", part[at : at + LONGEST_ROW]) for at in range(last + 1))


def may_be_a_number(code: str) -> bool:
    """Return whether it may be part of a certificate number; its words are looked for anyway."""
    return len(code) >= analysis.SHORTEST_PART and any(map(str.isdigit, code))
