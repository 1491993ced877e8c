"""Which words of the data sound alike, heard with pypinyin directly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import rjieba
from pypinyin import Style, lazy_pinyin, pinyin

from benchmarks.search_truth import chinese_runs, fold
from search.documents import ProductDocument

_LONGEST = 6


class Vocabulary:
    """The Chinese words of names, kinds and firms, by what they sound like."""

    def __init__(self, documents: Sequence[ProductDocument]) -> None:
        texts = {fold(document.name) for document in documents}
        texts |= {fold(document.category_names[0]) for document in documents}
        self._runs = sorted({run for text in texts for run in chinese_runs(text)})
        asked = _words_of(texts)
        self.words = sorted(asked)
        firms = {fold(document.company_name) for document in documents}
        firms |= {fold(document.brand) for document in documents if document.brand}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_initials: dict[str, list[str]] = defaultdict(list)
        for word in sorted(asked | _words_of(firms)):
            heard = syllables(word)
            self._by_sound[" ".join(heard)].append(word)
            self._by_initials["".join(syllable[0] for syllable in heard)].append(word)

    def sounding(self, heard: tuple[str, ...]) -> list[str]:
        """Return the words that sound so, and what sounds so within a name."""
        return [*self._by_sound[" ".join(heard)], *self._within(heard)]

    def with_initials(self, initials: str) -> list[str]:
        """Return the words whose syllables begin so, and what begins so within a name."""
        return [*self._by_initials[initials], *self._within(tuple(initials))]

    def _within(self, beginnings: tuple[str, ...]) -> list[str]:
        """Return the parts of names and kinds whose syllables are, or begin, so.

        No general dictionary knows the words of the trade, so any part may be one.
        """
        size = len(beginnings)
        is_whole = any(len(one) > 1 for one in beginnings)
        found = []
        for run in self._runs:
            heard = syllables(run) if is_whole else tuple(s[0] for s in syllables(run))
            starts = range(len(heard) - size + 1)
            found += [run[at : at + size] for at in starts if heard[at : at + size] == beginnings]
        return found

    def homophone_pairs(self) -> list[tuple[str, str]]:
        """Return pairs of different words that sound the same."""
        alike = (words for words in self._by_sound.values() if len(words) > 1)
        return [(words[0], words[1]) for words in alike]


@cache
def syllables(word: str) -> tuple[str, ...]:
    """Return the syllables of a word without tones; ü is v."""
    return tuple(lazy_pinyin(word))


@cache
def homophones(character: str) -> list[str]:
    """Return common characters that sound the same, without regard to tones."""
    return [other for other in _by_syllable()[lazy_pinyin(character)[0]] if other != character]


@cache
def _by_syllable() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    # The first level of GB 2312: the 3,755 characters in common use.
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                character = bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
            if len(readings) == 1:
                found[readings[0]].append(character)
    return found


def _words_of(texts: set[str]) -> set[str]:
    """Return words as a general dictionary cuts them, and runs that are short enough to type."""
    segmenter = rjieba.Jieba()
    words: set[str] = set()
    for text in texts:
        for run in chinese_runs(text):
            words.update(segmenter.cut(run, hmm=False))
            if len(run) <= _LONGEST:
                words.add(run)
    return {word for word in words if len(word) > 1}
