"""What speaks for a column being one of our fields: its header, and some of its values. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz

from importers.lookups.guesses import guesses
from importers.lookups.names import folded_word as _folded_word
from importers.table.cells import Parse
from importers.table.columns import Column
from importers.table.mapping import DayOrder
from importers.table.values import UnreadableError

folded_word = lru_cache(maxsize=1 << 12)(_folded_word)

_DAY_WITH_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?", re.ASCII)
_MOST_MONTHS = 12
_NOTHING = 0.05
_WHOLE = 100


class Reason(msgspec.Struct, frozen=True):
    """Why a column was taken for a field; the words are in ``lookups/mapping.toml``."""

    code: str
    facts: dict[str, str] = {}

    def text(self, language: str) -> str:
        """Return the words in Chinese (``zh``) or English (anything else)."""
        spoken = "zh" if language == "zh" else "en"
        ending = f"_{spoken}"
        facts = self.facts | {
            name.removesuffix(ending): fact
            for name, fact in self.facts.items()
            if name.endswith(ending)
        }
        return guesses().reasons[self.code][spoken].format_map(facts)


class Evidence(msgspec.Struct, frozen=True):
    """How far something may be believed, 0 to 1, and why."""

    confidence: float
    reasons: tuple[Reason, ...]


def header_evidence(words: Sequence[str], column: Column) -> Evidence | None:
    """Return what a header says for a field, None if nothing."""
    aliases = (column.zh, column.en, *column.aliases, column.field)
    found = [
        evidence
        for word in words
        for alias in aliases
        if (evidence := _likeness(word, alias)) is not None
    ]
    return max(found, key=lambda evidence: evidence.confidence, default=None)


def share_read(
    texts: Sequence[str], parse: Parse, *, are_digits_words: bool = True
) -> float | None:
    """Return the share of the texts that can be read, None where there is nothing to read.

    Bare digits are read as keys of many lists: where they prove nothing, they do not count.
    """
    if not texts:
        return None
    read = 0
    for text in texts:
        if not are_digits_words and text.strip().isdigit():
            continue
        try:
            parse(text)
        except UnreadableError:
            continue
        read += 1
    return read / len(texts)


def share_like(texts: Sequence[str], pattern: re.Pattern[str]) -> float | None:
    """Return the share of the texts that look like a pattern, None where there are none."""
    if not texts:
        return None
    return sum(1 for text in texts if pattern.fullmatch(text.strip())) / len(texts)


def is_stated(text: str) -> bool:
    """Return whether a cell says something; a word for “unknown” says nothing."""
    return bool(text.strip()) and folded_word(text) not in guesses().unknown_words


def joined(
    header: Evidence | None, share: float | None, count: int, *, is_check: bool, may_speak: bool
) -> Evidence | None:
    """Return what header and values say together.

    ``is_check``: values that cannot be read speak against the header. ``may_speak``: values that
    look like the field speak for it without one.
    """
    trust, limits = guesses().trust, guesses().thresholds
    facts = {"count": str(count), "share": str(round((share or 0) * _WHOLE))}
    if header is None:
        if not may_speak or share is None or share < limits.likely:
            return None
        return Evidence(trust.content * share, (Reason("content", facts),))
    if share is None:
        return header
    if is_check and share < limits.doubtful:
        believed = header.confidence * max(share, _NOTHING)
        return Evidence(believed, (*header.reasons, Reason("doubt", facts)))
    if share < limits.likely:
        return header
    raised = header.confidence + (1 - header.confidence) * share / 2
    return Evidence(raised, (*header.reasons, Reason("content", facts)))


def day_order(texts: Sequence[str]) -> tuple[DayOrder | None, bool]:
    """Return in which order days with the year last are written, and whether any are.

    Where no number is above twelve the order cannot be known, and none is returned.
    """
    pairs = [
        (int(match[1]), int(match[2]))
        for text in texts
        if (match := _DAY_WITH_YEAR_LAST.fullmatch(text.strip()))
    ]
    is_day_first = any(one > _MOST_MONTHS for one, _ in pairs)
    is_month_first = any(two > _MOST_MONTHS for _, two in pairs)
    if is_day_first == is_month_first:
        return None, bool(pairs)
    return (DayOrder.DAY_FIRST if is_day_first else DayOrder.MONTH_FIRST), True


def separator_of(texts: Sequence[str]) -> str | None:
    """Return what parts nearly every text in two, the first part being often the same."""
    rules, limits = guesses().parted, guesses().thresholds
    for separator in rules.separators:
        parts = [text.partition(separator) for text in texts]
        before = [one.strip() for one, found, other in parts if found and other.strip()]
        is_usual = len(before) > 1 and len(before) >= limits.parted * len(texts)
        if is_usual and all(before) and len(set(before)) <= limits.repeated * len(before):
            return separator
    return None


def factor_of(field: str, unit: str | None, factors: Mapping[str, Mapping[str, object]]) -> object:
    """Return by what a header's unit multiplies a field, None if the unit is not known there."""
    known = {folded_word(name): factor for name, factor in factors.get(field, {}).items()}
    return known.get(folded_word((unit or "").partition("/")[0])) or known.get(
        folded_word(unit or "")
    )


def _likeness(word: str, alias: str) -> Evidence | None:
    trust, limits = guesses().trust, guesses().thresholds
    one, other = folded_word(word), folded_word(alias)
    facts = {"alias": alias}
    if not one or not other:
        return None
    if one == other:
        return Evidence(trust.named, (Reason("named", facts),))
    is_latin = other.isascii()
    if len(other) >= (limits.letters if is_latin else limits.characters):
        ratio = fuzz.ratio(one, other)
        if ratio >= limits.alike:
            return Evidence(trust.near * ratio / _WHOLE, (Reason("near", facts),))
        if _holds(word, alias) if is_latin else other in one:
            share = (1 + len(other) / len(one)) / 2
            return Evidence(trust.part * share, (Reason("part", facts),))
    return None


def _holds(word: str, alias: str) -> bool:
    """Return whether a text holds a word of letters as a word of its own."""
    text = unicodedata.normalize("NFKC", word).casefold().replace("_", " ")
    pattern = rf"(?<![a-z]){re.escape(alias.casefold())}(?![a-z])"
    return re.search(pattern, text) is not None
