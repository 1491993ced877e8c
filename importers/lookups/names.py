"""A closed list as files name its members: every word for a member leads to its key."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping


class Names:
    """The words for the members of one list; case, width and spaces make no difference.

    A word that stands for two members stands for neither: a guess is never made.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """Take, for each key, the words for it; the key itself is always one of them."""
        self._key_of: dict[str, str] = {}
        self._written: dict[str, str] = {}
        doubtful: set[str] = set()
        for key, aliases in words.items():
            for word in aliases:
                folded = folded_word(word)
                if self._key_of.setdefault(folded, key) != key:
                    doubtful.add(folded)
                self._written.setdefault(folded, word)
        for folded in doubtful:
            del self._key_of[folded]
        for key in words:
            self._key_of[folded_word(key)] = key
            self._written.setdefault(folded_word(key), key)
        self.keys = frozenset(words)

    def find(self, word: str) -> str | None:
        """Return the key that the word stands for."""
        return self._key_of.get(folded_word(word))

    def nearest(self, word: str) -> str | None:
        """Return the known word that is most like this one, if any is like it at all."""
        found = difflib.get_close_matches(folded_word(word[:100]), self._key_of, n=1, cutoff=0.5)
        return self._written[found[0]] if found else None


def folded_word(word: str) -> str:
    """Return a word without what makes no difference: letter case, width, spaces."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())
