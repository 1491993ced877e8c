"""The words of bills and delivery lists, as written down in ``lookups/bills.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from importlib import resources

import msgspec

from importers.lookups.names import folded_word

_MONEY = re.compile(r"[(（\[]元[)）\]]$")


class Columns(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the columns of one sort of list are called, and which are left out on purpose."""

    headers: dict[str, list[str]]
    ignored: dict[str, str]

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The field behind each folded header."""
        return {header_word(word): field for field, words in self.headers.items() for word in words}

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The folded headers that are left out on purpose."""
        return frozenset(header_word(word) for word in self.ignored)

    @cached_property
    def second_words(self) -> frozenset[str]:
        """Every folded word that a further row of a header may hold."""
        return frozenset(part for word in self.fields for part in word.split("/")) | self.left_out

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Every folded word that the first row of a header may hold."""
        known = self.fields.keys() | self.left_out
        return frozenset(word.split("/")[0] for word in known)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Tables of one role, by their titles; ``why`` says why one brings no lines.

    ``is_closed`` tells those that bring none even where their header could be that of a list.
    """

    titles: list[str]
    role: str
    is_closed: bool = False
    why_zh: str = ""
    why_en: str = ""


class Print(msgspec.Struct, frozen=True, kw_only=True):
    """Patterns of what is printed around the lines."""

    section: str
    furniture: list[str]
    subtotal: str
    page_subtotal: str
    item_code: str
    code_without_zero: str
    most_rows: int


class NotMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """Words and units of one sort of thing that is bought and not built in."""

    zh: str
    en: str
    words: list[str]
    units: list[str]


class Tender(msgspec.Struct, frozen=True, kw_only=True):
    """The elements of a tender's XML by what they are, and their attributes by field."""

    roots: list[str]
    items: list[str]
    groups: list[str]
    resources: list[str]
    measures: list[str]
    others: list[str]
    buildings: list[str]
    item: dict[str, list[str]]
    resource: dict[str, list[str]]
    ignored: dict[str, str]


class CostSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a cost schedule by ifc5d."""

    needs: list[str]
    ignored: list[str]


class Words(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All of them."""

    rounding: dict[str, int]
    bill: Columns
    delivery: Columns
    tables: list[Table]
    print: Print
    specification: dict[str, list[str]]
    not_material: list[NotMaterial]
    tender: Tender
    ifc5d: CostSchedule

    @cached_property
    def titles(self) -> Mapping[str, Table]:
        """The table behind each folded title."""
        return {folded_word(title): table for table in self.tables for title in table.titles}

    def is_item_code(self, text: str) -> bool:
        """Return whether a text is the code of an item, not of a chapter."""
        return re.search(self.print.item_code, text) is not None

    def is_code_without_zero(self, text: str) -> bool:
        """Return whether a text is the code of an item whose leading zero is gone."""
        return re.search(self.print.code_without_zero, text) is not None

    @cached_property
    def furniture(self) -> re.Pattern[str]:
        """What marks a row that is printed around the lines."""
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.print.furniture))

    @cached_property
    def sorts(self) -> list[tuple[NotMaterial, re.Pattern[str] | None, frozenset[str]]]:
        """What is no material: each sort with its words and its units."""
        return [
            (
                sort,
                re.compile("|".join(f"(?:{w})" for w in sort.words)) if sort.words else None,
                frozenset(folded_word(unit) for unit in sort.units),
            )
            for sort in self.not_material
        ]

    @cached_property
    def specifications(self) -> re.Pattern[str]:
        """What in a name is a specification."""
        return re.compile("|".join(f"(?:{p})" for p in self.specification["patterns"]))


@cache
def words() -> Words:
    """Return the words."""
    path = resources.files("importers") / "lookups" / "bills.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Words)


@lru_cache(maxsize=20_000)
def header_word(text: str) -> str:
    """Return a header without what makes no difference, each part of it without “(元)”."""
    parts = (_MONEY.sub("", folded_word(part)) for part in text.split("/"))
    return "/".join(part.replace("(元)", "") for part in parts)


@lru_cache(maxsize=20_000)
def not_material(name: str, unit: str) -> NotMaterial | None:
    """Return what a line is if it is no material, judged by its name and its unit."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    for sort, pattern, units in words().sorts:
        if folded_word(unit) in units or (pattern is not None and pattern.search(plain)):
            return sort
    return None


def specification_in(name: str) -> str | None:
    """Return the parts of a name that are its specification, None if it has none."""
    found = [match.group().strip() for match in words().specifications.finditer(name)]
    return " ".join(part for part in found if part) or None
