"""Small files of every kind, read to the letter: what came in, and what was said of the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.records import Issue, Record
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from tests.importers.conftest import DATA

Expect = Callable[[str, list[Record | Issue]], None]

FILES = [
    "products_zh.csv",
    "products_en.csv",
    "projects_zh.csv",
    "bill_lines_zh.csv",
    "deliveries_zh.csv",
    "registry.json",
]


@pytest.mark.parametrize("name", FILES)
def test_reads_a_small_file_to_the_letter(
    name: str, lookups: Lookups, expect_golden: Expect
) -> None:
    expect_golden(name, list(read(SourceFile(name, DATA / name), lookups)))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_reads_the_same_in_every_encoding(name: str, encoding: str, lookups: Lookups) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    expected = list(read(SourceFile(name, text.encode()), lookups))
    assert list(read(SourceFile(name, text.encode(encoding)), lookups)) == expected


@pytest.mark.parametrize("name", FILES)
def test_reads_the_same_from_memory_and_from_disk(name: str, lookups: Lookups) -> None:
    on_disk = SourceFile(name, DATA / name)
    in_memory = SourceFile(name, (DATA / name).read_bytes())
    assert on_disk.sha256 == in_memory.sha256
    assert list(read(on_disk, lookups)) == list(read(in_memory, lookups))
