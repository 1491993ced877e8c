"""Questions of words as they stand in the data: parts, several, quoted, excluded, Traditional."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC

from benchmarks.search_pieces import Draft, Pieces, english_words, is_in_a_synonym
from benchmarks.search_truth import chinese_runs, fold
from search.documents import ProductDocument

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))


class Words:
    """Makes them of one data set; None where this product does not lend itself."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def two_characters(self, product: ProductDocument) -> Draft | None:
        """Two neighbouring characters."""
        word = self._pieces.window(self._pieces.a_run(product), 2, 2)
        return self._words([word]) if word else None

    def one_character(self, product: ProductDocument) -> Draft | None:
        """The first character of a text."""
        run = self._pieces.a_run(product)
        return self._words([run[0]]) if run else None

    def several_words(self, product: ProductDocument) -> Draft | None:
        """Two or three words of different texts, or a place and a kind in one breath."""
        names = [run for run in chinese_runs(product.name) if len(run) > 2]
        kinds = chinese_runs(product.category_names[0])
        pieces = [product.company_name[:2]]
        if product.brand:
            pieces.append(product.brand)
        if names:
            name, size = self._pieces.draw.choice(names), self._pieces.draw.randint(2, 4)
            pieces.append(self._pieces.draw.choice([name[:size], name[-size:]]))
        if kinds:
            pieces.append(self._pieces.draw.choice(kinds)[: self._pieces.draw.randint(2, 3)])
        words = list(
            dict.fromkeys(
                self._pieces.draw.sample(pieces, min(len(pieces), 2 + self._pieces.coin(3)))
            )
        )
        if len(words) < 2 or not all(map(chinese_runs, words)):
            return None
        if self._pieces.coin(4) and len(kinds) == 1:  # A place and a kind in one breath.
            place, kind = product.company_name[:2], kinds[0]
            return Draft(
                place + kind, f"{place} {kind}", self._pieces.truth.having_all([place, kind])
            )
        return Draft(" ".join(words), " ".join(words), self._pieces.truth.having_all(words))

    def company_part(self, product: ProductDocument) -> Draft | None:
        """A part of a firm's name, cut anywhere."""
        run = max(chinese_runs(product.company_name), key=len, default="")
        word = self._pieces.window(run, 3, 8)
        return Draft(word, word, self._pieces.truth.having(word)) if word else None

    def phrase(self, product: ProductDocument) -> Draft | None:
        """A part of a text in quotes."""
        word = self._pieces.window(self._pieces.a_run(product), 3, 8)
        if not word:
            return None
        opening, closing = self._pieces.draw.choice(_QUOTES)
        return Draft(f"{opening}{word}{closing}", word, self._pieces.truth.having(word), True)

    def exclusion(self, product: ProductDocument) -> Draft | None:
        """Two characters, without two others that stand beside them."""
        wanted = self._pieces.window(
            self._pieces.draw.choice(chinese_runs(product.name) or [""]), 2, 2
        )
        if not wanted:
            return None
        having = self._pieces.truth.having(wanted)
        other = self._pieces.document(self._pieces.draw.choice(sorted(having)))
        unwanted = self._pieces.window(self._pieces.a_run(other), 2, 2)
        if not unwanted or is_in_a_synonym(wanted) or is_in_a_synonym(unwanted):
            return None
        return Draft(
            f"{wanted} -{unwanted}", f"{wanted} without {unwanted}",
            having - self._pieces.truth.having(unwanted), True,
        )  # fmt: skip

    def traditional(self, product: ProductDocument) -> Draft | None:
        """A part of a text in Traditional characters."""
        word = self._pieces.window(self._pieces.a_run(product), 2, 6)
        typed = _traditional(self._pieces.draw.choice(["s2t", "s2tw", "s2hk"])).convert(word)
        if not word or typed == word or fold(typed) != fold(word):
            return None
        return Draft(typed, word, self._pieces.truth.having(word))

    def english(self, product: ProductDocument) -> Draft | None:
        """A word or two of the English name of a kind."""
        words = english_words(product)
        if not words:
            return None
        start = self._pieces.draw.randrange(len(words))
        chosen = words[start : start + 1 + self._pieces.coin(2)]
        write = self._pieces.draw.choice([str.lower, str.title, str.upper])
        return Draft(
            write(" ".join(chosen)), " ".join(chosen), self._pieces.truth.having_all(chosen)
        )

    def _words(self, words: list[str]) -> Draft:
        is_exact = not any(map(is_in_a_synonym, words))
        return Draft(
            " ".join(words), " ".join(words), self._pieces.truth.having_all(words), is_exact
        )


@cache
def _traditional(kind: str) -> OpenCC:
    return OpenCC(kind)
