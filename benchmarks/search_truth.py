"""Which products are right answers, by substring rules of its own: nothing here is search's.

Texts are folded by NFKC, lower case and OpenCC character by character; 5.0 is 5. A Chinese word is
there if it stands in one of a product's searched texts as it is. A word with letters or digits is
there if the same groups of letters and digits follow one another, whatever separates them, not in
the middle of a longer number or word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import polars as pl
from opencc import OpenCC

from search.documents import ProductDocument

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_PART = re.compile(rf"\d+(?:\.\d+)?|[a-z]+|[{HAN}]+")
_RUN = re.compile(rf"[{HAN}]+")
_DASHES = re.compile("[‐-―−]")
_NOUGHT = re.compile(r"(?<=\d)\.0+(?!\d)")
_NOT_SQUEEZED = re.compile(rf"[^0-9a-z{HAN}]+")

Ids = frozenset[int]


def fold(text: str) -> str:
    """Return the text in one width, in lower case and in simplified characters."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _NOUGHT.sub("", _DASHES.sub("-", text).replace("×", "x"))
    if text.isascii():
        return text
    return "".join(map(_simplified, text))


def squeeze(text: str) -> str:
    """Return the letters, digits and Chinese characters of a text and nothing else."""
    return _NOT_SQUEEZED.sub("", fold(text))


def chinese_runs(text: str) -> list[str]:
    """Return the stretches of Chinese characters in a text, as written."""
    return _RUN.findall(text)


def searched_texts(document: ProductDocument) -> list[str]:
    """Return the texts by which a product is found."""
    texts = (document.name, document.brand, document.model, document.scope, document.company_name)
    lists = (document.category_names, document.standards, document.certificate_numbers)
    return [text for text in texts if text] + [text for texts in lists for text in texts]


class Truth:
    """The products of one data set, asked by rule."""

    def __init__(self, documents: Sequence[ProductDocument]) -> None:
        self.documents = documents
        self._ids = pl.Series([document.id for document in documents])
        # A line break between the texts: no rule finds anything across it.
        self._texts = pl.Series(
            ["\n".join(map(fold, searched_texts(document))) for document in documents]
        )
        self._numbers = pl.Series(
            ["\n".join(map(squeeze, document.certificate_numbers)) for document in documents]
        )
        self.by_number: dict[str, set[int]] = {}
        for document in documents:
            for number in document.certificate_numbers:
                self.by_number.setdefault(squeeze(number), set()).add(document.id)

    @lru_cache(maxsize=1 << 12)  # noqa: B019  There are few of these, and they live to the end.
    def having(self, word: str) -> Ids:
        """Return the products that have one word."""
        word = fold(word)
        if _RUN.fullmatch(word):
            found = self._texts.str.contains(word, literal=True)
        else:
            found = self._texts.str.contains(_pattern(word))
        return frozenset(self._ids.filter(found))

    def having_all(self, words: Iterable[str]) -> Ids:
        """Return the products that have every word."""
        return frozenset.intersection(*map(self.having, words))

    def having_any(self, words: Iterable[str]) -> Ids:
        """Return the products that have one of the words."""
        return frozenset().union(*map(self.having, words))

    def numbered(self, part: str) -> Ids:
        """Return the products with a certificate number that holds this part of one, squeezed."""
        return frozenset(self._ids.filter(self._numbers.str.contains(squeeze(part), literal=True)))

    def with_serial(self, digits: str) -> Ids:
        """Return the products with a certificate number whose last digits are this number."""
        pattern = rf"(?m)(?:^|[^0-9])0*{int(digits)}[^0-9\n]*$"
        return frozenset(self._ids.filter(self._numbers.str.contains(pattern)))

    def one_slip_from(self, number: str) -> Ids:
        """Return the products with a certificate number one slip away from this one."""
        near = (self.by_number.get(one, set()) for one in _slips(squeeze(number)))
        return frozenset().union(*near)


def _pattern(word: str) -> str:
    """Return the expression for a word with letters or digits; it needs no looking around."""
    parts = _PART.findall(word)
    pieces = [_before(parts[0]), re.escape(parts[0])]
    for left, right in pairwise(parts):
        # Two numbers in a row were apart and must be; a number and a letter may touch.
        is_same_kind = left[-1].isdigit() == right[0].isdigit()
        pieces += [rf"[^0-9a-z{HAN}\n]" + ("+" if is_same_kind else "*"), re.escape(right)]
    if parts[-1][-1].isdigit():
        pieces.append(r"(?:$|[^0-9.]|\.(?:$|[^0-9]))")
    return "".join(pieces)


def _before(part: str) -> str:
    if part[0].isdigit():
        return r"(?:^|[^0-9.])"
    return "(?:^|[^a-z])" if part[0].isascii() else ""


def _slips(typed: str) -> set[str]:
    """Return every text that one slip (too many, too few, wrong, swapped) makes of this one."""
    signs = sorted(set("0123456789abcdefghijklmnopqrstuvwxyz") | set(typed))
    near: set[str] = set()
    for at in range(len(typed) + 1):
        head, tail = typed[:at], typed[at:]
        near.update(head + sign + tail for sign in signs)
        if tail:
            near.add(head + tail[1:])
            near.update(head + sign + tail[1:] for sign in signs)
        if len(tail) > 1:
            near.add(head + tail[1] + tail[0] + tail[2:])
    return near - {typed}


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simplified(character: str) -> str:
    simple: str = _converter().convert(character)
    return simple if len(simple) == 1 else character
