"""What a person typed, read as units that must all be found; no engine in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise

import msgspec

from search import analysis, lexicon

LONGEST_QUERY = 200


class Word(msgspec.Struct, frozen=True):
    """A Chinese word: all its grams must be there."""

    text: str
    grams: tuple[str, ...]


class Code(msgspec.Struct, frozen=True):
    """Letters and digits: all the words must be there, or a term that begins so when squeezed."""

    words: tuple[str, ...]
    squeezed: str


class AnyOf(msgspec.Struct, frozen=True):
    """A term of the trade: as typed, or any of what it stands for."""

    alternatives: tuple[tuple[Word | Code, ...], ...]


Unit = Word | Code | AnyOf


class Plan(msgspec.Struct, frozen=True):
    """The units, the grams that bridge neighbouring words, and the texts to mark in a hit."""

    units: tuple[Unit, ...]
    bridges: tuple[str, ...]
    marks: tuple[str, ...]

    def simple_units(self) -> Iterator[Word | Code]:
        """Yield the words and codes, those inside alternatives too."""
        for unit in self.units:
            if isinstance(unit, AnyOf):
                for alternative in unit.alternatives:
                    yield from alternative
            else:
                yield unit


@lru_cache(maxsize=4096)
def read(words: str) -> Plan:
    """Return the plan of what was typed; without a letter or digit it has no units.

    Characters after the two hundredth are not read.
    """
    text = analysis.normalise(words[:LONGEST_QUERY])
    units: list[Unit] = []
    bridges: list[str] = []
    marks: dict[str, None] = {}
    at = 0
    for found in _terms_of_the_trade().finditer(text):
        units += _plain(text[at : found.start()], bridges)
        units.append(AnyOf(tuple(map(_whole, _meanings()[found[0]]))))
        at = found.end()
    units += _plain(text[at:], bridges)
    plan = Plan(tuple(units), tuple(bridges), ())
    for unit in plan.simple_units():
        texts = (unit.text,) if isinstance(unit, Word) else unit.words
        # One letter or digit would be marked in the middle of any number or word.
        marks.update(dict.fromkeys(text for text in texts if len(text) > 1 or not text.isascii()))
    return Plan(plan.units, plan.bridges, tuple(marks))


def _plain(text: str, bridges: list[str]) -> tuple[Word | Code, ...]:
    """Return the units of a text without synonyms; add the grams across words to the bridges."""
    units: list[Word | Code] = []
    for run, is_chinese in analysis.runs(text):
        if is_chinese:
            words = analysis.cut(run)
            units += [_word(word) for word in words]
            bridges += [left[-1] + right[0] for left, right in pairwise(words)]
        else:
            units += _codes(run)
    return tuple(units)


def _whole(term: str) -> tuple[Word | Code, ...]:
    """Return the units of a term of the trade, which is one word however long it is."""
    units: list[Word | Code] = []
    for run, is_chinese in analysis.runs(term):
        units += [_word(run)] if is_chinese else _codes(run)
    return tuple(units)


def _word(text: str) -> Word:
    return Word(text, tuple(analysis.grams(text)))


def _codes(run: str) -> list[Code]:
    words = analysis.code_words(run)
    return [Code(tuple(words), analysis.squeezed(run))] if words else []


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    """Return for each term in normal form the term itself and what else it stands for."""
    return {
        analysis.normalise(term): tuple(map(analysis.normalise, (term, *others)))
        for term, others in lexicon.trade_words().meanings().items()
    }


@cache
def _terms_of_the_trade() -> re.Pattern[str]:
    """Return what finds the terms, the longest first; Latin ends of a term end a word."""
    terms = sorted(_meanings(), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, terms)))


def _bounded(term: str) -> str:
    before = r"(?<![a-z0-9])" if term[0].isascii() else ""
    after = r"(?![a-z0-9])" if term[-1].isascii() else ""
    return before + re.escape(term) + after
