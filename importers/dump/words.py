"""What the tables and columns of the open data are called, and the terms of use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

import msgspec

import seed_data
from catalog.services import open_data
from catalog.views.open_data import ColumnView, TableView

TYPES: Mapping[type, str] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    dt.date: "date",
    dt.datetime: "timestamp",
}
Pair = tuple[str, str]


class _Table(msgspec.Struct, frozen=True):
    zh: str
    en: str
    columns: dict[str, Pair] = {}


class _Words(msgspec.Struct, frozen=True):
    terms: dict[str, str]
    columns: dict[str, Pair]
    tables: dict[str, _Table]


@cache
def _words() -> _Words:
    return msgspec.convert(seed_data.read_toml("open_data/tables.toml"), _Words)


def terms() -> Pair:
    """Return the terms of use in Chinese and English."""
    return _words().terms["zh"], _words().terms["en"]


@cache
def tables() -> tuple[TableView, ...]:
    """Return every table with its columns, as they are written.

    Raises:
        KeyError: Nobody has said yet what a table or column holds.
    """
    words = _words()
    return tuple(
        TableView(
            name=name,
            zh=words.tables[name].zh,
            en=words.tables[name].en,
            columns=[
                _column(
                    column, kind, words.tables[name].columns.get(column) or words.columns[column]
                )
                for column, kind in open_data.columns(name).items()
            ],
        )
        for name in open_data.TABLES
    )


def _column(name: str, kind: type, words: Pair) -> ColumnView:
    return ColumnView(name=name, type=TYPES[kind], zh=words[0], en=words[1])
