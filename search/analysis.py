"""The one analyser that documents and queries share: normal form, grams, codes, words.

It is pure: the same text always gives the same terms. Documents are cut into overlapping grams,
which need no dictionary, so a better dictionary (used on queries only) never asks for a new index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from search import lexicon

if TYPE_CHECKING:
    import rjieba

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LONGEST_TERM = 60
SHORTEST_PART = 4
"""How much of a certificate number it takes to look for it in the middle."""

_DASHES = re.compile(r"[‐-―−﹘﹣－]")
_TIMES_SIGN = re.compile(r"(?<=[0-9a-z)])\s*[×*✕⨯]\s*(?=\d)|(?<=\d)\s+x\s+(?=\d)")
_WHOLE_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.0+(?![\d.])")
_RUN = re.compile(rf"([{CJK}]+)|([^\s{CJK}]+)")
_CHINESE = re.compile(f"[{CJK}]")
_WORD = re.compile(r"[^\W_]+(?:\.\d[^\W_]*)*")
_PART = re.compile(rf"\d+(?:\.\d+)*|[^\W\d_{CJK}]+")
_MANY_TEXTS = 1 << 16


@lru_cache(maxsize=_MANY_TEXTS)
def normalise(text: str) -> str:
    """Return the text in the form in which texts are compared.

    One width, lower case, simplified characters (one by one, so that a part of a text stays a part
    of its normal form), one dash, one spelling of each unit, numbers joined with their units.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii():
        text = _DASHES.sub("-", text).translate(_simplified())
        anywhere, after_a_digit = _unit_spellings()
        symbols = lexicon.spellings()
        text = anywhere.sub(lambda found: symbols.anywhere[found[0]], text)
        text = after_a_digit.sub(lambda found: symbols.after_a_digit[found[1]], text)
    text = _TIMES_SIGN.sub("x", text)
    text = _WHOLE_DECIMAL.sub(r"\1", text)
    return _number_and_unit().sub(r"\1\2", text)


def folded(text: str) -> str:
    """Return one width, lower case and simplified characters, and nothing else changed."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def is_chinese(character: str) -> bool:
    """Tell whether a character is written as part of a Chinese run."""
    return _CHINESE.match(character) is not None


def runs(text: str) -> list[tuple[str, bool]]:
    """Return the runs of a normal form in order, each with whether it is Chinese."""
    return [(found[0], found[1] is not None) for found in _RUN.finditer(text)]


def grams(run: str) -> list[str]:
    """Return each pair of neighbours in a Chinese run, or the one character that it is."""
    if len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


def code_words(run: str) -> list[str]:
    """Return the words and numbers of a run that is not Chinese."""
    return [word[:LONGEST_TERM] for word in _WORD.findall(run)]


def squeezed(text: str) -> str:
    """Return the letters and digits of a normal form without what stands between them."""
    return "".join(_WORD.findall(text))[:LONGEST_TERM]


@lru_cache(maxsize=_MANY_TEXTS)
def text_terms(text: str) -> str:
    """Return the terms of running text, with spaces between.

    Chinese runs give every character and every pair; other runs give their words and, if there are
    several, the run squeezed from each word on, so that ``EPS-032/B1`` is found as ``eps032``.
    """
    terms: list[str] = []
    for run, is_chinese in runs(normalise(text)):
        if is_chinese:
            terms += run
            terms += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            words = code_words(run)
            terms += words
            terms += _suffixes(words)
    return " ".join(terms)


def phrase_terms(normal: str) -> list[str]:
    """Return the terms of a normal form in their order: characters, and words between them.

    Of a text and a part of it that starts and ends with whole words, the terms of the part follow
    one another among the terms of the text.
    """
    terms: list[str] = []
    for run, is_chinese in runs(normal):
        terms += run if is_chinese else code_words(run)
    return terms


@lru_cache(maxsize=_MANY_TEXTS)
def sequence(text: str) -> str:
    """Return one term for each place in a text, with spaces between.

    A place holds a character together with its neighbour, the last character of a Chinese run
    alone, or a word of another run. So a part of the text is found by every second term of it.
    """
    terms: list[str] = []
    for run, is_chinese in runs(normalise(text)):
        if is_chinese:
            terms += [run[at : at + 2] for at in range(len(run))]
        else:
            terms += code_words(run)
    return " ".join(terms)


def part_of_sequence(normal: str) -> tuple[list[tuple[int, str]], bool]:
    """Return by which terms at which places a part of a sequence is found.

    The second value tells that the last term is a character that may have a neighbour there.
    """
    terms: list[tuple[int, str]] = []
    place = 0
    found = [part for part in runs(normal) if part[1] or code_words(part[0])]
    for number, (run, is_chinese) in enumerate(found, start=1):
        if is_chinese:
            pairs = dict.fromkeys(
                [*range(0, len(run) - 1, 2), *([len(run) - 2] if run[1:] else [])]
            )
            terms += [(place + at, run[at : at + 2]) for at in pairs]
            if number < len(found) or len(run) == 1:
                terms.append((place + len(run) - 1, run[-1]))
            place += len(run)
        else:
            words = code_words(run)
            terms += [(place + at, word) for at, word in enumerate(words)]
            place += len(words)
    return terms, bool(found) and found[-1][1] and len(found[-1][0]) == 1


@lru_cache(maxsize=_MANY_TEXTS)
def code_terms(text: str) -> str:
    """Return the terms of a model or a standard: text, and squeezed across its spaces too."""
    return " ".join([text_terms(text), *_suffixes(_PART.findall(normalise(text)))])


@lru_cache(maxsize=_MANY_TEXTS)
def number_grams(number: str) -> str:
    """Return every four letters and digits in a row of a certificate number, spaces between."""
    whole = number_whole(number)
    return " ".join(pieces_of_number(whole)) if len(whole) >= SHORTEST_PART else whole


def number_whole(number: str) -> str:
    """Return the letters and digits of a certificate number, without Chinese characters."""
    return "".join(_PART.findall(normalise(number)))[:LONGEST_TERM]


def pieces_of_number(squeezed_number: str) -> list[str]:
    """Return every four characters in a row."""
    last = len(squeezed_number) - SHORTEST_PART
    return [squeezed_number[at : at + SHORTEST_PART] for at in range(last + 1)]


def serial(number: str) -> str:
    """Return the last digits of a certificate number without the zeros before them."""
    digits = re.findall(r"\d+", number_whole(number))
    return digits[-1].lstrip("0") if digits else ""


def number_terms(number: str) -> str:
    """Return the terms by whose beginnings a certificate number is found in part.

    The number squeezed from each part on (letters and digits are parts of their own), from within
    long digits down to the last four, and from a number without its leading zeros.
    """
    parts = _PART.findall(normalise(number))
    terms = ["".join(parts)[:LONGEST_TERM], *_suffixes(parts), *parts[-1:]]
    for at, part in enumerate(parts):
        rest = "".join(parts[at + 1 :])
        terms += [(part[start:] + rest)[:LONGEST_TERM] for start in range(1, len(part) - 3)]
        if part[0] == "0" and (stripped := part.lstrip("0")):
            terms.append((stripped + rest)[:LONGEST_TERM])
    return " ".join(terms)


def cut(run: str) -> list[str]:
    """Return the words of a Chinese run.

    What no dictionary knows falls into single characters; neighbours among them are glued into one
    word again, because a name such as 汉华霄建 is looked for as it stands.
    """
    words: list[str] = []
    was_single = False
    for word in _segmenter().cut(run, hmm=False):
        is_single = len(word) == 1
        if is_single and was_single:
            words[-1] += word
        else:
            words.append(word)
        was_single = is_single
    return words


def _suffixes(words: list[str]) -> list[str]:
    """Return the words squeezed from each on, the last alone left out."""
    return ["".join(words[at:])[:LONGEST_TERM] for at in range(len(words) - 1)]


@cache
def _simplified() -> dict[int, str]:
    """Return the table from Traditional to Simplified, character by character.

    OpenCC is imported here, and the segmenter below, because they take 0.1 to 0.3 seconds that a
    command which never searches should not wait for.
    """
    from opencc import OpenCC  # noqa: PLC0415  # Late on purpose, as said above.

    ranges = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
    characters = [chr(code) for block in ranges for code in block]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        ord(traditional): simple
        for traditional, simple in zip(characters, simplified, strict=True)
        if traditional != simple and len(simple) == 1
    }


@cache
def _segmenter() -> rjieba.Jieba:
    """Return a segmenter that knows the trade's words; late for the reason given above."""
    import rjieba  # noqa: PLC0415  # Late on purpose, as said above.

    segmenter = rjieba.Jieba()
    trade = lexicon.trade_words()
    for word in trade.words:
        segmenter.add_word(normalise(word), None, None)
    return segmenter


@cache
def _unit_spellings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    units = lexicon.spellings()
    after_a_digit = rf"(?<=\d)\s*({_alternatives(units.after_a_digit)})"
    return re.compile(_alternatives(units.anywhere)), re.compile(after_a_digit)


@cache
def _number_and_unit() -> re.Pattern[str]:
    symbols = _alternatives(lexicon.spellings().symbols)
    return re.compile(rf"(?<![a-z0-9.])(\d+(?:\.\d+)?)\s+({symbols})(?![a-z0-9])")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
