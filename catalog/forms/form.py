"""A printed form as values: what stands where, and nothing of how a page or a file shows it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from catalog.charts.chart import Chart

Language = Literal["zh", "en"]
UNKNOWN = "—"
"""Stands where nothing is known or nothing applies: never an empty cell, never a zero."""


class Said(msgspec.Struct, frozen=True):
    """A text as the form has it, and its gloss where the reader's language is another."""

    text: str
    gloss: str | None = None


class Kind(StrEnum):
    """What a number of a cell is, so that a spreadsheet can show it with all its digits."""

    NUMBER = "number"
    SHARE = "share"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell says; ``number`` is its exact value, a share as a part of one.

    ``link`` is where on the site the figure opens up; what is printed leaves it out.
    """

    said: Said
    number: Decimal | None = None
    kind: Kind = Kind.NUMBER
    span: int = 1
    link: str | None = None


class RowKind(StrEnum):
    """What a row stands for; ``item`` rows carry what is counted, ``goods`` rows show of what."""

    GROUP = "group"
    ITEM = "item"
    GOODS = "goods"
    TOTAL = "total"
    PLAIN = "plain"


class Row(msgspec.Struct, frozen=True):
    """The cells of a row; with their spans they fill every column."""

    kind: RowKind
    cells: tuple[Cell, ...]


class Column(msgspec.Struct, frozen=True):
    """A column; ``width`` is its share of the page, figures stand on the right."""

    said: Said
    width: int
    has_figures: bool = False


class Table(msgspec.Struct, frozen=True):
    """Columns and rows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Fact(msgspec.Struct, frozen=True):
    """A named fact; an empty value is left for a person to fill in."""

    label: Said
    value: Said


class Check(msgspec.Struct, frozen=True):
    """A document that is asked for, whether any is on record, and what."""

    label: Said
    is_on_record: bool
    remark: Said


class Box(msgspec.Struct, frozen=True):
    """A box in which people sign: who, and the lines to be filled in."""

    label: Said
    lines: tuple[Said, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A titled part of a form; ``name`` is short enough for a sheet's tab.

    ``paragraphs`` are running text above the table, ``chart`` stands behind them.
    """

    name: Said
    title: Said
    table: Table | None = None
    checks: tuple[Check, ...] = ()
    notes: tuple[Said, ...] = ()
    boxes: tuple[Box, ...] = ()
    paragraphs: tuple[Said, ...] = ()
    chart: Chart | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form to be printed and signed; ``footer`` tells which calculation it is of.

    Its pages lie on their long side unless it ``is_upright``.
    """

    title: Said
    subtitle: Said
    language: Language
    made_at: dt.datetime
    notices: tuple[Said, ...]
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    footer: str
    is_upright: bool = False


class Tongue(msgspec.Struct, frozen=True):
    """Says things in Chinese, as the official forms do, and glosses them for other readers."""

    language: Language

    def say(self, chinese: str, english: str) -> Said:
        """Return a text of the form itself."""
        return Said(chinese, english if self.language == "en" else None)

    def cell(self, chinese: str, english: str, *, span: int = 1) -> Cell:
        """Return such a text as a cell."""
        return Cell(said=self.say(chinese, english), span=span)


def plain(text: str | None, *, span: int = 1) -> Cell:
    """Return what somebody wrote, as it is; None is unknown."""
    return Cell(said=Said(text or UNKNOWN), span=span)


def figure(value: Decimal | None, *, places: int = 0) -> Cell:
    """Return a number with all its digits, and at least so many decimals; None is unknown."""
    if value is None:
        return plain(None)
    return Cell(said=Said(digits(value, places=places)), number=value)


def share(value: Decimal | None) -> Cell:
    """Return a share as a percentage cut to two decimals, never rounded up to a bound."""
    if value is None:
        return plain(None)
    whole = int(value * 10_000)
    return Cell(said=Said(f"{Decimal(whole) / 100:.2f}%"), number=value, kind=Kind.SHARE)


def digits(value: Decimal, *, places: int = 0) -> str:
    """Return a number with thousands marked and no zeros at its end beyond the places."""
    text = f"{value:,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole
