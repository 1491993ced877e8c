"""What matched, marked in the text as it is written; the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import msgspec

from search import analysis, plan, sounds
from search.documents import ProductDocument
from search.plan import Code, Phrase, Plan, Word
from search.query import Hit, Piece, Tier
from search.sounds import Sound

_MANY_TEXTS = 1 << 14


class Marker(msgspec.Struct, frozen=True):
    """Marks texts with what a plan looks for.

    Width, case and Traditional or Simplified writing make no difference, nor do signs within a
    number. By sound or relaxed, what sounds as typed is marked; relaxed, also the pairs of
    characters that match.
    """

    texts: tuple[str, ...]
    codes: tuple[str, ...]
    sounds: tuple[Sound, ...]

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Return the text cut into marked and unmarked pieces; joined they are the text again."""
        spans = list(self._spans(text)) if text else []
        if not spans:
            return (Piece(text, False),) if text else ()
        is_marked = bytearray(len(text))
        for start, end in spans:
            is_marked[start:end] = b"\1" * (end - start)
        found: list[Piece] = []
        at = 0
        for mark, group in groupby(is_marked):
            end = at + sum(1 for _ in group)
            found.append(Piece(text[at:end], bool(mark)))
            at = end
        return tuple(found)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        folded, origin = _folded(text)
        for mark in self.texts:
            for at in _places(folded, mark):
                yield _span(origin, at, at + len(mark))
        if self.codes:
            squeezed, inner = _squeezed(folded)
            for mark in self.codes:
                for at in _places(squeezed, mark):
                    first, last = inner[at], inner[at + len(mark) - 1]
                    yield _span(origin, first, last + 1)
        if self.sounds:
            for at, run in _chinese_runs(folded):
                for start, end in _heard(sounds.syllables(run), self.sounds):
                    yield _span(origin, at + start, at + end)


@lru_cache(maxsize=4096)
def marker(found: Plan, tier: Tier) -> Marker:
    """Return what marks the hits of a plan that was taken in a way."""
    texts = dict.fromkeys(found.bridges if tier is Tier.RELAXED else ())
    codes: dict[str, None] = {}
    for unit in found.simple_units():
        match unit:
            case Word() if tier is Tier.RELAXED:
                texts.update(dict.fromkeys(unit.grams))
            case Word() | Phrase():
                texts[unit.text] = None
            case Code():
                # One letter or digit would be marked in the middle of any number or word.
                texts.update((word, None) for word in unit.words if len(word) > 1)
                if len(unit.words) > 1 or len(unit.squeezed) > 1:
                    codes[unit.squeezed] = None
    heard = plan.by_sound(found) if tier is not Tier.EXACT else ()
    return Marker(tuple(texts), tuple(codes), tuple(unit.sound for unit in heard if unit.sound))


def hit(document: ProductDocument, marker: Marker) -> Hit:
    """Return a product found, its texts marked."""
    return Hit(
        document=document,
        name=marker.pieces(document.name),
        model=marker.pieces(document.model) if document.model else None,
        company_name=marker.pieces(document.company_name),
        certificate_numbers=tuple(map(marker.pieces, document.certificate_numbers)),
    )


def _heard(said: Sequence[str], wanted: Iterable[Sound]) -> Iterator[tuple[int, int]]:
    """Yield where, among the syllables of a run, one of the sounds is heard."""
    for sound in wanted:
        for reading in (*sound.readings, *sound.open):
            length = len(reading)
            is_open = reading in sound.open
            for at in range(len(said) - length + 1):
                is_begun = said[at : at + length - 1] == reading[:-1]
                last = said[at + length - 1]
                if is_begun and (last.startswith(reading[-1]) if is_open else last == reading[-1]):
                    yield at, at + length
        if sound.initials:
            initials = "".join(syllable[0] for syllable in said)
            for at in _places(initials, sound.initials):
                yield at, at + len(sound.initials)


def _places(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark) if mark else -1
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _span(origin: Sequence[int], start: int, end: int) -> tuple[int, int]:
    return origin[start], origin[end - 1] + 1


def _chinese_runs(folded: str) -> Iterator[tuple[int, str]]:
    at = 0
    for run, is_chinese in analysis.runs(folded):
        at = folded.index(run, at)
        if is_chinese:
            yield at, run
        at += len(run)


@lru_cache(maxsize=_MANY_TEXTS)
def _squeezed(folded: str) -> tuple[str, Sequence[int]]:
    """Return the letters and digits of a text without signs, and where each stands."""
    places = [at for at, sign in enumerate(folded) if sign.isalnum()]
    return "".join(folded[at] for at in places), places


@lru_cache(maxsize=_MANY_TEXTS)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return the text folded, and where each of its characters comes from."""
    folded = analysis.folded(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    characters: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        parts = analysis.folded(character)
        characters.append(parts)
        origin += [at] * len(parts)
    return "".join(characters), origin
