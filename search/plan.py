"""What a person typed, read as what must be found and what must not; no engine in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import msgspec

from search import analysis, lexicon, sounds
from search.query import Tier
from search.sounds import Sound

LONGEST_QUERY = 200

_QUOTED = '"([^"]*)"|“([^”]*)”|「([^」]*)」|『([^』]*)』|＂([^＂]*)＂'
# A minus sign before a word; before a temperature it is part of the number.
_MINUS = r"(?:(?<=\s)|(?<![\s\S]))[-－−–](?!\d+\s*(?:℃|°|度))"
_PART = re.compile(rf"(?P<minus>{_MINUS})?(?:{_QUOTED})|{_MINUS}(?P<word>[^\s\"“「『＂]+)")


class Word(msgspec.Struct, frozen=True):
    """A Chinese word: its characters must follow one another within one text."""

    text: str
    grams: tuple[str, ...]


class Code(msgspec.Struct, frozen=True):
    """Letters and digits: all the words must be there, or a term that begins so when squeezed."""

    words: tuple[str, ...]
    squeezed: str


class Phrase(msgspec.Struct, frozen=True):
    """A text as it stands: these terms must follow one another within one text."""

    text: str
    terms: tuple[str, ...]


class AnyOf(msgspec.Struct, frozen=True):
    """A term of the trade: as typed, or any of what it stands for."""

    alternatives: tuple[tuple[Word | Code, ...], ...]


Unit = Word | Code | Phrase | AnyOf
Units = tuple[Unit, ...]


class Heard(msgspec.Struct, frozen=True):
    """Units that must be there as typed, or something that sounds so."""

    typed: Units
    sound: Sound | None


class Plan(msgspec.Struct, frozen=True):
    """What must be there, what must not, and what makes a hit better.

    Of each group of excluded units not all may be there. The bridges are the grams across the
    borders of neighbouring words; the pieces are what was typed between spaces, and all of it, each
    squeezed, to tell texts that are just this from texts that hold it.
    """

    units: Units
    excluded: tuple[Units, ...]
    bridges: tuple[str, ...]
    pieces: tuple[str, ...] = ()

    def simple_units(self) -> Iterator[Word | Code | Phrase]:
        """Yield the units that must be there, those inside alternatives too."""
        for unit in self.units:
            if isinstance(unit, AnyOf):
                for alternative in unit.alternatives:
                    yield from alternative
            else:
                yield unit

    def typed_units(self) -> Iterator[Word | Code | Phrase]:
        """Yield the units that must be there, terms of the trade only as they were typed."""
        for unit in self.units:
            if isinstance(unit, AnyOf):
                yield from unit.alternatives[0]
            else:
                yield unit

    @property
    def number(self) -> str | None:
        """The whole as a certificate number or a part of one, if it can be that."""
        codes = [unit for unit in self.units if isinstance(unit, Code)]
        others = [unit for unit in self.units if not isinstance(unit, Code)]
        whole = "".join(code.squeezed for code in codes)
        can_be = all(isinstance(unit, Word) and len(unit.text) == 1 for unit in others)
        is_long = len(whole) >= analysis.SHORTEST_PART and any(map(str.isdigit, whole))
        return whole[: analysis.LONGEST_TERM] if can_be and is_long else None

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing and forbids nothing."""
        return not (self.units or self.excluded)


@lru_cache(maxsize=4096)
def read(words: str) -> Plan:
    """Return the plan of what was typed; without a letter or digit it has no units.

    Characters after the two hundredth are not read. A quotation mark without its other half is no
    mark.
    """
    typed = words[:LONGEST_QUERY]
    units: list[Unit] = []
    excluded: list[Units] = []
    bridges: list[str] = []
    plain: list[str] = []
    at = 0
    for found in _PART.finditer(typed):
        plain.append(typed[at : found.start()])
        units += _words(plain[-1], bridges)
        at = found.end()
        if found["word"] is not None:
            group = tuple(_words(found["word"], []))
        else:
            group = _phrase("".join(filter(None, found.groups()[1:-1])))
        if found["word"] is not None or found["minus"] is not None:
            excluded += [group] if group else []
        else:
            units += group
    plain.append(typed[at:])
    units += _words(plain[-1], bridges)
    return Plan(tuple(units), tuple(excluded), tuple(bridges), _pieces(" ".join(plain)))


def rungs(plan: Plan) -> tuple[Tier, ...]:
    """Return the ways to take the words, from the strictest to the loosest."""
    if not plan.units:
        return (Tier.EXACT,)
    has_sound = any(heard.sound for heard in by_sound(plan))
    return (Tier.EXACT, *([Tier.SOUND] if has_sound else []), Tier.RELAXED)


@lru_cache(maxsize=4096)
def by_sound(plan: Plan) -> tuple[Heard, ...]:
    """Return the units, each with what sounds so.

    Whole syllables typed one by one are one word, and so is a Chinese character with the word that
    it was typed to. A character alone is not replaced by all that sound like it, and a phrase and a
    term of the trade stand as they are.
    """
    heard: list[Heard] = []
    spelt: list[Code] = []
    for unit in plan.units:
        if isinstance(unit, Code) and sounds.is_syllable(unit.squeezed):
            spelt.append(unit)
            continue
        heard += _joined(spelt)
        spelt = []
        before = heard[-1].typed if heard else ()
        if isinstance(unit, Word) and _belong_together(before, unit, plan.bridges):
            heard[-1] = _heard_together((*before, unit))
        else:
            heard.append(Heard((unit,), _sound(unit)))
    return (*heard, *_joined(spelt))


def _belong_together(before: Units, unit: Word, bridges: Sequence[str]) -> bool:
    """Tell whether a word and the one before it, one of them a single character, are one."""
    if not before or not isinstance(before[-1], Word):
        return False
    left = before[-1].text
    return 1 in (len(left), len(unit.text)) and left[-1] + unit.text[0] in bridges


def _heard_together(typed: Units) -> Heard:
    text = "".join(unit.text for unit in typed if isinstance(unit, Word))
    return Heard(typed, sounds.of_chinese(text))


def _joined(spelt: Sequence[Code]) -> list[Heard]:
    if not spelt:
        return []
    reading = tuple(code.squeezed.replace("ü", "v") for code in spelt)
    sound = Sound((reading,)) if len(spelt) > 1 else sounds.of_latin(spelt[0].squeezed)
    return [Heard(tuple(spelt), sound)]


def _sound(unit: Unit) -> Sound | None:
    if isinstance(unit, Word) and len(unit.text) > 1:
        return sounds.of_chinese(unit.text)
    if isinstance(unit, Code):
        return sounds.of_latin(unit.squeezed)
    return None


def _words(typed: str, bridges: list[str]) -> list[Unit]:
    """Return the units of a text without quotes; add the grams across words to the bridges."""
    text = analysis.normalise(typed)
    units: list[Unit] = []
    at = 0
    for found in _terms_of_the_trade().finditer(text):
        if len(found[0]) == 1 and not _stands_alone(text, found.start()):
            continue
        units += _plain(text[at : found.start()], bridges)
        units.append(AnyOf(tuple(map(_whole, _meanings()[found[0]]))))
        at = found.end()
    units += _plain(text[at:], bridges)
    return units


def _pieces(typed: str) -> tuple[str, ...]:
    text = analysis.normalise(typed)
    squeezed = map(analysis.squeezed, (text, *text.split()))
    return tuple(dict.fromkeys(piece for piece in squeezed if piece))


def _phrase(typed: str) -> tuple[Phrase, ...]:
    text = analysis.normalise(typed)
    terms = tuple(analysis.phrase_terms(text))
    return (Phrase(text.strip(), terms),) if terms else ()


def _stands_alone(text: str, place: int) -> bool:
    """Tell whether a character is a word of its own and no part of a name or another word."""
    start = end = place
    while start and analysis.is_chinese(text[start - 1]):
        start -= 1
    while end < len(text) and analysis.is_chinese(text[end]):
        end += 1
    at = start
    for word in analysis.cut(text[start:end]):
        if at == place:
            return len(word) == 1
        at += len(word)
    return False


def _plain(text: str, bridges: list[str]) -> tuple[Word | Code, ...]:
    """Return the units of a text without synonyms."""
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
