"""Texts as matching compares them: folded, parted into tokens, searched for known words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from catalog.rules.keys import hashed_key

_SPACES = re.compile(r"\s+")
_TIMES = re.compile(r"(?<=[0-9a-z])\s*[×✕*]\s*(?=[0-9])")
_TOKEN = re.compile(r"[0-9a-z.+\-/±%]+|[一-鿿]+")
_HAN = re.compile(r"[一-鿿]")
_BREAK = re.compile(r"[(\[{【〔,;:、。]")
_NO_HEAD = re.compile(r"系列|厚|型|级|号|等")
_SHORTEST_ALIKE = 3


@lru_cache(maxsize=1 << 15)  # Bills repeat their words, from building to building.
def folded(text: str) -> str:
    """Return a text in half width, lower case, with plain spaces, and x for times."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _TIMES.sub("x", _SPACES.sub(" ", plain).strip())


def signature(name: str, specification: str | None, unit: str) -> str:
    """Return what lines with the same words share, however wide or spaced they are written."""
    return hashed_key("line", folded(name), folded(specification or ""), folded(unit))


def tokens(text: str) -> frozenset[str]:
    """Return the runs of letters and digits, and of Chinese signs, in a folded text."""
    return frozenset(token.strip(".-/") for token in _TOKEN.findall(text)) - {""}


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring signs in a folded text, spaces and marks aside."""
    signs = [sign for sign in text if sign.isalnum()]
    return frozenset(a + b for a, b in pairwise(signs))


def head_end(text: str) -> int:
    """Return where the name proper ends in a folded text: before a bracket, a comma, a colon."""
    found = _BREAK.search(text, 1)
    return found.start() if found else len(text)


def ends_name(text: str, end: int, head: int) -> bool:
    """Tell whether nothing but sizes and marks stands between a word's end and the name's end."""
    return end <= head and not _HAN.search(_NO_HEAD.sub("", text[end:head]))


class Terms:
    """A list of words that are looked for in texts, all at once."""

    def __init__(self, words: Iterable[str]) -> None:
        self._starts: dict[str, list[str]] = defaultdict(list)
        self._pairs: dict[str, list[str]] = defaultdict(list)
        self._lengths: dict[str, int] = {}
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            self._starts[word[:2]].append(word)
            if len(word) >= _SHORTEST_ALIKE:
                found = pairs(word)
                self._lengths[word] = len(found)
                for pair in found:
                    self._pairs[pair].append(word)

    def find(self, text: str) -> list[tuple[str, int]]:
        """Return the words in a folded text and where each ends; a longer one hides those in it."""
        found: list[tuple[str, int]] = []
        reached = 0
        for start in range(len(text)):
            word = self._longest_at(text, start)
            if word and start + len(word) > reached:
                reached = start + len(word)
                found.append((word, reached))
        return found

    def _longest_at(self, text: str, start: int) -> str | None:
        for key in (text[start : start + 2], text[start]):
            for word in self._starts.get(key, ()):
                if text.startswith(word, start) and _stands_alone(text, start, word):
                    return word
        return None

    def alike(self, text: str, least: float) -> list[tuple[str, float]]:
        """Return words that share so much of their pairs with a folded text, most alike first."""
        shared: dict[str, int] = defaultdict(int)
        for pair in pairs(text):
            for word in self._pairs.get(pair, ()):
                shared[word] += 1
        found = [
            (word, count / self._lengths[word])
            for word, count in shared.items()
            if count >= least * self._lengths[word]
        ]
        return sorted(found, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))


def _stands_alone(text: str, start: int, word: str) -> bool:
    """Tell whether a word in Latin letters is not a piece of a longer one."""
    end = start + len(word)
    if start and _is_latin(word[0]) and _is_latin(text[start - 1]):
        return False
    return not (end < len(text) and _is_latin(word[-1]) and _is_latin(text[end]))


def _is_latin(sign: str) -> bool:
    return "a" <= sign <= "z"
