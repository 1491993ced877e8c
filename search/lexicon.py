"""The trade's words, synonyms and spellings of units, read once from seed_data/synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from seed_data import files, read_toml

_SPELLINGS = "synonyms/spellings.toml"

# Named tuples and not msgspec structs: the analyser is imported by commands that never search, and
# msgspec alone would take longer than all it needs.


class Synonym(NamedTuple):
    """Terms that find each other (both ways), or that also find what they mean (one way)."""

    said: tuple[str, ...]
    means: tuple[str, ...]
    is_two_way: bool
    reason: str


class TradeWords(NamedTuple):
    """The trade dictionary as its files state it."""

    words: tuple[str, ...]
    synonyms: tuple[Synonym, ...]

    def meanings(self) -> Mapping[str, tuple[str, ...]]:
        """Return for each term, as written in the file, what else it stands for."""
        found: dict[str, dict[str, None]] = {}
        for synonym in self.synonyms:
            others = synonym.said if synonym.is_two_way else synonym.means
            for term in synonym.said:
                found.setdefault(term, {}).update(dict.fromkeys(others))
        return {
            term: tuple(other for other in others if other != term)
            for term, others in found.items()
        }


class Spellings(NamedTuple):
    """The spellings of units as their file states them."""

    symbols: tuple[str, ...]
    anywhere: Mapping[str, str]
    after_a_digit: Mapping[str, str]


@cache
def trade_words() -> TradeWords:
    """Return the trade dictionary, which the files share among them by theme."""
    tables = [read_toml(path) for path in files("synonyms") if path != _SPELLINGS]
    synonyms = tuple(
        Synonym(
            said=tuple(entry["said"]),
            means=tuple(entry.get("means", ())),
            is_two_way={"both": True, "one": False}[entry["way"]],
            reason=entry["reason"],
        )
        for table in tables
        for entry in table.get("synonym", ())
    )
    words = tuple(word for table in tables for word in table.get("words", ()))
    return TradeWords(words=words, synonyms=synonyms)


@cache
def spellings() -> Spellings:
    """Return the spellings of units."""
    table = read_toml(_SPELLINGS)
    return Spellings(
        symbols=tuple(table["symbols"]),
        anywhere=table["anywhere"],
        after_a_digit=table["after_a_digit"],
    )
