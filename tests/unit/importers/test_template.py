"""Templates that can be filled in and read back."""

from __future__ import annotations

import csv
import io

import fastexcel
import pytest

from catalog.records import Issue, Kind
from importers.lookups import Lookups
from importers.reader import SourceFile, read, recognise
from importers.table.columns import headers_of, layout
from importers.table.template import Format, template

KINDS = list(layout().kinds)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_is_recognised_and_holds_no_row(kind: Kind, language: str, fmt: Format) -> None:
    source = SourceFile(f"template.{fmt}", template(kind, language, fmt))
    assert recognise(source) is kind
    assert list(read(source, Lookups.from_seed())) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_examples_make_one_record(kind: Kind, language: str) -> None:
    text = io.StringIO(template(kind, language, "csv").decode("utf-8-sig"))
    text.seek(0, io.SEEK_END)
    csv.writer(text).writerow([column.example for column in layout().kinds[kind]])
    found = list(read(SourceFile("filled.csv", text.getvalue().encode()), Lookups.from_seed()))
    assert len(found) == 1 and not isinstance(found[0], Issue)


@pytest.mark.parametrize("kind", KINDS)
def test_is_the_same_every_time(kind: Kind) -> None:
    assert template(kind, "zh", "xlsx") == template(kind, "zh", "xlsx")


def test_explains_its_columns_on_a_second_sheet() -> None:
    book = fastexcel.read_excel(template(Kind.PRODUCTS, "en", "xlsx"))
    assert book.sheet_names == ["products and certificates", "Notes"]
    notes = book.load_sheet(1).to_polars()
    assert notes["Column"].to_list() == [column.en for column in layout().kinds[Kind.PRODUCTS]]


@pytest.mark.parametrize("kind", KINDS)
def test_no_header_stands_for_two_columns(kind: Kind) -> None:
    names = headers_of(kind)
    for column in layout().kinds[kind]:
        for header in (column.zh, column.en, *column.aliases):
            assert names.find(header) == column.field, header
