"""Small declarations of every form, read to the letter: what came in, and what was said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.records import Issue, Record
from importers import epd
from importers.lookups import Lookups
from importers.reader import SourceFile
from tests.importers.conftest import DATA
from tests.importers.epd_files import Reader

READERS: dict[str, Reader] = {
    "epd_ilcd.xml": epd.read_ilcd_xml,
    "epd_openepd.json": epd.read_openepd,
    "epd_soda.json": epd.read_soda,
    "epd_oekobaudat.csv": epd.read_oekobaudat,
}
RECOGNISERS = {
    "epd_ilcd.xml": epd.is_ilcd_xml,
    "epd_openepd.json": epd.is_openepd,
    "epd_soda.json": epd.is_soda,
    "epd_oekobaudat.csv": epd.is_oekobaudat,
}


@pytest.mark.parametrize("name", READERS)
def test_reads_a_small_file_to_the_letter(
    name: str, lookups: Lookups, expect_golden: Callable[[str, list[Record | Issue]], None]
) -> None:
    found: list[Record | Issue] = []
    for outcome in READERS[name](SourceFile(name, DATA / name), lookups):
        found += [*outcome.issues, *outcome.records]
    expect_golden(name, found)


@pytest.mark.parametrize("name", READERS)
def test_recognises_each_form_alone(name: str) -> None:
    source = SourceFile("nameless", DATA / name)
    assert [form for form, recognises in RECOGNISERS.items() if recognises(source)] == [name]


@pytest.mark.parametrize("name", READERS)
def test_reads_the_same_from_memory_and_from_disk(name: str, lookups: Lookups) -> None:
    on_disk = SourceFile(name, DATA / name)
    in_memory = SourceFile(name, (DATA / name).read_bytes())
    read = READERS[name]
    assert list(read(on_disk, lookups)) == list(read(in_memory, lookups))
