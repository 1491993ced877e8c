"""A plan and filters as tantivy queries: what must hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import tantivy

from catalog.rules.standing import Standing
from search.analysis import SHORTEST_PART, part_of_sequence, pieces_of_number
from search.engines.tantivy_index import LONGEST_BEGINNING, facet_field, schema
from search.plan import AnyOf, Code, Heard, Phrase, Plan, Unit, Units, Word, by_sound
from search.query import Facet, SearchQuery, Tier
from search.sounds import Sound, pair
from search.validity_terms import blocks_of, day_number, standings_on

SHORTEST_FUZZY, _SHORTEST_TWICE_FUZZY = 4, 8
_SHORTEST_FUZZY_TEXT = 3
_SHARE_OF_CHARACTERS, _SHARE_OF_PIECES, _SHARE_OF_WORDS = 0.7, 0.5, 0.5
_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def filters(query: SearchQuery, *, without: Facet | None = None) -> list[tantivy.Query]:
    """Return what must hold besides the words; one facet's own filter may be left out."""
    found = []
    for facet in Facet:
        chosen = query.chosen(facet)
        if chosen and facet is not without:
            found.append(_with_any(facet_field(facet), query.indexed(facet, chosen)))
    if query.valid_on is not None:
        found.append(_with_any("valid", blocks_of(day_number(query.valid_on))))
    if query.adopted_on is not None:
        adopted = standings_on([Standing.ADOPTED], query.adopted_on)
        found.append(_with_any(facet_field(Facet.ADOPTION), adopted))
    return found


def has_value(query: SearchQuery, facet: Facet, key: str) -> tantivy.Query:
    """Return what holds if a product has a value of a facet."""
    return _with_any(facet_field(facet), query.indexed(facet, [key]))


def _with_any(field: str, terms: Sequence[str]) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema(), field, terms)


def meanings(plan: Plan, tier: Tier) -> Iterator[tantivy.Query | None]:
    """Yield what holds if the words are there in the way of the tier; None if it is no words.

    There are several where a slip is repaired: the first that anything holds is the meaning.
    Whatever the way, what is excluded is taken as typed.
    """
    if plan.is_empty:
        yield None
        return
    unwanted = [(_MUST_NOT, _all_units(group)) for group in plan.excluded]
    for wanted in _wanted(plan, tier):
        if unwanted:
            yield tantivy.Query.boolean_query([(_MUST, wanted), *unwanted])
        else:
            yield wanted


def _wanted(plan: Plan, tier: Tier) -> Iterator[tantivy.Query]:
    if not plan.units:
        yield tantivy.Query.all_query()
    elif tier is Tier.EXACT:
        yield _exact(plan)
    elif tier is Tier.SOUND:
        yield _by_sound(plan)
    else:
        # The nearest numbers are what was meant, so farther ones are not even looked for.
        if plan.number:
            yield near("whole", plan.number, 1)
            if len(plan.number) >= _SHORTEST_TWICE_FUZZY:
                yield near("whole", plan.number, 2)
        yield _relaxed(plan)
        heard = by_sound(plan)
        if len(heard) > 1:
            ways = [_any_of([_heard(each), *map(_loosely, each.typed)]) for each in heard]
            yield _some_of(ways, math.ceil(len(ways) * _SHARE_OF_WORDS))


def _loosely(unit: Unit) -> tantivy.Query:
    return _slipped(unit) if isinstance(unit, Code) else _unit(unit)


def unranked(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return what holds if all hold, every hit as good as the other."""
    return all_of(queries) if queries else tantivy.Query.all_query()


def _exact(plan: Plan) -> tantivy.Query:
    typed = _all_units(plan.units)
    several = plan.number if len(plan.units) > 1 else None
    return _any_of([typed, in_number(several)]) if several else typed


def _by_sound(plan: Plan) -> tantivy.Query:
    return all_of([_heard(heard) for heard in by_sound(plan)])


def _relaxed(plan: Plan) -> tantivy.Query:
    """Return what holds if every code is there with a slip, and most of the Chinese characters.

    Two characters need not stand together; one alone cannot be loosened.
    """
    typed = list(plan.typed_units())
    clauses = [_slipped(unit) for unit in typed if isinstance(unit, Code)]
    clauses += [_unit(unit) for unit in typed if isinstance(unit, Phrase)]
    words = [unit.text for unit in typed if isinstance(unit, Word)]
    characters = [with_term("part", character) for character in dict.fromkeys("".join(words))]
    if characters:
        enough = len(characters)
        if enough >= _SHORTEST_FUZZY_TEXT:
            enough = min(enough - 1, math.ceil(enough * _SHARE_OF_CHARACTERS))
        clauses.append(_some_of(characters, enough))
    ways = [all_of(clauses)]
    ways += [near("whole", piece, 1) for piece in plan.pieces[:1] if is_long_text(piece)]
    if plan.number and len(plan.number) > _SHORTEST_TWICE_FUZZY:
        pieces = [with_term("number", piece) for piece in pieces_of_number(plan.number)]
        ways.append(_some_of(pieces, math.ceil(len(pieces) * _SHARE_OF_PIECES)))
    return _any_of(ways)


def _all_units(units: Units) -> tantivy.Query:
    return all_of([_unit(unit) for unit in units])


def _unit(unit: Unit) -> tantivy.Query:
    match unit:
        case Word() | Phrase():
            return in_a_row(unit.text)
        case Code():
            ways = [beginning(unit.squeezed)]
            if len(unit.words) > 1:
                ways.append(all_of([with_term("part", word) for word in unit.words]))
            if _may_be_a_number(unit):
                ways.append(in_number(unit.squeezed))
            return _any_of(ways)
        case AnyOf():
            return _any_of([_all_units(parts) for parts in unit.alternatives])


def in_a_row(text: str) -> tantivy.Query:
    """Return what holds if the characters and words follow one another within one text."""
    terms, is_open = part_of_sequence(text)
    if len(terms) == 1:
        field = "part" if is_open else "text"
        return with_term(field, terms[0][1])
    if is_open:
        *others, (place, character) = [(at, re.escape(term)) for at, term in terms]
        patterns = [*others, (place, f"{character}.?")]
        return tantivy.Query.regex_phrase_query(schema(), "text", [*patterns])
    return tantivy.Query.phrase_query(schema(), "text", [*terms])


def in_number(squeezed: str) -> tantivy.Query:
    """Return what holds if a certificate number has these letters and digits in a row."""
    pieces = list(enumerate(pieces_of_number(squeezed)))
    needed = [*pieces[::SHORTEST_PART], *([pieces[-1]] if len(pieces) % SHORTEST_PART != 1 else [])]
    if len(needed) == 1:
        return with_term("number", needed[0][1])
    return tantivy.Query.phrase_query(schema(), "number", [*needed])


def _may_be_a_number(code: Code) -> bool:
    return len(code.squeezed) >= SHORTEST_PART and any(map(str.isdigit, code.squeezed))


def _slipped(code: Code) -> tantivy.Query:
    """Return what holds if a word is there with a slip; digits alone are like too many others."""
    length = len(code.squeezed)
    if length < SHORTEST_FUZZY or code.squeezed.isdigit():
        return _unit(code)
    slips = 1 if length < _SHORTEST_TWICE_FUZZY else 2
    return _any_of([_unit(code), near("part", code.squeezed, slips)])


def is_long_text(piece: str) -> bool:
    """Tell whether a text is long enough to be known in spite of a slip."""
    return len(piece) >= _SHORTEST_FUZZY_TEXT and not piece.isascii()


def _heard(heard: Heard) -> tantivy.Query:
    typed = _all_units(heard.typed)
    if not heard.sound:
        return typed
    return _any_of([typed, *sounding(heard.sound, "pinyin", "initials")])


def sounding(sound: Sound, spelt: str, shortened: str) -> Iterator[tantivy.Query]:
    """Yield what holds if a sound is heard, by fields of syllables and of initials."""
    for reading in sound.readings:
        if len(reading) == 1:
            yield _any_of([with_term(spelt, reading[0]), _starting(spelt, pair(reading[0], ""))])
        else:
            yield all_of([with_term(spelt, term) for term in _syllable_terms(reading)])
    for reading in sound.open:
        *whole, begun = _syllable_terms(reading)
        last = _starting(spelt, begun)
        yield all_of([*(with_term(spelt, term) for term in whole), last])
    if sound.initials:
        yield _starting(shortened, sound.initials)


def _syllable_terms(reading: Sequence[str]) -> Sequence[str]:
    return [pair(*both) for both in pairwise(reading)] if len(reading) > 1 else reading


def beginning(squeezed: str) -> tantivy.Query:
    """Return what holds if a code begins so; short beginnings have terms of their own."""
    if len(squeezed) > LONGEST_BEGINNING:
        return _starting("part", squeezed)
    return _any_of([with_term("part", squeezed), with_term("begin", squeezed)])


def _starting(field: str, start: str) -> tantivy.Query:
    return tantivy.Query.fuzzy_term_query(schema(), field, start, 0, prefix=True)


def near(field: str, term: str, slips: int) -> tantivy.Query:
    """Return what holds if a field has the term with so many slips at most."""
    return tantivy.Query.fuzzy_term_query(schema(), field, term, slips)


def with_term(field: str, term: str) -> tantivy.Query:
    """Return what holds if a field has the term."""
    return tantivy.Query.term_query(schema(), field, term, "basic")


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return what holds if all hold."""
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def _some_of(queries: Sequence[tantivy.Query], enough: int) -> tantivy.Query:
    clauses = [(_SHOULD, query) for query in queries]
    return tantivy.Query.boolean_query(clauses, minimum_number_should_match=enough)
