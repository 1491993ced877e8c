"""What tables of statistics are made of: values with the lists behind them, and their words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from api.counting import Counted
from api.web.i18n import translate, zh
from api.web.names import Names, named
from api.web.words import word
from catalog.charts.chart import Chart, Mark, Shape
from catalog.rules.standing import Standing
from search.query import Facet

Value = str | int | Decimal | None
UNKNOWN = zh("未知")


class Cell(msgspec.Struct, frozen=True):
    """A value of a table, and the address of the list behind it."""

    value: Value
    href: str | None = None


class Row(msgspec.Struct, frozen=True):
    """A row: what it is about, and its values."""

    head: Cell
    cells: list[Cell]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the statistics; ``name`` is that of its file, ``note`` says what is counted."""

    name: str
    title: str
    heading: list[str]
    rows: list[Row]
    note: str | None = None
    chart: Chart | None = None


class Maker:
    """Makes tables of one count for a reader of one language."""

    def __init__(self, counted: Counted, names: Names, language: str) -> None:
        self.counted = counted
        self.names = names
        self.language = language

    def label(self, facet: Facet, key: str) -> str:
        """Return the name of a facet's value."""
        pairs = {
            Facet.CATEGORY: self.names.categories,
            Facet.GROUP: self.names.groups,
            Facet.DIVISION: self.names.divisions,
        }
        if facet in pairs:
            return named(pairs[facet], key, self.language)
        return self.text(word("star", key)) if facet is Facet.STAR else key

    def standing(self, standing: Standing) -> str:
        """Return the word for a standing."""
        return self.text(word("adoption-standing", standing))

    def text(self, text: str) -> str:
        """Return a text in the reader's language."""
        return translate(text, self.language)

    def chart(
        self, shape: Shape, title: str, label: str, value: str, marks: Iterable[Mark]
    ) -> Chart:
        """Return a chart of the marks."""
        return Chart(
            shape=shape,
            title=title,
            label_name=label,
            value_name=value,
            marks=tuple(marks),
            unknown=self.text(UNKNOWN),
        )
