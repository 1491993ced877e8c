"""The columns of our own table templates, as written down in ``lookups/columns.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from catalog.records import Kind
from importers.lookups.names import Names
from importers.table.values import ValueLimits

DATES = frozenset({"date", "stated-date"})
"""The ways of reading a cell that give a day."""


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column of one template."""

    field: str
    reads: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    required: bool = False
    example: str
    note_zh: str
    note_en: str

    def header(self, language: str) -> str:
        """Return the header in Chinese (``zh``) or English (anything else)."""
        return self.zh if language == "zh" else self.en

    def note(self, language: str) -> str:
        """Return the note in Chinese (``zh``) or English (anything else)."""
        return self.note_zh if language == "zh" else self.note_en


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """All templates, and what is believable in a cell."""

    limits: ValueLimits
    notes_sheet: dict[str, str] = msgspec.field(name="notes-sheet")
    kind_names: dict[Kind, dict[str, str]] = msgspec.field(name="kind-names")
    kinds: dict[Kind, tuple[Column, ...]]


@cache
def layout() -> Layout:
    """Return the templates."""
    path = resources.files("importers") / "lookups" / "columns.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Layout)


@cache
def columns_of(kind: Kind) -> Mapping[str, Column]:
    """Return the columns of a kind by field."""
    return {column.field: column for column in layout().kinds[kind]}


@cache
def headers_of(kind: Kind) -> Names:
    """Return the headers by which the columns of a kind are known."""
    return Names(
        {column.field: (column.zh, column.en, *column.aliases) for column in layout().kinds[kind]}
    )
