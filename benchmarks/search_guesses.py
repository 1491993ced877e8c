"""Questions in other words or with slips: pinyin, initials, synonyms, what was misspelt."""

from __future__ import annotations

from benchmarks import search_sounds as sounds
from benchmarks import search_synonyms as synonyms
from benchmarks.search_pieces import Draft, Pieces, english_words
from benchmarks.search_slips import SHAPES, slip
from search.documents import ProductDocument


class Guesses:
    """Makes them of one data set; None where this draw does not lend itself."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._heard = sounds.Vocabulary(pieces.truth.documents)
        self._synonyms = iter(synonyms.drawn(pieces.draw))

    def pinyin(self, _: ProductDocument) -> Draft | None:
        """How a word sounds; all words of the data that sound so are right."""
        word = self._pieces.draw.choice(self._heard.words)
        syllables = sounds.syllables(word)
        typed = self._pieces.draw.choice(["", "", " "]).join(syllables)
        return self._heard_as(typed, word, self._heard.sounding(syllables))

    def initials(self, _: ProductDocument) -> Draft | None:
        """The initials of a word; all words of the data with these initials are right."""
        word = self._pieces.draw.choice(self._heard.words)
        if not 3 <= len(word) <= 6:
            return None
        typed = "".join(syllable[0] for syllable in sounds.syllables(word))
        return self._heard_as(typed, word, self._heard.with_initials(typed))

    def _heard_as(self, typed: str, word: str, words: list[str]) -> Draft | None:
        if any(self._pieces.truth.having(part) for part in typed.split()):
            return None  # It stands there in Latin letters, so nobody need listen.
        return Draft(typed, word, self._pieces.truth.having_any(words))

    def synonym(self, _: ProductDocument) -> Draft | None:
        """What people say for what the catalogue writes."""
        synonym = next(self._synonyms, None)
        if synonym is None:
            return None
        words = (synonym.said, *synonym.means)
        return Draft(synonym.said, " or ".join(words), self._pieces.truth.having_any(words))

    def chinese_slip(self, _: ProductDocument) -> Draft | None:
        """A word with a homophone, a look-alike or two characters swapped."""
        word = self._pieces.draw.choice(self._heard.words)
        if not 3 <= len(word) <= 7:
            return None
        at = self._pieces.draw.randrange(len(word))
        match self._pieces.draw.randrange(4):
            case 0 | 1:
                other = self._pieces.draw.choice(sounds.homophones(word[at]) or [word[at]])
                typed = word[:at] + other + word[at + 1 :]
            case 2:
                shapes = [n for n, sign in enumerate(word) if sign in SHAPES]
                if not shapes:
                    return None
                at = self._pieces.draw.choice(shapes)
                typed = word[:at] + SHAPES[word[at]] + word[at + 1 :]
            case _:
                if len(word) < 4 or at == 0:
                    return None
                typed = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        if self._pieces.truth.having(typed):
            return None
        return Draft(typed, word, self._pieces.truth.having(word))

    def english_slip(self, product: ProductDocument) -> Draft | None:
        """A word with one slip."""
        words = [word for word in english_words(product) if len(word) > 4]
        if not words:
            return None
        word = self._pieces.draw.choice(words).lower()
        typed = slip(word, self._pieces.draw)
        if typed == word or self._pieces.truth.having(typed):
            return None
        return Draft(typed, word, self._pieces.truth.having(word))
