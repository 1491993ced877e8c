"""Does what a product covers take in what came? Models by pattern, figures by range.

A scope says what it says of figures (``C20–C50``, ``1.5mm-3.0mm``, ``MU10、MU15``) and of models
(``RF23D*9600**``). A figure is held only against one that is named alike: by the same letters
before it or, where none stand there, by the same words and unit. All else is not comparable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

_Size = tuple[Decimal, ...]  # 600×600 is one figure of two parts.
_Name = tuple[str, str, int]  # The letters or words of a figure, its unit, and how many parts.

_WORD = r"[\u3400-\u9fff]+"
_LETTERS = r"[A-Za-z\u0370-\u03ff□_]+"
_UNIT = r"[A-Za-z%°\u0370-\u03ff]+[23]?(?:/[A-Za-z]+[23]?)?"
_FIGURE = r"\d+(?:\.\d+)?(?:×\d+(?:\.\d+)?)*"
_END = r"(?![A-Za-z0-9]|-[A-Za-z])"
_TERM = re.compile(
    rf"""(?:(?P<before>{_WORD})(?P<gap>\ )?[:=]?)?
    (?<![A-Za-z_.×+±\d-])(?P<letters>{_LETTERS}(?=\d|\ ?[≤≥=]))?\ ?=?(?P<bound>[≤≥<>])?\ ?
    (?P<low>{_FIGURE})(?P<unit>\ ?{_UNIT}{_END})?
    (?:\ ?(?P<dash>[~至到-])\ ?
       (?P<again>{_LETTERS})?(?P<high>{_FIGURE})(?P<last>\ ?{_UNIT}{_END})?)?
    (?P<part>\ ?[+±])?(?P<space>\ )?(?P<after>{_WORD})?""",
    re.VERBOSE,
)
_TIMES = re.compile(r"(?<=\d)\s*(?:mm)?\s*[*xX×]\s*(?=\d)")
_SEPARATORS = re.compile(r"[\s,;/、。|()]+")
_RANGE_SIGNS = str.maketrans("\u2013\u2014\u2015\u2212", "~~~-", "\u200b\ufeff")
_UPWARDS = re.compile(r"及?以上")
_DOWNWARDS = re.compile(r"及?以下")


class _Span(msgspec.Struct, frozen=True):
    """What a figure may be; an end that is not stated is None, and both ends belong to it."""

    low: _Size | None
    high: _Size | None

    def holds(self, size: _Size) -> bool:
        return all(
            bound is None or all(a <= b for a, b in zip(*pair, strict=True))
            for bound, pair in (
                (self.low, (self.low or (), size)),
                (self.high, (size, self.high or ())),
            )
        )


class _Read(msgspec.Struct, frozen=True):
    """What a text says of figures by name, and the words that may be models."""

    figures: dict[_Name, tuple[_Span, ...]]
    words: tuple[str, ...]


@lru_cache(maxsize=1 << 16)  # It is asked for each day on which an answer can change.
def covers(scope: str, specification: str) -> bool | None:
    """Return whether the scope takes in what the specification says; None if it cannot be told.

    Of several figures of one name, all inside or all outside speak; some of each say nothing.
    """
    ours, theirs = _read(scope), _read(specification)
    found = [*_by_figures(ours, theirs), *_by_patterns(ours, theirs)]
    if False in found:
        return False
    return True if found else None


def _by_figures(scope: _Read, specification: _Read) -> Iterator[bool]:
    for name, stated in specification.figures.items():
        spans = scope.figures.get(name)
        if spans is None:
            continue
        exact = [span.low for span in stated if span.low is not None and span.low == span.high]
        inside = {any(span.holds(size) for span in spans) for size in exact}
        if len(inside) == 1 and len(exact) == len(stated):
            yield inside.pop()


def _by_patterns(scope: _Read, specification: _Read) -> Iterator[bool]:
    """Hold words against model patterns that begin with the same letters."""
    patterns = [word for word in scope.words if "*" in word or "?" in word]
    for word in specification.words:
        akin = [each for each in patterns if _head(each) and _head(each) == _head(word)]
        if any(fnmatchcase(word, each) for each in patterns):
            yield True
        elif akin:
            yield False


def _head(word: str) -> str:
    """Return the letters that a model begins with."""
    return word[: next((i for i, sign in enumerate(word) if not sign.isalpha()), len(word))]


@lru_cache(maxsize=1 << 14)  # Many deliveries repeat few specifications.
def _read(text: str) -> _Read:
    plain = unicodedata.normalize("NFKC", text.translate(_RANGE_SIGNS)).translate(_RANGE_SIGNS)
    plain = _TIMES.sub("×", " ".join(plain.split()))
    figures: dict[_Name, tuple[_Span, ...]] = {}
    for name, span in _figures(plain):
        figures[name] = (*figures.get(name, ()), span)
    words = tuple(word for word in _SEPARATORS.split(plain) if word)
    return _Read(figures, words)


def _figures(text: str) -> Iterator[tuple[_Name, _Span]]:
    at = 0
    while (found := _TERM.search(text, at)) is not None:
        is_range = _is_range(found)
        at = _end_of(found, is_range=is_range)
        low = _size(found["low"])
        high = _size(found["high"]) if is_range else low
        # A code (DBS1-67), a range of unlike ends and a part of a sum (5+12A) are no figures.
        is_code = found["dash"] is not None and not is_range
        if is_code or found["part"] or found["bound"] in ("<", ">") or len(low) != len(high):
            continue
        unit = ((found["last"] if is_range else None) or found["unit"] or "").strip()
        label = found["letters"] or _word_of(found)
        if found["letters"] is None and label == found["after"] and label:
            at = found.end("after")
        if not label and not unit and len(low) == 1:
            continue
        yield (label, unit, len(low)), _span(found["bound"], low, high, found["after"] or "")


def _end_of(found: re.Match[str], *, is_range: bool) -> int:
    """Return where a figure ends; of a code such as DBS1-67 all that hangs together is passed."""
    if is_range or found["dash"] not in (None, "-"):
        return found.end("high")
    return found.end("unit") if found["unit"] else found.end("low")


def _word_of(found: re.Match[str]) -> str:
    """Return the word that names a figure without letters: the nearest, the one before first."""
    before, after = found["before"] or "", found["after"] or ""
    if _UPWARDS.match(after) or _DOWNWARDS.match(after):
        after = ""
    if before and after and found["gap"] and not found["space"]:
        return after
    return before or after


def _is_range(found: re.Match[str]) -> bool:
    """Tell a range from a code: a hyphen makes one only between figures that are named alike."""
    if found["dash"] is None or (found["again"] or found["letters"]) != found["letters"]:
        return False
    if found["unit"] and found["last"] and found["unit"].strip() != found["last"].strip():
        return False
    if found["dash"] != "-":
        return True
    return bool(found["again"]) if found["letters"] else bool(found["last"])


def _span(bound: str | None, low: _Size, high: _Size, after: str) -> _Span:
    if bound == "≤" or _DOWNWARDS.match(after):
        return _Span(None, high)
    if bound == "≥" or _UPWARDS.match(after):
        return _Span(low, None)
    return _Span(min(low, high), max(low, high))


def _size(text: str) -> _Size:
    return tuple(Decimal(part) for part in text.split("×"))
