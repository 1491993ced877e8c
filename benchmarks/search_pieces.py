"""Pieces of the data to make questions of, drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from benchmarks import search_synonyms as synonyms
from benchmarks.search_truth import Ids, Truth, chinese_runs, fold, squeeze
from search.documents import ProductDocument


@dataclass(frozen=True)
class Draft:
    """What is typed, what was meant, and which products are right.

    ``has_exact_total`` says that the rule gives the number of all hits and not the best only.
    """

    typed: str
    original: str
    relevant: Ids
    has_exact_total: bool = False


class Pieces:
    """Draws from one data set."""

    def __init__(self, truth: Truth, draw: Random) -> None:
        self.truth = truth
        self.draw = draw
        self._by_id = {document.id: document for document in truth.documents}

    def document(self, number: int) -> ProductDocument:
        """Return a product by its id."""
        return self._by_id[number]

    def a_run(self, product: ProductDocument) -> str:
        """Return a stretch of Chinese characters from one of the product's texts."""
        text = self.draw.choice(
            [
                product.name,
                product.name,
                product.category_names[0],
                product.company_name,
                product.brand or product.name,
                product.scope or product.name,
            ]
        )
        runs = chinese_runs(text)
        return self.draw.choice(runs) if runs else ""

    def window(self, run: str, least: int, most: int) -> str:
        """Return a part of a run, or nothing if it is too short."""
        if len(run) < least:
            return ""
        size = self.draw.randint(least, min(most, len(run)))
        start = self.draw.randint(0, len(run) - size)
        return run[start : start + size]

    def coin(self, sides: int) -> bool:
        """Return True once in so many times."""
        return self.draw.randrange(sides) == 0


def codes_of(text: str | None) -> list[str]:
    """Return the words of a model that have a digit and are not too short to mean anything."""
    return [
        word
        for word in (text or "").split()
        if len(squeeze(word)) > 2 and any(map(str.isdigit, fold(word)))
    ]


def english_words(product: ProductDocument) -> list[str]:
    """Return the longer words of the English name of the product's kind."""
    words = product.category_names[1].replace(",", " ").replace(":", " ").split()
    return [word for word in words if len(word) > 3]


def is_in_a_synonym(word: str) -> bool:
    """Tell whether a total counts more than the word itself, because it also means another."""
    return any(fold(term) in fold(word) for term in synonyms.terms_of_the_trade())
