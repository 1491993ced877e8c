"""How Chinese sounds: pinyin of texts, Latin letters read as pinyin, and names in its order.

A part of the analyser, pure like the rest of it. Sounds have no tones; ü is written v.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

import msgspec

from search import analysis

MOST_INITIALS = 8
_MOST_READINGS = 8
_LONGEST_SYLLABLE = 6
_MANY_TEXTS = 1 << 16
_LETTERS = re.compile(r"[a-z]+")
_VOWELS = re.compile(r"[aeiouv]")
_RANKED = 10
_SYMBOL_BITS = 5
_DIGIT_RANK, _FIRST_LETTER_RANK, _OTHER_RANK = 1, 2, 31


class Sound(msgspec.Struct, frozen=True):
    """What a word sounds like: any of the readings, or syllables with these initials.

    Each reading is a sequence of syllables that must follow one another. The last of ``open``
    readings may be the beginning of a syllable only.
    """

    readings: tuple[tuple[str, ...], ...]
    open: tuple[tuple[str, ...], ...] = ()
    initials: str | None = None


@lru_cache(maxsize=_MANY_TEXTS)
def syllables(run: str) -> tuple[str, ...]:
    """Return one syllable for each character of a Chinese run in normal form.

    A character with several readings is read as in the word that it stands in. One that has no
    reading stands for itself.
    """
    # Late, because it takes 0.3 seconds that whoever searches by no sound should not wait for.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    # What has no reading is handed over in a piece and may come back as several; the stub forgets.
    return tuple(lazy_pinyin(run, style=Style.NORMAL, errors=list))  # type: ignore[arg-type]


def pair(left: str, right: str) -> str:
    """Return the term of two syllables in a row; the mark tells xi an from xian."""
    return f"{left}'{right}"


@lru_cache(maxsize=_MANY_TEXTS)
def sound_terms(text: str) -> str:
    """Return the syllables of a text's Chinese runs, alone and in pairs, with spaces between."""
    terms: dict[str, None] = {}
    for run, is_chinese in analysis.runs(analysis.normalise(text)):
        if is_chinese:
            heard = syllables(run)
            terms.update(dict.fromkeys(heard))
            terms.update((pair(left, right), None) for left, right in pairwise(heard))
    return " ".join(terms)


@lru_cache(maxsize=_MANY_TEXTS)
def sound_pairs(text: str) -> str:
    """Return the syllables of a text's Chinese runs in pairs and the last alone, spaces between.

    A syllable that is not the last of its run is found as the beginning of a pair.
    """
    terms: dict[str, None] = {}
    for run, is_chinese in analysis.runs(analysis.normalise(text)):
        if is_chinese:
            heard = syllables(run)
            terms.update((pair(left, right), None) for left, right in pairwise(heard))
            terms[heard[-1]] = None
    return " ".join(terms)


@lru_cache(maxsize=_MANY_TEXTS)
def initial_terms(text: str) -> str:
    """Return the initials of a text's Chinese runs from each character on, spaces between."""
    terms: dict[str, None] = {}
    for run, is_chinese in analysis.runs(analysis.normalise(text)):
        if is_chinese:
            initials = "".join(syllable[0] for syllable in syllables(run))
            starts = range(len(initials) - 1)
            terms.update((initials[at : at + MOST_INITIALS], None) for at in starts)
    return " ".join(terms)


def of_chinese(word: str) -> Sound:
    """Return the sound of a Chinese word in normal form."""
    return Sound(readings=(syllables(word),))


@lru_cache(maxsize=4096)
def of_latin(word: str) -> Sound | None:
    """Return the sound that Latin letters may stand for, or None if they are no pinyin.

    Letters that make whole syllables are not taken for initials too.
    """
    letters = word.replace("ü", "v")
    if not _LETTERS.fullmatch(letters):
        return None
    readings = _readings(letters)
    unfinished = _unfinished(letters)
    is_initials = not readings and 1 < len(letters) <= MOST_INITIALS and _are_initials(letters)
    if not (readings or unfinished or is_initials):
        return None
    return Sound(readings=readings, open=unfinished, initials=letters if is_initials else None)


def is_syllable(word: str) -> bool:
    """Tell whether letters are one whole syllable."""
    return word.replace("ü", "v") in _syllables()


@lru_cache(maxsize=_MANY_TEXTS)
def name_rank(name: str) -> int:
    """Return a number of 50 bits by which names sort as in a dictionary.

    Digits come first, then letters, Chinese characters by their pinyin; names that begin with the
    same ten letters are equal.
    """
    letters: list[str] = []
    for run, is_chinese in analysis.runs(analysis.normalise(name)):
        letters += "".join(syllables(run[:_RANKED])) if is_chinese else run
        if len(letters) >= _RANKED:
            break
    rank = 0
    ranked = [_symbol(letter) for letter in letters if letter.isalnum()][:_RANKED]
    for symbol in (*ranked, *[0] * (_RANKED - len(ranked))):
        rank = rank << _SYMBOL_BITS | symbol
    return rank


def _symbol(letter: str) -> int:
    if "a" <= letter <= "z":
        return _FIRST_LETTER_RANK + ord(letter) - ord("a")
    return _DIGIT_RANK if letter.isdigit() else _OTHER_RANK


def _readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut letters into whole syllables, those with the fewest first."""
    known = _syllables()
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(letters) + 1)]
    ways[0] = [()]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            if letters[start:end] in known:
                ways[end] += [(*way, letters[start:end]) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:_MOST_READINGS]
    return tuple(ways[-1])


def _unfinished(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut letters into syllables of which the last is only begun."""
    found = []
    for start in range(max(1, len(letters) - _LONGEST_SYLLABLE + 1), len(letters)):
        if letters[start:] in _beginnings():
            found += [(*way, letters[start:]) for way in _readings(letters[:start])]
    return tuple(sorted(found, key=len)[:_MOST_READINGS])


def _are_initials(letters: str) -> bool:
    return not set(letters) & set("iuv")  # No syllable begins with these.


@cache
def _syllables() -> frozenset[str]:
    """Return the syllables that the characters in common use have; interjections are no words."""
    # Late for the reason given above.
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415

    toned = {
        reading
        for code in range(0x4E00, 0x9FA6)
        for reading in PINYIN_DICT.get(code, "").split(",")
        if reading
    }
    return frozenset(
        letters
        for letters in (to_normal(reading, v_to_u=False) for reading in toned)
        if letters.isascii() and _VOWELS.search(letters)
    )


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(s[:end] for s in _syllables() for end in range(1, len(s)))
