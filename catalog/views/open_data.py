"""What a reader sees of the open data: dumps, their files, and what stands in their columns."""

from __future__ import annotations

import datetime as dt

import msgspec

FORMAT = 1
"""The version of the manifest; a file of another version is not read."""


class DumpFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a dump; ``rows`` are records, whatever the form of the file."""

    name: str
    table: str
    form: str
    media_type: str
    rows: int
    size: int
    sha256: str


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """A whole copy of what is public, of one moment.

    ``key`` is the moment in short. ``changes_since`` is the number to ask the change feed for what
    came after. ``on`` is the day as of which states are told.
    """

    format: int
    key: str
    made_at: dt.datetime
    on: dt.date
    changes_since: int
    contains_synthetic: bool
    terms_zh: str
    terms_en: str
    files: list[DumpFile]


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table, its type, and what it says in both languages."""

    name: str
    type: str
    zh: str
    en: str


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the open data."""

    name: str
    zh: str
    en: str
    columns: list[ColumnView]
